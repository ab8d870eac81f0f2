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

func TestRecordByFlags(t *testing.T) {
	s := newStage(t)
	s.enrol(judgetest.Owner, "importer")
	place := []string{"--lat", "38.912345", "--lon=115.9", "--accuracy", "5"}
	tree := append([]string{"record", "--new", "--kind", "tree", "--action", "inventory", "--rulebook", "forestation@1", "--set", "species=Ulmus pumila", "--set", "dbh=120"}, place...)
	if code, out, errs := s.run(append(tree, "--check")...); code != exitOK || !strings.Contains(out, "acceptable") || len(s.assets()) != 0 {
		t.Fatalf("check: exit %d\n%s%s", code, out, errs)
	}
	if _, _, errs := s.run(append(tree, "--check")...); !strings.Contains(errs, ": 12\u202fcm\n") {
		t.Fatalf("the diameter is not told with its unit:\n%s", errs)
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
		{"half a position", []string{"record", "--asset", status.Asset, "--action", "plant", "--rulebook", "forestation@1", "--lat", "3"}, exitUsage, "degrees of WGS 84"},
		{"an amount that may be two", []string{"record", "--asset", status.Asset, "--action", "deliver", "--rulebook", "floodway@1", "--amount", "40,000"}, exitUsage, "write 40000 or 40"},
		{"an input that may be two", []string{"record", "--asset", status.Asset, "--action", "deliver", "--rulebook", "floodway@1", "--input", "X=1.000"}, exitUsage, "write 1000 or 1"},
		{"a value that may be two", []string{"record", "--asset", status.Asset, "--action", "plant", "--rulebook", "forestation@1", "--set", "height=2,100"}, exitUsage, "write 2100 or 2.1"},
		{"half a text", []string{"record", "--asset", status.Asset, "--action", "plant", "--rulebook", "forestation@1", "--set", `crew="12`}, exitUsage, "no text in quotes"},
		{"half a list", []string{"record", "--asset", status.Asset, "--action", "plant", "--rulebook", "forestation@1", "--set", `faults=[{"course":4}`}, exitUsage, "no list"},
		{"a list within a list", []string{"record", "--asset", status.Asset, "--action", "plant", "--rulebook", "forestation@1", "--set", `faults=[[1]]`}, exitUsage, "no list"},
		{"a list of entries for a text", append([]string{"record", "--new", "--kind", "tree", "--action", "inventory", "--rulebook", "forestation@1", "--set", `species=[{"course":4,"sort":"loose"}]`}, place...), exitRefused, "bad-data"},
		{"a number for a text", append([]string{"record", "--new", "--kind", "tree", "--action", "inventory", "--rulebook", "forestation@1", "--set", "species=12"}, place...), exitRefused, "bad-data"},
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

// A text of digits is given in quotes: a batch is called 0012.
func TestRecordATextOfDigits(t *testing.T) {
	for given, want := range map[string]rootline.Value{
		"12": rootline.IntegerOf(12), `"12"`: rootline.StringOf("12"), `"0012"`: rootline.StringOf("0012"), `"true"`: rootline.StringOf("true"),
		`"1,000"`: rootline.StringOf("1,000"), `"a \"b\""`: rootline.StringOf(`a "b"`), "42.5": rootline.StringOf("42.5"), "true": rootline.BoolOf(true),
	} {
		if got, err := valueOf(given); err != nil || !got.Equal(want) {
			t.Errorf("%s is %v, %v", given, got, err)
		}
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

// What stands in brackets is a list, as JSON writes it.
func TestListsAreSetAsJSON(t *testing.T) {
	for given, want := range map[string]string{
		`[3,5]`:     `[3,5]`,
		`["a","b"]`: `["a","b"]`,
		`[{"course":4,"sort":"loose"},{"ok":true}]`: `[{"course":4,"sort":"loose"},{"ok":true}]`,
		`"[3,5]"`: `"[3,5]"`,
	} {
		v, err := valueOf(given)
		if err != nil {
			t.Errorf("%s: %v", given, err)
			continue
		}
		if got, err := json.Marshal(v); err != nil || string(got) != want {
			t.Errorf("%s is %s (%v), want %s", given, got, err, want)
		}
	}
}
