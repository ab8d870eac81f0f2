package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// An event that breaks several rules is refused for the one that its sender can act on first: what is this, who are
// you, is it its turn, may you, did you bring what is asked, does the rulebook agree.
func TestTheRuleThatIsToldFirst(t *testing.T) {
	f := newForest(t)
	code := judgetest.Code(judgetest.Contractor)
	f.Do(f.nursery, selectTree(code))
	unknown := &judgetest.Person{Key: judgetest.NewKey(t)}
	for _, c := range []struct {
		name string
		who  *judgetest.Person
		e    *rootline.Event
		want rootline.Code
	}{
		{"unknown device, unknown rulebook", unknown, &rootline.Event{Asset: code, Action: "plant", Rulebook: "forestation@9"}, rootline.CodeUnknownDevice},
		{"unknown asset, wrong role", f.supervisor, plant(judgetest.Code(judgetest.Contractor)), rootline.CodeUnknownAsset},
		{"out of turn, wrong role", f.supervisor, plant(code), rootline.CodeWrongState},
		{"out of turn, nothing brought", f.planter, &rootline.Event{Asset: code, Action: "plant", Rulebook: forestation}, rootline.CodeWrongState},
		{"wrong role, nothing brought", f.supervisor, &rootline.Event{Asset: code, Action: "lift", Rulebook: forestation}, rootline.CodeWrongRole},
		{"nothing brought, a rule broken", f.nursery, func() *rootline.Event {
			e := selectTree(judgetest.Code(judgetest.Contractor))
			e.Evidence, e.Data = nil, []byte(`{"species":"Pinus tabuliformis","dbh":60,"height":100}`)
			return e
		}(), rootline.CodeMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := f.Try(c.who, c.e); rootline.CodeOf(err) != c.want {
				t.Fatalf("got %v, want %s", err, c.want)
			}
		})
	}
}
