package httpapi

import (
	"reflect"
	"strings"
	"testing"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/proof"
)

// The client has types of its own for what the gateway answers, since it links no SQL and a gateway's types lie beside its read
// model. It reads only members that the gateway writes, each in the same form; of an event it reads all.
func TestTheClientReadsWhatTheGatewayWrites(t *testing.T) {
	for _, c := range []struct {
		reads, writes any
		whole         bool
	}{
		{reads: client.EventView{}, writes: presentation.EventView{}, whole: true},
		{reads: client.AssetView{}, writes: presentation.AssetView{}},
		{reads: client.EventStatus{}, writes: EventStatus{}, whole: true},
		{reads: client.Ledger{}, writes: Ledger{}},
		{reads: client.Protocol{}, writes: Protocol{}, whole: true},
		{reads: client.Block{}, writes: Block{}},
		{reads: client.Transaction{}, writes: Transaction{}},
		{reads: client.Finding{}, writes: Finding{}},
		{reads: client.Readiness{}, writes: Readiness{}},
		{reads: client.OutboxCounts{}, writes: OutboxCounts{}, whole: true},
		{reads: client.PlaceView{}, writes: PlaceView{}},
		{reads: client.RulebookView{}, writes: RulebookView{}},
		{reads: client.BallotView{}, writes: BallotView{}},
		{reads: proof.Anchor{}, writes: ProofAnchor{}, whole: true},
	} {
		name := reflect.TypeOf(c.reads).String()
		reads, writes := membersOf(reflect.TypeOf(c.reads)), membersOf(reflect.TypeOf(c.writes))
		if len(reads) == 0 {
			t.Errorf("%s has no members", name)
		}
		for member, form := range reads {
			if written, ok := writes[member]; !ok || written != form && form != rawJSON {
				t.Errorf("%s reads %q as %s; the gateway writes %q", name, member, form, written)
			}
		}
		for member := range writes {
			if _, read := reads[member]; c.whole && !read {
				t.Errorf("%s does not read %q", name, member)
			}
		}
	}
}

// membersOf are the members of a type in JSON with their forms: what they are made of, whatever Go calls a struct or a text.
func membersOf(typ reflect.Type) map[string]string {
	members := map[string]string{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			for member, form := range membersOf(f.Type) {
				members[member] = form
			}
		} else if name != "-" && f.IsExported() {
			members[name] = formOf(f.Type)
		}
	}
	return members
}

// rawJSON is what is kept as it came, for another reader.
const rawJSON = "json.RawMessage"

func formOf(typ reflect.Type) string {
	if typ.String() == rawJSON {
		return rawJSON
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return formOf(typ.Elem())
	case reflect.Slice:
		return "[]" + formOf(typ.Elem())
	case reflect.Map:
		return "map of " + formOf(typ.Elem())
	case reflect.Struct:
		if typ.PkgPath() == "github.com/rootline/rootline" {
			return typ.String()
		}
		return "object"
	}
	return typ.Kind().String()
}
