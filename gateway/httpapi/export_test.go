package httpapi

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/export"
	"github.com/rootline/rootline/judge/judgetest"
)

// rowsOf reads a table as a spreadsheet does.
func rowsOf(t *testing.T, r *result, format string) [][]string {
	t.Helper()
	if r.status != 200 {
		t.Fatalf("%d %.300s", r.status, r.body)
	}
	if format == export.CSV {
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(r.body, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	book, err := excelize.OpenReader(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestExports(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	const formula = "=HYPERLINK(\"http://x\")"
	trees := []string{w.tree}
	for _, species := range []string{formula, "Ulmus pumila", "油松"} {
		code := judgetest.Code(judgetest.Contractor)
		e := w.newTree(code)
		e.Data = []byte(strings.Replace(string(e.Data), "Pinus tabuliformis", strings.ReplaceAll(species, `"`, `\"`), 1))
		w.Do(w.nursery, e)
		trees = append(trees, code)
	}
	w.await()
	slices.Sort(trees)
	for _, format := range []string{export.CSV, export.XLSX} {
		t.Run(format, func(t *testing.T) {
			rows := rowsOf(t, w.get("/api/v1/exports/assets?kind=tree&format="+format, token), format)
			var codes []string
			species := slices.Index(rows[0], "Species")
			if species < 0 {
				t.Fatalf("%q", rows[0])
			}
			dangerous := 0
			for _, r := range rows[1:] {
				codes = append(codes, r[0])
				if strings.Contains(r[species], "HYPERLINK") {
					dangerous++
					if plain := strings.HasPrefix(r[species], "'="); plain != (format == export.CSV) {
						t.Errorf("%s: %q", format, r[species])
					}
				}
			}
			if !slices.Equal(codes, trees) || dangerous != 1 {
				t.Errorf("%v, want %v; %d formulas", codes, trees, dangerous)
			}
			rows = rowsOf(t, w.get("/api/v1/exports/assets?kind=tree&lang=zh&text="+url.QueryEscape("油松")+"&columns=state,field.species&format="+format, token), format)
			if len(rows) != 2 || !slices.Equal(rows[0], []string{"状态", "树种"}) || !slices.Equal(rows[1], []string{"已选苗", "油松"}) {
				t.Errorf("%q", rows)
			}
			rows = rowsOf(t, w.get("/api/v1/exports/events?action=select&format="+format, token), format)
			if len(rows) != 5 || rows[1][2] != "Select at the nursery" {
				t.Errorf("%q", rows)
			}
			rows = rowsOf(t, w.get("/api/v1/exports/places?within=forest&format="+format, token), format)
			if len(rows) != 3 || rows[2][0] != "forest/1" {
				t.Errorf("%q", rows)
			}
			rows = rowsOf(t, w.get("/api/v1/exports/devices?role=planter&lang=zh&format="+format, token), format)
			if len(rows) != 3 || rows[1][3] != "有效" {
				t.Errorf("%q", rows)
			}
		})
	}
	for path, code := range map[string]rootline.Code{
		"/api/v1/exports/assets?columns=code,nothing":      rootline.CodeBadRequest,
		"/api/v1/exports/assets?format=pdf":                rootline.CodeBadRequest,
		"/api/v1/exports/assets?changedFrom=yesterday":     rootline.CodeBadRequest,
		"/api/v1/assets?changedTo=2026":                    rootline.CodeBadRequest,
		"/api/v1/events?from=12":                           rootline.CodeBadRequest,
		"/api/v1/events?status=open":                       rootline.CodeBadRequest,
		"/api/v1/assets?located=perhaps":                   rootline.CodeBadRequest,
		"/api/v1/assets?order=oldest":                      rootline.CodeBadRequest,
		"/api/v1/events?order=changed":                     rootline.CodeBadRequest,
		"/api/v1/assets/" + w.tree + "/codes?cursor=other": rootline.CodeBadRequest,
	} {
		if r := w.get(path, token); r.status != 400 || r.code() != code {
			t.Errorf("%s: %d %s", path, r.status, r.code())
		}
	}
}

func TestLists(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	for path, want := range map[string]int{
		"/api/v1/assets?kind=tree,slab&state=selected,dead&count=true&order=newest": 1,
		"/api/v1/assets?located=no&maker=ContractorMSP":                             1,
		"/api/v1/assets?maker=ContractorMSP&order=-place":                           1,
		"/api/v1/assets?kind=tree&order=code":                                       1,
		"/api/v1/assets?changedFrom=2999-01-01T00:00:00Z":                           0,
		"/api/v1/assets?text=TABULIFORMIS":                                          1,
		"/api/v1/events?action=select":                                              1,
		"/api/v1/events?action=select&order=recorded":                               1,
		"/api/v1/events?asset=" + w.tree:                                            1,
		"/api/v1/events?organisation=ContractorMSP&action=select,place":             1,
		"/api/v1/events?from=2999-01-01T00:00:00Z":                                  0,
		"/api/v1/places?within=forest":                                              2,
		"/api/v1/places?q=标段":                                                       1,
		"/api/v1/devices?q=ADMI":                                                    4,
		"/api/v1/devices?q=" + w.planter.Kid()[:20]:                                 1,
	} {
		var list struct {
			Items []struct{ ID string }
			Count *CountView
		}
		r := w.get(path, token)
		if r.into(t, &list); r.status != 200 || len(list.Items) != want {
			t.Errorf("%s: %d, %d, want %d: %.200s", path, r.status, len(list.Items), want, r.body)
		}
		if strings.Contains(path, "count") && (list.Count == nil || *list.Count != CountView{N: want}) {
			t.Errorf("%s: %+v", path, list.Count)
		}
	}
}
