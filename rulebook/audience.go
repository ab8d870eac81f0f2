package rulebook

import (
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// Audience is to whom gateways show a value. It decides nothing on the ledger.
type Audience string

// The audiences. Guests are everybody, signed in or not; members the devices of the works' organisations.
const (
	AudienceAll     Audience = ""
	AudienceMembers Audience = "members"
)

// ForMembers reports whether guests are not shown everything that records of the kind keep, that its events ask for, or that is counted
// under them.
func (b *Rulebook) ForMembers(k *Kind) bool {
	members := func(f Field) bool { return f.Audience == AudienceMembers }
	if slices.ContainsFunc(k.Fields, members) || slices.ContainsFunc(k.Actions, func(a *Action) bool { return slices.ContainsFunc(a.Asks.Data, members) }) {
		return true
	}
	for _, one := range b.Kinds {
		for _, u := range one.Breakdowns() {
			if u.Audience == AudienceMembers && slices.ContainsFunc(u.Kinds, func(above KindStates) bool { return above.Book == "" && above.Kind == k.Name }) {
				return true
			}
		}
	}
	return false
}

// GuestsSee reports whether guests are shown a field that records of a kind keep. What the kind does not describe they are not, where
// it has anything for members.
func (b *Rulebook) GuestsSee(k *Kind, field string) bool {
	if f := k.Field(field); f != nil {
		return f.Audience == AudienceAll
	}
	return !b.ForMembers(k)
}

// GuestsSeeAsked is GuestsSee for what an event of an action says.
func (b *Rulebook) GuestsSeeAsked(k *Kind, action, field string) bool {
	if f := k.Field(field); f != nil && f.Audience == AudienceMembers {
		return false
	}
	if a := k.Action(action); a != nil {
		if f := fieldIn(a.Asks.Data, field); f != nil {
			return f.Audience == AudienceAll
		}
	}
	return !b.ForMembers(k)
}

// GuestsSeeCount reports whether guests are shown a count, or a tally, that a rulebook's kinds tell of what lies under something. The
// total, and how many of these a recall holds, everybody is shown.
func (b *Rulebook) GuestsSeeCount(name string) bool {
	if name == CountTotal || name == CountFrozen {
		return true
	}
	known := false
	for _, k := range b.Kinds {
		for _, u := range k.Breakdowns() {
			if slices.ContainsFunc(u.Counts, func(c *Count) bool { return c.Name == name }) {
				if known = true; u.Audience == AudienceMembers {
					return false
				}
			}
		}
	}
	return known
}

// CountOf takes apart the key of a count, or of a tally with which number it tells before it: "greatest/funds/paid" is of "funds", and "paid".
// book is "" for the rulebook of the asset that keeps it.
func CountOf(key string, tally bool) (book, name string) {
	if tally {
		_, key, _ = strings.Cut(key, "/")
	}
	if book, name, other := strings.Cut(key, "/"); other {
		return book, name
	}
	return "", key
}

func (r *reader) audience(e entry) Audience {
	return Audience(r.word(e, string(AudienceMembers)))
}

var noEntryAudience = rootline.Text{En: "entries are shown whole: say the audience of their field", Zh: "条目整体显示；请在其字段上说明可见范围"}

// Readers are the fields of all kinds whose organisation sees the record though its roles see only their own, as "kind/field".
func (b *Rulebook) Readers() (list []string) {
	for _, k := range b.Kinds {
		for i := range k.Fields {
			if k.Fields[i].Reader {
				list = append(list, k.Name+"/"+k.Fields[i].Name)
			}
		}
	}
	return list
}
