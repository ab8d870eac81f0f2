package httpapi

import (
	"reflect"
	"strconv"
	"testing"

	"github.com/rootline/rootline/gateway/labels"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/limits"
)

// What the description of the API says of bounds stands in tags, which cannot refer to the table: they say the same.
func TestTagsSayTheBoundsOfTheTable(t *testing.T) {
	for _, c := range []struct {
		of     reflect.Type
		member string
		tag    string
		want   int
	}{
		{reflect.TypeFor[query.Paging](), "Limit", "maximum", limits.PageItems},
		{reflect.TypeFor[ResolveBody](), "Codes", "maxItems", limits.ResolveCodes},
		{reflect.TypeFor[listCodesInput](), "Limit", "maximum", limits.ListPage},
		{reflect.TypeFor[traceInput](), "Nodes", "maximum", limits.TraceItems},
		{reflect.TypeFor[EventsBody](), "Events", "maxItems", limits.BatchEvents},
		{reflect.TypeFor[LabelsBody](), "Labels", "maxItems", labels.MaxLabels},
		{reflect.TypeFor[SetBody](), "Codes", "maxItems", limits.SetCodes},
	} {
		f, ok := c.of.FieldByName(c.member)
		if got := f.Tag.Get(c.tag); !ok || got != strconv.Itoa(c.want) {
			t.Errorf("%s.%s says %s %q, and the table %d", c.of, c.member, c.tag, got, c.want)
		}
	}
}
