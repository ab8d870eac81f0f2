package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// manyTrees makes a table of n synthetic trees.
func manyTrees(n int) string {
	var b strings.Builder
	b.WriteString(strings.Split(trees, "\n")[2] + "\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,Elm,Ulmus,Ulmus,Ulmaceae,%d,2001,,Park,01/10/2021,-37.5,145.5\n", i+1, i%90+1)
	}
	return b.String()
}

func run(t *testing.T, m *memory, journal, csv string, change func(*Run)) (*Summary, error) {
	t.Helper()
	mp := mapping(t, treeMap)
	table, err := OpenTable(write(t, "t.csv", csv), mp.Table)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	plan, err := mp.Bind(table.Heading, book(t))
	if err != nil {
		t.Fatal(err)
	}
	j, err := OpenJournal(journal, mp.Source, testNet)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r := &Run{Plan: plan, Device: m.device, Gateway: m, Journal: j, Prefix: "9520001", Batch: 10, Parallel: 3}
	if change != nil {
		change(r)
	}
	return r.Do(t.Context(), table.Rows())
}

func TestImport(t *testing.T) {
	m, journal := newMemory(t), filepath.Join(t.TempDir(), "j")
	m.slow = 1
	var last Progress
	s, err := run(t, m, journal, manyTrees(95), func(r *Run) { r.Progress = func(p Progress) { last = p } })
	if err != nil || s.Rows != 95 || s.Recorded != 95 || s.Refused != 0 || s.Done() != 95 || last.Done() != 95 {
		t.Fatalf("%+v %v, told %+v", s, err, last)
	}
	codes := m.sources(t)
	for code := range m.assets {
		if !strings.HasPrefix(code, "9520001") || len(code) != len("9520001")+rootline.SerialLength {
			t.Errorf("code %s", code)
		}
	}
	s, err = run(t, m, journal, manyTrees(95), nil)
	if err != nil || s.Recorded != 0 || s.Before != 95 || len(m.assets) != 95 || m.sources(t)["com-id:7"] != codes["com-id:7"] {
		t.Fatalf("again: %+v %v", s, err)
	}
}

// Whatever breaks, and whatever the ledger had done by then, the next run ends with each tree recorded once.
func TestImportGoesOn(t *testing.T) {
	for name, lose := range map[string]func(n int, after bool) bool{
		"at once":                func(int, bool) bool { return true },
		"before the third":       func(n int, after bool) bool { return n >= 3 && !after },
		"after the third":        func(n int, after bool) bool { return n >= 3 && after },
		"answer of the last one": func(n int, after bool) bool { return n == 10 && after },
	} {
		t.Run(name, func(t *testing.T) {
			m, journal := newMemory(t), filepath.Join(t.TempDir(), "j")
			m.lose = lose
			s, err := run(t, m, journal, manyTrees(95), nil)
			var u *client.Unreachable
			if !errors.As(err, &u) || s.Done() == 95 {
				t.Fatalf("%+v %v", s, err)
			}
			m.lose = func(int, bool) bool { return false }
			cut(t, journal)
			s, err = run(t, m, journal, manyTrees(95), nil)
			if err != nil || s.Done() != 95 || s.Refused != 0 || len(m.assets) != 95 || len(m.sources(t)) != 95 {
				t.Fatalf("%+v %v, %d trees", s, err, len(m.assets))
			}
		})
	}
}

// cut leaves the journal as a power cut would: with half a line at the end.
func cut(t *testing.T, journal string) {
	t.Helper()
	f, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(`{"key":"[\"9`); err != nil {
		t.Fatal(err)
	}
}

// The journal's notes of what is recorded are lost, and the device was enrolled anew: its signatures differ.
func TestImportWithAnotherKey(t *testing.T) {
	m, journal := newMemory(t), filepath.Join(t.TempDir(), "j")
	if _, err := run(t, m, journal, manyTrees(5), nil); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(journal)
	var kept []string
	for _, l := range strings.SplitAfter(string(b), "\n") {
		if !strings.HasPrefix(l, `{"done"`) {
			kept = append(kept, l)
		}
	}
	if err := os.WriteFile(journal, []byte(strings.Join(kept, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	m.device, _ = client.NewDevice(testNet)
	s, err := run(t, m, journal, manyTrees(5), nil)
	if err != nil || s.Before != 5 || s.Refused != 0 || len(m.assets) != 5 {
		t.Fatalf("%+v %v", s, err)
	}
}

// Another program with the same key was first to make some of the ids. The journal keeps the new ones.
func TestImportWithIDsThatAnotherEventHas(t *testing.T) {
	m, journal := newMemory(t), filepath.Join(t.TempDir(), "j")
	taken := map[string]bool{}
	m.refuse = func(e *rootline.Event) *rootline.Error {
		if taken[e.ID] || len(taken) < 7 {
			taken[e.ID] = true
			return rootline.Refuse(rootline.CodeEventReused)
		}
		return nil
	}
	s, err := run(t, m, journal, manyTrees(25), nil)
	if err != nil || s.Recorded != 25 || s.Refused != 0 || len(m.sources(t)) != 25 || len(taken) != 7 {
		t.Fatalf("%+v %v, %d taken", s, err, len(taken))
	}
	if s, err = run(t, m, journal, manyTrees(25), nil); err != nil || s.Before != 25 {
		t.Fatalf("again: %+v %v", s, err)
	}
}

func TestRefusedRows(t *testing.T) {
	m, journal := newMemory(t), filepath.Join(t.TempDir(), "j")
	m.refuse = func(e *rootline.Event) *rootline.Error {
		if strings.Contains(string(e.Data), "com-id:3") {
			return &rootline.Error{Code: "too-thick", Says: rootline.Text{En: "Too thick", Zh: "过粗"}, Field: "/data/dbh"}
		}
		return nil
	}
	csv := manyTrees(4) + "5,Elm,Ulmus,,,?,19,,Park,01/10/2021,-37.5,145.5\n" + // two faults
		"2,Elm,Ulmus,,,9,2001,,Park,01/10/2021,-37.5,145.5\n" + // a key twice
		"6,Elm,\"Ulmus, \"\"minor\"\"\",,,9,2001,,Roof,01/10/2021,-37.5,145.5\n" +
		"7,Elm\n" + "8,El\"m,Ulmus\n" + "#9,Elm,,,,9,2001,,Park,01/10/2021,-37.5,145.5\n"
	csv = strings.Replace(csv, "\n#9,", "\n\"#9\",", 1)
	s, err := run(t, m, journal, csv, nil)
	if err != nil || s.Recorded != 3 || s.Refused != 7 || s.Rows != 10 {
		t.Fatalf("%+v %v", s, err)
	}
	var report, faulty bytes.Buffer
	p := mapping(t, treeMap)
	plan, _ := p.Bind(strings.Split(strings.Split(trees, "\n")[2], ","), nil)
	if err := WriteReport(&report, s.Refusals, "en"); err != nil {
		t.Fatal(err)
	}
	want := `row,column,value,code,reason
4,Diameter Breast Height,3,too-thick,Too thick
6,Diameter Breast Height,?,cell-not-a-number,"Not a number. Write digits, with a point before decimals and no unit."
6,Year Planted,19,cell-not-a-year,Not a year of four digits.
7,CoM ID,2,row-key-twice,"Line 3 has the same key. Each row is one thing: remove one of them, or correct its key."
8,Located In,Roof,cell-not-a-choice,"Not one of: Park, Street. Correct it, or add it to the mapping's choices."
9,,,row-of-other-length,"The row has 2 cells, the heading 12. A comma inside a text needs quotes around the text."
10,,,row-not-csv,"The row is not CSV: a quote stands where none may, or is never closed. Put quotes around the whole cell, and write those within it twice."
11,Scientific Name,,cell-empty,"The cell is empty, and the action needs it. Fill it in."
`
	if report.String() != want {
		t.Errorf("report:\n%s", report.String())
	}
	if err := WriteFaulty(&faulty, plan, s.Refusals); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(faulty.String(), "\n")
	if len(lines) != 9 || lines[4] != `6,Elm,"Ulmus, ""minor""",,,9,2001,,Roof,01/10/2021,-37.5,145.5` || lines[6] != `8,El"m,Ulmus` || !strings.HasPrefix(lines[7], `"#9",Elm`) {
		t.Errorf("faulty rows:\n%s", faulty.String())
	}
	// Mended, the faulty rows go in beside what is there.
	m.refuse = func(*rootline.Event) *rootline.Error { return nil }
	mended := strings.NewReplacer("?,19", "9,2019", "Roof", "Street", "7,Elm\n", "", "8,El\"m,Ulmus\n", "", "\"#9\",Elm,,", "9,Elm,Ulmus,", "\n2,Elm", "\n10,Elm").Replace(faulty.String())
	s, err = run(t, m, journal, mended, nil)
	if err != nil || s.Refused != 0 || s.Recorded != 5 || len(m.sources(t)) != 8 {
		t.Fatalf("mended: %+v %v\n%s", s, err, mended)
	}
	// A recorded row that says something else now is told, not recorded anew.
	s, err = run(t, m, journal, strings.Replace(manyTrees(4), "1,Elm", "1,Oak", 1), nil)
	if err != nil || s.Refused != 1 || s.Before != 3 || s.Refusals[0].Faults[0].Code != CodeChanged {
		t.Fatalf("changed: %+v %v", s, err)
	}
}

func TestCheckRecordsNothing(t *testing.T) {
	m := newMemory(t)
	m.refuse = func(e *rootline.Event) *rootline.Error {
		if strings.Contains(string(e.Data), `com-id:1"`) {
			return rootline.Refuse(rootline.CodeUnknownPlace, "x")
		}
		return nil
	}
	s, err := run(t, m, filepath.Join(t.TempDir(), "j"), manyTrees(25), func(r *Run) { r.CheckOnly = true })
	if err != nil || s.Recorded != 24 || s.Refused != 1 || len(m.events) != 0 {
		t.Fatalf("%+v %v", s, err)
	}
}

func TestCancel(t *testing.T) {
	m := newMemory(t)
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	m.lose = func(n int, _ bool) bool {
		if n == 2 {
			cancel(enough)
		}
		return false
	}
	journal := filepath.Join(t.TempDir(), "j")
	p, rows := open(t, manyTrees(95), treeMap)
	j, err := OpenJournal(journal, "some-trees", testNet)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r := &Run{Plan: p, Device: m.device, Gateway: m, Journal: j, Prefix: "9520001", Batch: 10, Parallel: 1}
	s, err := r.Do(ctx, func(yield func(Row, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	})
	if !errors.Is(err, enough) || s.Done() == 95 {
		t.Fatalf("%+v %v", s, err)
	}
}

func TestJournalRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j, err := OpenJournal(path, "some-trees", testNet)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(name, path, net string) {
		t.Helper()
		var bad *JournalError
		if _, err := OpenJournal(path, "some-trees", net); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("in use", path, testNet)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	refused("of another ledger", path, strings.Repeat("f", 32))
	refused("no journal", write(t, "x", "a,b\n1,2\n"), testNet)
}
