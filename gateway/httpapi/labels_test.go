package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestLabels(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	many := make([]LabelBody, 10_000)
	for i := range many {
		many[i].Code = judgetest.Code(judgetest.Contractor)
	}
	one := many[:1]
	ask := func(token string, body any) *result {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return w.ask(http.MethodPost, "/api/v1/labels", token, b, "Content-Type", "application/json")
	}
	for _, c := range []struct {
		name   string
		body   any
		status int
		code   rootline.Code
	}{
		{"one", LabelsBody{Template: "roll-40x20", Labels: one}, 200, ""},
		{"calibrated", LabelsBody{Template: "a4-70x37", Labels: one, Start: 24, OffsetX: -500, ScaleY: 1_004_000, Text: []string{"Pinus"}}, 200, ""},
		{"ten thousand", LabelsBody{Template: "a4-48.5x25.4", Labels: many}, 200, ""},
		{"to measure", LabelsBody{Template: "a4-70x37", CalibrationPage: true}, 200, ""},
		{"no template", LabelsBody{Labels: one}, 422, labels.CodeTemplate},
		{"nothing", LabelsBody{Template: "a4-70x37"}, 422, labels.CodeNone},
		{"no code", LabelsBody{Template: "a4-70x37", Labels: []LabelBody{{Code: "x"}}}, 422, labels.CodeCode},
		{"too small", LabelsBody{Template: "a4-70x37", Labels: one, Symbol: 5_000}, 422, labels.CodeModule},
		{"wrongly measured", LabelsBody{Template: "a4-70x37", CalibrationPage: true, ScaleX: 7}, 422, labels.CodeCalibration},
		{"of another form", map[string]string{"codes": "x"}, 400, rootline.CodeBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := ask(token, c.body)
			if r.status != c.status || r.code() != c.code {
				t.Fatalf("%d %s, want %d %s: %.300s", r.status, r.code(), c.status, c.code, r.body)
			}
			if c.status != 200 {
				return
			}
			if !bytes.HasPrefix(r.body, []byte("%PDF-")) || !bytes.HasSuffix(r.body, []byte("%%EOF\n")) || r.header.Get("Content-Type") != "application/pdf" ||
				!strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") {
				t.Errorf("%v %.60q", r.header, r.body)
			}
		})
	}
	r := ask(token, LabelsBody{Template: "a4-70x37", Labels: many[:25]})
	for name, want := range map[string]string{"Rootline-Labels": "25", "Rootline-Pages": "2", "Rootline-Module-Micrometres": "827"} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	left := append(slices.Clone(many[:2]), LabelBody{Code: many[2].Code, Text: []string{strings.Repeat("many words ", 60)}})
	r = ask(token, LabelsBody{Template: "a4-70x37", Labels: left})
	if got := []string{r.header.Get("Rootline-Labels"), r.header.Get("Rootline-Labels-Left-Out"), r.header.Get("Rootline-Codes-Left-Out")}; !slices.Equal(got, []string{"2", "1", many[2].Code}) {
		t.Errorf("with one text that does not fit: %q", got)
	}
	if r := ask("", LabelsBody{Template: "a4-70x37", Labels: one}); r.status != 401 {
		t.Errorf("a guest was answered %d", r.status)
	}
}
