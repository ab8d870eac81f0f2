package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/judge/judgetest"
)

// list answers with the assets of a rulebook and a kind, all on one page.
func (s *stage) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	found := []client.AssetView{}
	for _, a := range s.assets() {
		if name, _, _ := rootline.SplitRulebook(a.Rulebook); name == q.Get("rulebook") && (q.Get("kind") == "" || q.Get("kind") == a.Kind) {
			found = append(found, client.AssetView{Asset: *a})
		}
	}
	answer(w, http.StatusOK, client.Page[client.AssetView]{Items: found})
}

func TestMove(t *testing.T) {
	s := newStage(t)
	text, err := os.ReadFile("../../judge/testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.world.Adopt(text, "works@1")
	supplier, builder, manager := s.world.Enrol(judgetest.Contractor, "supplier"), s.world.Enrol(judgetest.Contractor, "builder"), s.world.Enrol(judgetest.Owner, "manager")
	begin := func(p *judgetest.Person, kind, action string, amount int64) string {
		e := &rootline.Event{Asset: judgetest.Code(p.Organisation), Kind: kind, Action: action, Rulebook: "works@1", Amount: amount}
		s.world.Do(p, e)
		return e.Asset
	}
	lots := []string{begin(supplier, "cement", "deliver", 100), begin(supplier, "cement", "deliver", 200)}
	division := begin(manager, "division", "start", 0)
	object := &rootline.Event{Asset: division, Action: "note", Rulebook: "works@1"}
	s.world.Do(builder, object)
	second := strings.NewReplacer("version: 1\n", "version: 2\n", "cement:\n    title: {en: Lot of cement, zh: 水泥批次}\n    unit: kg", "cement:\n    title: {en: Lot of cement, zh: 水泥批次}\n    unit: t").Replace(string(text))
	s.world.Adopt([]byte(second), "works@2")
	s.enrol(judgetest.Owner, "manager")

	// One by its code; and then all that is left, where the lots cannot go: their unit is another.
	if out := s.must("move", "works@2", division, "--reason", "it holds"); !strings.Contains(out, "1 moved to works@2, 0 not.") {
		t.Errorf("moved %s", out)
	}
	code, out, errs := s.run("move", "works@2", "--all", "--reason", "it holds")
	if code != exitRefused || !strings.Contains(out, "0 moved to works@2, 2 not.") || !strings.Contains(errs, lots[0]) || !strings.Contains(errs, lots[1]) || strings.Contains(errs, division) {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	for _, a := range s.assets() {
		if want := map[bool]string{true: "works@2", false: "works@1"}[a.ID == division]; a.Rulebook != want {
			t.Errorf("%s is under %s", a.ID, a.Rulebook)
		}
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no version":  {[]string{"move", "works", division, "--reason", "x"}, exitUsage, "with its version"},
		"no reason":   {[]string{"move", "works@2", division}, exitUsage, "--reason"},
		"nothing":     {[]string{"move", "works@2", "--reason", "x"}, exitUsage, "--all"},
		"both":        {[]string{"move", "works@2", division, "--all", "--reason", "x"}, exitUsage, "--all"},
		"kind alone":  {[]string{"move", "works@2", division, "--kind", "cement", "--reason", "x"}, exitUsage, "--kind"},
		"again":       {[]string{"move", "works@2", division, "--reason", "x"}, exitRefused, "0 moved to works@2, 1 not."},
		"no such":     {[]string{"move", "works@2", judgetest.Code(judgetest.Owner), "--reason", "x"}, exitRefused, "1 not."},
		"not current": {[]string{"move", "works@1", lots[0], "--reason", "x"}, exitRefused, "wrong-rulebook"},
	} {
		if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%s: exit %d, want %d\n%s%s", name, code, c.code, out, errs)
		}
	}
}
