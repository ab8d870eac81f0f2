package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestInviteEnrolWhoami(t *testing.T) {
	s := newStage(t)
	admin := s.enrol(judgetest.Contractor, "admin")
	link := strings.TrimSpace(s.must("invite", "--role", "planter", "--name", "Crew 7", "--qr", "--device", admin))
	s.in = link + "\n"
	if out := s.must("enrol", "-"); !strings.Contains(out, "Crew 7") || !strings.Contains(out, "planter") {
		t.Errorf("enrol: %s", out)
	}
	if out := s.must("whoami", "--device", "crew-7"); !strings.Contains(out, "planter") || !strings.Contains(out, judgetest.Contractor) {
		t.Errorf("whoami: %s", out)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"used twice", []string{"enrol", link, "--device", "other"}, exitRefused, "invitation-used"},
		{"over a key", []string{"enrol", link}, exitFailure, "there is one already"},
		{"cut link", []string{"enrol", link[:len(link)-7], "--device", "x"}, exitUsage, "Copy it whole"},
		{"which device", []string{"whoami"}, exitUsage, "admin, crew-7"},
		{"no such device", []string{"whoami", "--device", "nobody"}, exitFailure, "there is none"},
		{"not an admin", []string{"invite", "--role", "planter", "--name", "C8", "--device", "crew-7"}, exitRefused, "wrong-role"},
		{"no role", []string{"invite", "--name", "C8"}, exitUsage, `"role" not set`},
		{"role of others", []string{"invite", "--role", "regulator", "--name", "C8", "--device", admin}, exitRefused, "role-not-allowed"},
		{"no such command", []string{"plant"}, exitUsage, "unknown command"},
		{"no such flag", []string{"whoami", "--loud"}, exitUsage, "unknown flag"},
		{"no gateway", []string{"whoami", "--device", admin, "--gateway", "http://127.0.0.1:1", "--patience", "0s"}, exitUnreachable, "cannot reach the gateway"},
		{"odd gateway", []string{"whoami", "--device", admin, "--gateway", "127.0.0.1:1"}, exitUsage, "looks like"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errs)
			}
		})
	}
}

func TestRecordByFlags(t *testing.T) {
	s := newStage(t)
	s.enrol(judgetest.Owner, "importer")
	place := []string{"--lat", "38.912345", "--lon=115.9", "--accuracy", "5"}
	tree := append([]string{"record", "--new", "--kind", "tree", "--action", "inventory", "--rulebook", "forestation@1", "--set", "species=Ulmus pumila", "--set", "dbh=120"}, place...)
	if code, out, errs := s.run(append(tree, "--check")...); code != exitOK || !strings.Contains(out, "acceptable") || len(s.assets()) != 0 {
		t.Fatalf("check: exit %d\n%s%s", code, out, errs)
	}
	var status client.EventStatus
	if err := json.Unmarshal([]byte(s.must(append(tree, "--json")...)), &status); err != nil || status.Status != client.Committed {
		t.Fatalf("%+v %v", status, err)
	}
	got := s.assets()
	if len(got) != 1 || got[0].ID != status.Asset || got[0].Position.Lat != 38_912_345 || got[0].Position.Lon != 115_900_000 || got[0].Fields["dbh"].Int() != 120 {
		t.Fatalf("%+v", got)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"refused", append([]string{"record", "--asset", status.Asset, "--kind", "tree", "--action", "inventory", "--rulebook", "forestation@1", "--set", "species=x"}, place...), exitRefused, "asset-exists"},
		{"nothing to do", []string{"record"}, exitUsage, "--action"},
		{"no code", []string{"record", "--action", "plant", "--rulebook", "forestation@1"}, exitUsage, "--new"},
		{"half a position", []string{"record", "--asset", status.Asset, "--action", "plant", "--rulebook", "forestation@1", "--lat", "3"}, exitUsage, "decimal degrees"},
		{"file and flags", []string{"record", "x", "--action", "plant"}, exitUsage, "not both"},
		{"odd code", []string{"record", "--asset", "x", "--action", "plant", "--rulebook", "forestation@1"}, exitRefused, "malformed-event"},
		{"no such file", []string{"record", filepath.Join(s.folder, "none")}, exitFailure, "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if code, out, errs := s.run(c.args...); code != c.code || !strings.Contains(out+errs, c.says) {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errs)
			}
		})
	}
}

func eventLine(asset, species string) string {
	return `{"asset":"` + asset + `","kind":"tree","action":"inventory","rulebook":"forestation@1","place":{"lat":38912345,"lon":115912345},"data":{"species":"` + species + `"}}` + "\n"
}

func TestRecordFile(t *testing.T) {
	s := newStage(t)
	s.enrol(judgetest.Owner, "importer")
	a, b := judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Owner)
	path := s.file("events.jsonl", eventLine(a, "Ulmus")+eventLine(b, ""))
	code, out, errs := s.run("record", path)
	if code != exitRefused || strings.Count(out, "committed") != 1 || !strings.Contains(out, "bad-data") || !strings.Contains(errs, "1 of 2 refused") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	// One line is mended; the other is sent under the id that it had.
	s.file("events.jsonl", eventLine(a, "Ulmus")+eventLine(b, "Acer"))
	again := s.must("record", path)
	if len(s.assets()) != 2 || strings.Count(again, "committed") != 2 || strings.Split(again, "\n")[0] != strings.Split(out, "\n")[0] {
		t.Fatalf("%d assets\n%s", len(s.assets()), again)
	}
	s.in = eventLine(judgetest.Code(judgetest.Owner), "Acer")
	s.must("record", "-")
	bad := s.file("bad.jsonl", eventLine(judgetest.Code(judgetest.Owner), "Acer")+`{"asset":"x","colour":1}`)
	if code, _, errs := s.run("record", bad); code != exitRefused || !strings.Contains(errs, "event 2") || len(s.assets()) != 3 {
		t.Errorf("a mistake in the last line: exit %d, %d assets\n%s", code, len(s.assets()), errs)
	}
}

// With no gateway there, the events are kept, and the way that the message shows records each once.
func TestRecordUndelivered(t *testing.T) {
	s := newStage(t)
	s.enrol(judgetest.Owner, "importer")
	path := s.file("events.jsonl", eventLine(judgetest.Code(judgetest.Owner), "Ulmus"))
	down := []string{"--gateway", "http://127.0.0.1:1", "--patience", "0s"}
	t.Run("file", func(t *testing.T) {
		if code, _, errs := s.run(append([]string{"record", path}, down...)...); code != exitUnreachable || !strings.Contains(errs, path+".signed") {
			t.Fatalf("exit %d\n%s", code, errs)
		}
		first, _ := os.ReadFile(path + ".signed")
		s.must("record", path)
		if second, _ := os.ReadFile(path + ".signed"); string(second) != string(first) || len(s.assets()) != 1 {
			t.Errorf("signed anew, or %d assets", len(s.assets()))
		}
	})
	t.Run("flags", func(t *testing.T) {
		code, _, errs := s.run(append([]string{
			"record", "--asset", judgetest.Code(judgetest.Owner), "--kind", "tree", "--action", "inventory", "--rulebook", "forestation@1",
			"--set", "species=Acer", "--lat", "1", "--lon", "2",
		}, down...)...)
		_, kept, ok := strings.Cut(errs, "Send it later: rootline record ")
		if code != exitUnreachable || !ok {
			t.Fatalf("exit %d\n%s", code, errs)
		}
		kept, _, _ = strings.Cut(kept, "\n")
		s.must("record", kept)
		s.must("record", kept)
		if n := len(s.assets()); n != 2 {
			t.Errorf("%d assets", n)
		}
	})
}

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
