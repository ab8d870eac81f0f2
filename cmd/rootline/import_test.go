package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

const table = `# synthetic
CoM ID,Common Name,Scientific Name,Genus,Family,Diameter Breast Height,Year Planted,Precinct,Located In,Upload Date,Latitude,Longitude
1,"Wattle, ""Lightwood""",Acacia implexa,Acacia,Fabaceae,,2013,,Park,01/10/2021,-37.78354070287857,144.9446299304678
2,Elm,Ulmus unknown,Ulmus,Ulmaceae,0.00,1997,,Street,01/10/2021,-37.78354070287857,144.9446299304678
3,Elm,,Ulmus,Ulmaceae,700,1997,,Street,01/10/2021,-37.78,144.94
4,Elm,Ulmus,Ulmus,Ulmaceae,x,19,,Street,01/10/2021,-37.78,944.94
`

func TestImport(t *testing.T) {
	s := newStage(t)
	s.enrol(judgetest.Owner, "importer")
	path := s.file("trees.csv", table)
	report, faulty, codes := filepath.Join(s.folder, "r.csv"), filepath.Join(s.folder, "f.csv"), filepath.Join(s.folder, "c.csv")
	args := []string{"import", path, "--map", "../../docs/examples/melbourne-trees.yaml", "--report", report, "--faulty", faulty, "--codes", codes}
	if code, out, errs := s.run(append(args, "--check")...); code != exitRefused || !strings.Contains(out, "would be accepted  2") || len(s.assets()) != 0 {
		t.Fatalf("check: exit %d\n%s%s", code, out, errs)
	}
	code, out, errs := s.run(args...)
	if code != exitRefused || !strings.Contains(errs, "2 of 4 rows refused") || !strings.Contains(out, "recorded           2") || len(s.assets()) != 2 {
		t.Fatalf("exit %d, %d assets\n%s%s", code, len(s.assets()), out, errs)
	}
	text, _ := os.ReadFile(report)
	for _, want := range []string{
		"\n5,Scientific Name,,cell-empty,", "\n5,Diameter Breast Height,700,bad-data,", "\n6,Diameter Breast Height,x,cell-not-a-number,",
		"\n6,Year Planted,19,cell-not-a-year,", "\n6,Longitude,944.94,cell-not-a-position,",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	// Mended rows join the others, and nothing is recorded twice.
	b, _ := os.ReadFile(faulty)
	mended := s.file("mended.csv", strings.NewReplacer("3,Elm,,", "3,Elm,Ulmus,", ",700,", ",70,", ",x,19,", ",7,1999,", "944", "144").Replace(string(b)))
	s.must("import", mended, "--map", "../../docs/examples/melbourne-trees.yaml")
	if out := s.must("import", mended, "--map", "../../docs/examples/melbourne-trees.yaml", "--codes", codes); !strings.Contains(out, "recorded before    2") {
		t.Errorf("again:\n%s", out)
	}
	bySource := map[string]string{}
	for _, a := range s.assets() {
		bySource[a.Fields["source"].Str()] = a.ID
	}
	list, _ := os.ReadFile(codes)
	if len(bySource) != 4 || strings.Count(string(list), "\n") != 5 || !strings.Contains(string(list), "3,"+bySource["com-id:3"]) {
		t.Errorf("%v\n%s", bySource, list)
	}
	one := s.assets()[0]
	if one.State != "established" || one.Position.Accuracy != 5 || !rootline.ValidCode(one.ID) {
		t.Errorf("%+v", one)
	}
	s.enrol(judgetest.Contractor, "planter")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no mapping":      {[]string{"import", path}, exitUsage, `"map" not set`},
		"odd mapping":     {[]string{"import", path, "--map", path}, exitFailure, "mapping"},
		"no table":        {[]string{"import", path + "x", "--map", args[3], "--device", "importer"}, exitFailure, "no such file"},
		"another's rules": {[]string{"import", path, "--map", args[3], "--device", "planter", "--journal", filepath.Join(s.folder, "j2")}, exitRefused, "4 of 4 rows refused"},
		"odd batch":       {[]string{"import", path, "--map", args[3], "--batch", "2000"}, exitUsage, "1 to 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errs)
			}
		})
	}
}
