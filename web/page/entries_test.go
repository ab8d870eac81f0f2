package page

import (
	"testing"

	"github.com/rootline/rootline"
)

func TestEntriesAreShownWithWhatTheirValuesAreCalled(t *testing.T) {
	leak := rootline.Text{En: "Leak", Zh: "渗漏"}
	f := Field{Members: []Field{
		{Name: "code", Title: rootline.Text{En: "Code", Zh: "代码"}, Words: map[string]rootline.Text{"leak": leak}},
		{Name: "length", Title: rootline.Text{En: "Length", Zh: "长度"}, Unit: "mm", In: "m", Places: 3},
	}}
	value := rootline.ListOf(
		rootline.EntryOf(rootline.Fields{"code": rootline.StringOf("leak"), "length": rootline.IntegerOf(1250)}), rootline.EntryOf(rootline.Fields{"code": rootline.StringOf("rust"), "other": rootline.IntegerOf(1)}),
	)
	for lang, want := range map[string]string{"en": "Code Leak, Length 1.25\u202fm · Code rust", "zh": "代码 渗漏, 长度 1.25\u202fm · 代码 rust"} {
		if got := newView(lang, rootline.Text{}).value(f, value); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
