package export

import (
	"fmt"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/rulebook"
)

func TestDecimal(t *testing.T) {
	for want, d := range map[string]decimal{
		"1.25": {1250, 3}, "0.001": {1, 3}, "-0.5": {-50, 2}, "12": {12000, 3}, "0": {0, 2}, "7": {7, 0}, "-9007199254740.991": {-9007199254740991, 3},
	} {
		if got := d.String(); got != want {
			t.Errorf("%+v is written %s, not %s", d, got, want)
		}
	}
	if got := (decimal{1250, 3}).float(); got != 1.25 {
		t.Error(got)
	}
}

// A value stands in the unit that its rulebook says people read it in, and the heading names that unit.
func TestCellsAreInTheUnitThatPeopleRead(t *testing.T) {
	length := rulebook.Field{Name: "length", Title: rootline.Text{En: "Length", Zh: "长度"}, Type: rulebook.Integer, Unit: "mm", In: "m", Digits: 3}
	plain := length
	plain.In, plain.Digits = "", 0
	code := rulebook.Field{Name: "code", Title: rootline.Text{En: "Code", Zh: "代码"}, Type: rulebook.String, Choices: []rulebook.Choice{{Value: "leak", Title: rootline.Text{En: "Leak", Zh: "渗漏"}}}}
	defects := rulebook.Field{Name: "defects", Title: rootline.Text{En: "Defects", Zh: "缺陷"}, Type: rulebook.Entries, Members: []rulebook.Field{code, length}}
	found := rootline.ListOf(
		rootline.EntryOf(rootline.Fields{"code": rootline.StringOf("leak"), "length": rootline.IntegerOf(1250)}), rootline.EntryOf(rootline.Fields{"code": rootline.StringOf("rust")}),
	)
	v := &presentation.Reply{}
	for _, c := range []struct {
		field      rulebook.Field
		value      rootline.Value
		head, cell string
	}{
		{length, rootline.IntegerOf(1250), "长度（m）", "1.25"},
		{plain, rootline.IntegerOf(1250), "长度（mm）", "1250"},
		{defects, found, "缺陷", "1. 代码：渗漏，长度（m）：1.25；2. 代码：rust"},
	} {
		if head := withUnit(&c.field); head.Zh != c.head {
			t.Errorf("the heading is %s, not %s", head.Zh, c.head)
		}
		if got := fmt.Sprint(cellOf(v, &c.field, c.value, "zh")); got != c.cell {
			t.Errorf("%v is written %s, not %s", c.value, got, c.cell)
		}
	}
	if got := fmt.Sprint(cellOf(v, &defects, found, "en")); got != "1. Code: Leak, Length (m): 1.25; 2. Code: rust" {
		t.Error(got)
	}
	samples := length
	samples.Type = rulebook.Integers
	if got := fmt.Sprint(cellOf(v, &samples, rootline.ListOf(rootline.IntegerOf(1250), rootline.IntegerOf(900)), "en")); got != "1.25 0.9" {
		t.Error(got)
	}
}
