package labels

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rootline/rootline"
)

func TestWhatCannotBePrinted(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Job)
		want   rootline.Code
		says   string
	}{
		{"nothing", func(j *Job) { j.Labels = nil }, CodeNone, "at least one"},
		{"too many", func(j *Job) { j.Labels = make([]Label, MaxLabels+1) }, CodeTooMany, "100001 labels"},
		{"no code", func(j *Job) { j.Labels[1].Code = "9520 001t" }, CodeCode, "Label 2"},
		{"start", func(j *Job) { j.Start = 25 }, CodeStart, "cells 1 to 24; there is no cell 25"},
		{"start below", func(j *Job) { j.Start = -1 }, CodeStart, "cell -1"},
		{"small", func(j *Job) { j.Symbol = 9_000 }, CodeModule, "0.31 mm; below 0.33 mm it does not scan reliably. Print the code at 9.6 mm"},
		{"small on a roll", func(j *Job) { j.Template = template(t, "roll-40x20"); j.Symbol = 10_000 }, CodeModule, "Print the code at 10.9 mm"},
		{"large", func(j *Job) { j.Symbol = 36_000 }, CodeRoom, "36 mm"},
		{"large beside", func(j *Job) { j.Template = template(t, "roll-40x20"); j.Symbol = 19_000 }, CodeRoom, "40 × 20 mm"},
		{"no room for codes", func(j *Job) {
			j.Origin = "https://" + strings.Repeat("long.", 40) + "example"
			j.Template = template(t, "roll-40x20")
		}, CodeModule, "larger label"},
		{"address too long", func(j *Job) { j.Origin = "https://" + strings.Repeat("long.", 60) + "example" }, CodeAddress, "cannot stand in a QR code"},
		{"address with a path", func(j *Job) { j.Origin = "https://works.example/a" }, CodeAddress, "works.example"},
		{"address of another kind", func(j *Job) { j.Origin = "ftp://works.example" }, CodeAddress, "ftp"},
		{"address that the mode lacks", func(j *Job) { j.Origin = "http://[::1]:8080" }, CodeAddress, "[::1]"},
		{"offset", func(j *Job) { j.Calibration.OffsetY = -20_001 }, CodeCalibration, "20 mm"},
		{"scale", func(j *Job) { j.Calibration.ScaleX = 1_200_000 }, CodeCalibration, "0.9 to 1.1"},
		{"all texts too long", func(j *Job) {
			for i := range j.Labels {
				j.Labels[i].Text = []string{strings.Repeat("many words ", 60)}
			}
		}, CodeText, "Label 1"},
		{"word too long", func(j *Job) { j.Text = []string{strings.Repeat("word", 20)} }, CodeText, "Label 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := jobOf(t, "a4-70x37", 3)
			c.change(&j)
			var out bytes.Buffer
			err := Write(context.Background(), &out, j, nil)
			e := rootline.AsError(err)
			if e == nil || e.Code != c.want || !strings.Contains(e.Says.En, c.says) || e.Says.Zh == "" || strings.Contains(e.Error()+e.Says.Zh, "%!") {
				t.Errorf("%v, want %s with %q", err, c.want, c.says)
			}
			if out.Len() != 0 {
				t.Error("something was written")
			}
		})
	}
}

// A text that cannot be set stops its label and no other.
func TestALabelWhoseTextCannotBeSetIsLeftOut(t *testing.T) {
	j := jobOf(t, "a4-70x37", 4)
	j.Labels[0].Text = []string{"Oak"}
	j.Labels[1].Text = []string{strings.Repeat("many words ", 60)}
	j.Labels[2].Text = []string{"Oak \U0010FFFD"} // no font has a character for private use at the end of all planes
	plan, err := j.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if plan.Labels != 2 || plan.Pages != 1 || len(plan.Left) != 2 {
		t.Fatalf("%d labels on %d pages, %d left out", plan.Labels, plan.Pages, len(plan.Left))
	}
	if l := plan.Left[0]; l.Code != j.Labels[1].Code || l.Why.Code != CodeText {
		t.Errorf("%s is left out as %v", l.Code, l.Why)
	}
	if l := plan.Left[1]; l.Code != j.Labels[2].Code || l.Why.Code != CodeFont {
		t.Errorf("%s is left out as %v", l.Code, l.Why)
	}
	var out bytes.Buffer
	if err := plan.Write(context.Background(), &out, nil); err != nil || out.Len() == 0 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
	j.Text = []string{"Oak \U0010FFFD"}
	if _, err := j.Prepare(); rootline.CodeOf(err) != CodeFont {
		t.Errorf("a text of all labels that cannot be set: %v", err)
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for code, says := range words {
		if says.En == "" || says.Zh == "" || strings.Count(says.En, "%") != strings.Count(says.Zh, "%") || !strings.HasPrefix(string(code), "label-") {
			t.Errorf("%s: %+v", code, says)
		}
	}
	if _, err := TemplateNamed("a3"); rootline.CodeOf(err) != CodeTemplate || !strings.Contains(err.Error(), "roll-50x30") {
		t.Error(err)
	}
}

// The least size that a refusal names is one that is taken.
func TestTheWayOutOfTooSmall(t *testing.T) {
	for name, least := range map[string]Length{"a4-70x37": 9_600, "roll-40x20": 10_900} {
		j := jobOf(t, name, 1)
		j.Symbol = least
		if _, err := j.Prepare(); err != nil {
			t.Errorf("%s at %d: %v", name, least, err)
		}
		j.Symbol = least - 200
		if _, err := j.Prepare(); rootline.CodeOf(err) != CodeModule {
			t.Errorf("%s at %d: %v", name, j.Symbol, err)
		}
	}
}

func TestBlank(t *testing.T) {
	codes, err := Blank("9520001", 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range codes {
		if !rootline.ValidCode(c) || !strings.HasPrefix(c, "9520001") {
			t.Errorf("%q", c)
		}
	}
	if slices.Sort(codes); len(slices.Compact(codes)) != 500 {
		t.Error("codes are repeated")
	}
	for _, c := range []struct {
		prefix string
		n      int
		want   rootline.Code
	}{{"95", 1, CodePrefix}, {"9520001", 0, CodeNone}, {"9520001", MaxLabels + 1, CodeTooMany}} {
		if _, err := Blank(c.prefix, c.n); rootline.CodeOf(err) != c.want {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestProgressCountsEachLabel(t *testing.T) {
	var heard []int
	j := jobOf(t, "a4-70x37", 50)
	j.Start = 24
	err := Write(context.Background(), &bytes.Buffer{}, j, func(done, of int) {
		if of != 50 {
			t.Errorf("of %d", of)
		}
		heard = append(heard, done)
	})
	if err != nil || !slices.Equal(heard, []int{1, 25, 49, 50}) {
		t.Error(heard, err)
	}
}

func TestACancelledJobEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	done := 0
	err := Write(ctx, &bytes.Buffer{}, jobOf(t, "roll-40x20", 500), func(n, _ int) {
		if done = n; n == 100 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || done != 100 {
		t.Error(done, err)
	}
}

type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestTheWritersErrorComesBack(t *testing.T) {
	for _, room := range []int{0, 5_000, 100_000} {
		if err := Write(context.Background(), &full{room}, jobOf(t, "roll-40x20", 500), nil); !errors.Is(err, errFull) {
			t.Errorf("%d bytes: %v", room, err)
		}
	}
}

// A gateway prints several jobs at once; each document is what it would be alone.
func TestJobsAtOnce(t *testing.T) {
	j := jobOf(t, "a4-48.5x25.4", 100)
	j.Text, j.Font = []string{species}, chineseFont(t, "松油")
	want := printed(t, j)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			var b bytes.Buffer
			if err := Write(context.Background(), &b, j, nil); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("another document: %v", err)
			}
		})
	}
	wait.Wait()
}
