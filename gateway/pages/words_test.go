package pages

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/rulebook"
)

// What the record keeps of an organisation is its MSP id. People read its title, and a text that somebody typed stays what it is.
func TestOrganisationsAreCalledByTheirTitles(t *testing.T) {
	owner, friend := rootline.Text{En: "Owner", Zh: "业主"}, rootline.StringOf("FriendMSP")
	v := &making{Reply: &presentation.Reply{Organisations: map[string]rootline.Text{"OwnerMSP": owner}}}
	for _, c := range []struct {
		field rulebook.FieldType
		value rootline.Value
		want  map[string]string
	}{
		{rulebook.OrganisationRef, rootline.StringOf("OwnerMSP"), map[string]string{"OwnerMSP": "业主"}},
		{rulebook.OrganisationRefs, rootline.ListOf(rootline.StringOf("OwnerMSP"), friend), map[string]string{"OwnerMSP": "业主", "FriendMSP": "某单位"}},
		{rulebook.OrganisationRef, friend, map[string]string{"FriendMSP": "某单位"}},
		{rulebook.DeviceRef, rootline.StringOf("kid"), map[string]string{"kid": "某设备"}},
		{rulebook.String, rootline.StringOf("OwnerMSP"), nil},
	} {
		got := v.words(&rulebook.Field{Type: c.field}, c.value)
		for id, title := range c.want {
			if got[id].Zh != title {
				t.Errorf("%s %s is called %q, not %q", c.field, id, got[id].Zh, title)
			}
		}
		if c.want == nil && len(got) > 0 {
			t.Errorf("%s: %v", c.field, got)
		}
	}
}
