package readmodel

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Inclusion proves a code that sleeps on the list of a lot. ok is false when no list that is known here names it,
// which may change when a list's evidence file arrives.
func (s *Store) Inclusion(ctx context.Context, code string) (in *rootline.Inclusion, ok bool, err error) {
	return s.inclusion(ctx, rootline.SpaceAsset, code)
}

// TagInclusion proves a blank tag's place on its roll.
func (s *Store) TagInclusion(ctx context.Context, code string) (in *rootline.Inclusion, ok bool, err error) {
	return s.inclusion(ctx, rootline.SpaceTag, code)
}

func (s *Store) inclusion(ctx context.Context, space rootline.Space, code string) (*rootline.Inclusion, bool, error) {
	in, err := look(ctx, s, func(v *view) (*rootline.Inclusion, error) {
		at, err := v.listing(s, space, code)
		if at == nil || err != nil {
			return nil, err
		}
		tree, err := s.trees.get(strconv.FormatInt(at.number, 10), func() ([]string, error) { return v.codesOf(at.number) })
		if err != nil {
			return nil, err
		}
		return &rootline.Inclusion{List: at.list, Index: int64(at.position), Path: tree.path(at.position)}, nil
	})
	return in, in != nil, err
}

// listing is where a code lies on a list.
type listing struct {
	list     string
	number   int64
	position int
}

// listing finds the list that a code wakes from. A lot that was divided lists it too; its part is meant.
func (v *view) listing(s *Store, space rootline.Space, code string) (*listing, error) {
	all, err := v.find(s, space, code)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if len(all) == 1 {
		return &all[0], nil
	}
	lists := make([]string, len(all))
	for i := range all {
		lists[i] = all[i].list
	}
	ids, err := json.Marshal(lists)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ids: %w", err)
	}
	divided, err := collect(v, text, `SELECT lot FROM assets WHERE id IN (SELECT value FROM json_each(?))`, string(ids))
	for i := range all {
		if err == nil && !slices.Contains(divided, all[i].list) {
			return &all[i], nil
		}
	}
	return nil, err
}

// LotOf returns the listed lot that a code sleeps on, or that an asset woke from; "" when there is none.
func (s *Store) LotOf(ctx context.Context, code string) (string, error) {
	return look(ctx, s, func(v *view) (string, error) {
		asset, err := v.resolve(s, code)
		if asset == nil || err != nil {
			return "", err
		}
		return asset.Lot, nil
	})
}

// sleeping is the item that a code would wake as, or nil.
func (v *view) sleeping(s *Store, code string) (*Asset, error) {
	at, err := v.listing(s, rootline.SpaceAsset, code)
	if at == nil || err != nil {
		return nil, err
	}
	lot, err := recall[*rootline.Asset](v, rootline.Ref{Space: rootline.SpaceAsset, ID: at.list})
	if lot == nil || err != nil {
		return nil, err
	}
	maker, err := record[*rootline.Organisation](v, rootline.SpaceOrganisation, lot.Maker)
	if maker == nil || err != nil || !strings.HasPrefix(code, maker.Prefix) {
		return nil, err // the ledger would not wake it
	}
	adopted, err := record[*rootline.AdoptedRulebook](v, rootline.SpaceRulebook, lot.Rulebook)
	if adopted == nil || err != nil {
		return nil, err
	}
	book, err := s.books.Parse(adopted.YAML)
	if err != nil {
		return nil, err
	}
	lotKind := book.Kind(lot.Kind)
	if lotKind == nil || book.Kind(lotKind.Lists) == nil {
		return nil, nil
	}
	return asleep(code, lot, book.Kind(lotKind.Lists)), nil
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
