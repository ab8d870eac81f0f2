package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/codeindex"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/rulebook"
)

// TagListing finds the roll that names a blank tag; "" when none is known. It costs less than the proof.
func (v *View) TagListing(code string) (roll string, err error) {
	at, err := v.listing(rootline.SpaceTag, code)
	if at == nil || err != nil {
		return "", err
	}
	return at.List, nil
}

// inclusion proves a code that sleeps on the list of a lot, or a blank tag's place on its roll. It is nil when no list that is
// known here names it, which may change when a list's evidence file arrives.
func (v *View) inclusion(space rootline.Space, code string) (*rootline.Inclusion, error) {
	at, err := v.listing(space, code)
	if at == nil || err != nil {
		return nil, err
	}
	return v.prove(at)
}

// charging is the key of who pays in a context.
type charging struct{}

// Charged gives what is read with a context a payer. charge is told how many bytes of lists were read whole, and before
// each, with 0, says by an error that nothing is left. Without a payer nothing is charged.
func Charged(ctx context.Context, charge func(read int64) error) context.Context {
	return context.WithValue(ctx, charging{}, charge)
}

// prove makes the proof that a code stands where it does, at the cost of whoever asks.
func (v *View) prove(at *codeindex.Listing) (*rootline.Inclusion, error) {
	charge, _ := v.ctx.Value(charging{}).(func(read int64) error)
	in, err := v.store.codes.Prove(v.query, at, charge)
	return in, v.noticed(err)
}

// listing finds the list that a code wakes from; nil when none is known.
func (v *View) listing(space rootline.Space, code string) (*codeindex.Listing, error) {
	found, err := v.listings(space, code)
	return found[code], err
}

// listings finds the lists that codes wake from. A lot that was divided lists them too; its part is meant. Anybody may list the
// codes of others: a list is believed only of codes with the company prefix of who made it, so that nobody's list takes the
// place of another's.
func (v *View) listings(space rootline.Space, codes ...string) (map[string]*codeindex.Listing, error) {
	all, err := v.store.codes.Find(v.query, space, codes...)
	if err != nil || len(all) == 0 {
		return nil, v.noticed(err)
	}
	var unsure []string
	for _, on := range all {
		for i := range on {
			if len(on) > 1 {
				unsure = append(unsure, on[i].List)
			}
		}
	}
	lots, err := v.lotsOf(unsure)
	if err != nil {
		return nil, err
	}
	out, prefixes := make(map[string]*codeindex.Listing, len(all)), map[string]string{}
	for code, on := range all {
		divided := map[string]bool{}
		for i := range on {
			divided[lots[on[i].List]] = true
		}
		for i := range on {
			prefix, known := prefixes[on[i].List]
			if !known {
				if prefix, err = v.prefixOf(space, on[i].List); err != nil {
					return nil, err
				}
				prefixes[on[i].List] = prefix
			}
			if !divided[on[i].List] && prefix != "" && strings.HasPrefix(code, prefix) {
				out[code] = &on[i]
				break
			}
		}
	}
	return out, nil
}

// prefixOf is the company prefix of the codes that a list may name: that of who made the lot, or issued the roll, whose own
// code has it. "" when that is not known.
func (v *View) prefixOf(space rootline.Space, list string) (string, error) {
	if space == rootline.SpaceAsset {
		w, err := v.wakes(list)
		if w == nil || err != nil {
			return "", err
		}
		return w.prefix, nil
	}
	ledger, err := v.Ledger()
	if err != nil {
		return "", err
	}
	for i := range ledger.Organisations {
		if o := &ledger.Organisations[i]; strings.HasPrefix(list, o.Prefix) {
			return o.Prefix, nil
		}
	}
	return "", nil
}

// lotsOf gives the lots that some assets are parts of, by their ids.
func (v *View) lotsOf(ids []string) (map[string]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ids: %w", err)
	}
	out := map[string]string{}
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var id, lot string
		err := rows.Scan(&id, &lot)
		out[id] = lot
		return struct{}{}, err
	}, `SELECT id, lot FROM assets WHERE id IN (SELECT value FROM json_each(?))`, string(list))
	return out, err
}

// sleeping gives the items that codes would wake as, by their codes.
func (v *View) sleeping(codes ...string) (map[string]*Asset, error) {
	found, err := v.listings(rootline.SpaceAsset, codes...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	lots, out := map[string]*wakes{}, make(map[string]*Asset, len(found))
	for code, at := range found {
		w, known := lots[at.List]
		if !known {
			if w, err = v.wakes(at.List); err != nil {
				return nil, err
			}
			lots[at.List] = w
		}
		if w != nil && strings.HasPrefix(code, w.prefix) { // another the ledger would not wake
			out[code] = asleep(code, w.lot, w.kind)
		}
	}
	return out, v.markNotRecomputed(slices.Collect(maps.Values(out))...)
}

// wakes is what items of a listed lot wake as: of the kind, and with the prefix of who made the lot.
type wakes struct {
	lot    *rootline.Asset
	kind   *rulebook.Kind
	prefix string
}

// wakes is nil for a lot of which nothing wakes.
func (v *View) wakes(id string) (*wakes, error) {
	lot, err := recall[*rootline.Asset](v, rootline.Ref{Space: rootline.SpaceAsset, ID: id})
	if lot == nil || err != nil {
		return nil, err
	}
	maker, err := record[*rootline.Organisation](v, rootline.SpaceOrganisation, lot.Maker)
	if maker == nil || err != nil {
		return nil, err
	}
	adopted, err := record[*rootline.AdoptedRulebook](v, rootline.SpaceRulebook, lot.Rulebook)
	if adopted == nil || err != nil {
		return nil, err
	}
	book, err := v.store.books.Parse(adopted.YAML)
	if err != nil {
		return nil, err
	}
	lotKind := book.Kind(lot.Kind)
	if lotKind == nil || book.Kind(lotKind.Lists) == nil {
		return nil, nil
	}
	return &wakes{lot, book.Kind(lotKind.Lists), maker.Prefix}, nil
}

func asleep(code string, lot *rootline.Asset, kind *rulebook.Kind) *Asset {
	a := &Asset{Asleep: true, Tags: []string{}, Asset: rootline.Asset{
		ID: code, Kind: kind.Name, Rulebook: lot.Rulebook, State: lot.State, Maker: lot.Maker, Custodian: lot.Custodian,
		Place: lot.Place, Lot: lot.ID, Changed: lot.Changed, Frozen: lot.Frozen, // a frozen lot wakes nothing
	}}
	for name, value := range lot.Fields {
		if kind.Field(name) != nil {
			if a.Fields == nil {
				a.Fields = rootline.Fields{}
			}
			a.Fields[name] = value
		}
	}
	return a
}

// MaxCodes is the most codes of a page of ListCodes.
const MaxCodes = limits.ListPage

// ListCodes lists the codes of a listed lot or a roll in their order. A list that is not known, or whose file has not
// arrived, has none.
func (v *View) ListCodes(list string, p Page) (List[string], error) {
	var position int64
	if _, err := after("codes", p, &position); err != nil {
		return List[string]{}, err
	}
	limit := int64(p.Limit)
	if limit <= 0 || limit > MaxCodes {
		limit = MaxCodes
	}
	codes, count, err := v.store.codes.Page(v.query, list, position, limit)
	if err != nil || len(codes) == 0 {
		return List[string]{}, v.noticed(err)
	}
	out := List[string]{Items: codes}
	if end := position + limit; end < count {
		out.Next = cursorOf("codes", end)
	}
	return out, nil
}

// Lists proves codes for an outbox.
type Lists struct{ *Store }

// Inclusion proves a code that sleeps on a lot (SpaceAsset) or lies blank on a roll (SpaceTag). A fault is logged and
// answered like a code that is not known: the ledger then refuses the event, and it may be sent again.
func (l Lists) Inclusion(ctx context.Context, space rootline.Space, code string) (in *rootline.Inclusion, ok bool) {
	in, err := Read(ctx, l.Store, func(v *View) (*rootline.Inclusion, error) { return v.inclusion(space, code) })
	if err != nil {
		slog.ErrorContext(ctx, "a code is not proved", "code", code, "error", err)
		return nil, false
	}
	return in, in != nil
}
