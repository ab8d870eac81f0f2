package httpapi

import (
	"cmp"
	"log/slog"

	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/web/page"
)

// fields makes what a page shows of values: those that the rulebook describes in its order, then the rest by name.
func (v *reply) fields(described []rulebook.Field, values rootline.Fields) []page.Field {
	var out []page.Field
	known := map[string]bool{}
	for i := range described {
		f := &described[i]
		value, ok := values[f.Name]
		if !ok {
			continue
		}
		known[f.Name] = true
		out = append(out, page.Field{Name: f.Name, Title: f.Title, Value: value, Unit: f.Unit, Most: most(f), Words: v.words(f, value), Code: v.leads(f, value)})
	}
	for _, name := range sortedNames(values, known) {
		out = append(out, page.Field{Name: name, Value: values[name]})
	}
	return out
}

// most is the largest integer that a field may hold, 0 for none.
func most(f *rulebook.Field) int64 {
	if f.Max == nil {
		return 0
	}
	return *f.Max
}

// words gives the titles of values that are names: choices, places, organisations.
func (v *reply) words(f *rulebook.Field, value rootline.Value) map[string]rootline.Text {
	words := map[string]rootline.Text{}
	for _, c := range f.Choices {
		words[c.Value] = c.Title
	}
	name := value.Str()
	switch {
	case f.Type == rulebook.PlaceRef:
		words[name] = cmp.Or(v.PlaceOf(name).Title, rootline.Text{En: "a part of the works", Zh: "工程某部位"})
	case name != "" && !v.Organisations[name].IsZero():
		words[name] = v.Organisations[name]
	}
	return words
}

// leads reports whether a text is the code of another asset, which then is shown as a link: that of the dead tree which
// this one replaces.
func (v *reply) leads(f *rulebook.Field, value rootline.Value) bool {
	if f.Type != rulebook.String || len(f.Choices) > 0 || !rootline.ValidCode(value.Str()) {
		return false
	}
	return v.known(value.Str()) != nil
}

func logFault(c *gin.Context, err error) {
	slog.ErrorContext(c.Request.Context(), "request failed", "method", c.Request.Method, "route", c.FullPath(), "err", err)
}
