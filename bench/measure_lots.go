package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// The shape of the lots. One item in a hundred is resolved. So many lots are on their way at a time that the orderers'
// batch time-out is not what is measured; the other side's concurrency is its best, too. A slice has at least three
// rounds of them, since the last one ends with idle processors.
const lotSize, fewestLots, lotsAtOnce, oneIn = 10_000, 72, 24, 100

// takeLots measures the registration of listed lots by item, and what a peer keeps of an item.
func takeLots(ctx context.Context, s *stage) ([]result, error) {
	w := newInventory()
	if err := s.bestConcurrency(ctx, w); err != nil {
		return nil, err
	}
	if _, err := s.owner.SignIn(ctx, s.nursery); err != nil {
		return nil, err
	}
	if _, err := s.lotSlice(ctx, 2); err != nil {
		return nil, err
	}
	var first slice
	err := s.whileProfiled(ctx, "lots", func(ctx context.Context) (err error) { first, err = s.lotSlice(ctx, fewestLots); return err })
	if err != nil {
		return nil, err
	}
	plain, err := s.plainSlice(ctx, w, s.concurrency)
	if err != nil {
		return nil, err
	}
	nPlain := max(s.concurrency, int(plain.rate()*s.o.slice.Seconds()))
	nLots := max(fewestLots, int(first.rate()*s.o.slice.Seconds())/lotSize)
	pairs, err := abba(ctx, s.o.pairs,
		func(ctx context.Context) (slice, error) { return s.lotSlice(ctx, nLots) },
		func(ctx context.Context) (slice, error) { return s.plainSlice(ctx, w, nPlain) })
	if err != nil {
		return nil, err
	}
	rates, ourRate, plainRate := compare(pairs, func(p pair) float64 { return p.ours.rate() / p.plain.rate() }, (*slice).rate)
	sizes, ourSize, plainSize := compare(pairs, func(p pair) float64 { return p.plain.bytesPerItem() / p.ours.bytesPerItem() }, (*slice).bytesPerItem)
	return []result{
		result{
			Name: "lots", Goal: 1000, Pairs: rates,
			Ours:   &side{"items of listed lots", ourRate, "items/s", cpuPerItem(pairs, oursOf)},
			Plain:  &side{"plain creates", plainRate, "items/s", cpuPerItem(pairs, plainOf)},
			Method: fmt.Sprintf("lots of %d, %d a slice, %d at a time: codes made, hashed, stored as evidence, registered, indexed; a random %d in %d resolved by code through the API, those of a lot in one request, and the list that it serves checked against the root on the ledger", lotSize, nLots, lotsAtOnce, 1, oneIn),
			Note:   cpuNote(pairs),
		}.reached(median(rates)),
		result{
			Name: "bytes-lot", Goal: 300, Pairs: sizes,
			Ours: &side{"item of a lot", ourSize, "bytes/item", nil}, Plain: &side{"plain asset", plainSize, "bytes/item", nil},
			Method: "growth of the owner's peer by item; the code lists themselves are evidence files beside the ledger",
		}.reached(median(sizes)),
	}, nil
}

// lotSlice registers lots and resolves some of their items. Its items are the trees, not the events.
func (s *stage) lotSlice(ctx context.Context, lots int) (slice, error) {
	out, err := s.timed(ctx, ourEvents, func(ctx context.Context) (int, error) {
		return together(ctx, lots, lotsAtOnce, func(ctx context.Context, _ int) error { return s.registerLot(ctx, lotSize) })
	})
	out.items *= lotSize
	return out, err
}

// registerLot does all that registering one lot takes, and does not return before some of its items are proved.
func (s *stage) registerLot(ctx context.Context, size int) error {
	raw := make([]string, size)
	for i := range raw {
		raw[i] = rootline.NewCode(contractorPrefix)
	}
	codes := rootline.NewCodes(raw)
	list := codes.List()
	file, err := s.owner.PutEvidence(ctx, codes.File(), rootline.CodeListType)
	if err != nil {
		return err
	}
	lot := rootline.NewCode(contractorPrefix)
	sub, err := s.nursery.Sign(&rootline.Event{
		Asset: lot, Kind: "tree-lot", Action: "select", Rulebook: "forestation@1", List: &list,
		Evidence: []rootline.Evidence{file}, Data: []byte(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`),
	})
	if err != nil {
		return err
	}
	if _, err := record(ctx, s.owner, []rootline.Submission{sub}, 1, 1); err != nil {
		return err
	}
	return s.proveItems(ctx, lot, codes)
}

// proveItems asks the API for a random part of a lot's items, and checks the list that it serves for the lot against
// the root in the peer's world state.
func (s *stage) proveItems(ctx context.Context, lot string, codes rootline.Codes) error {
	some := make([]string, len(codes)/oneIn)
	for i := range some {
		some[i] = codes[rand.IntN(len(codes))]
	}
	items, err := s.resolve(ctx, some)
	if err != nil {
		return err
	}
	for i, item := range items {
		if item.Code != some[i] || item.Asset == nil || item.Asset.ID != some[i] || !item.Asset.Asleep || item.Asset.Lot != lot {
			return fmt.Errorf("%s is not an item of %s", some[i], lot)
		}
	}
	page, err := s.owner.AssetEvents(ctx, lot, 1, "")
	if err != nil || len(page.Items) != 1 || len(page.Items[0].Evidence) != 1 {
		return fmt.Errorf("the lot's event is not served: %w", err)
	}
	served, _, err := s.owner.Evidence(ctx, page.Items[0].Evidence[0].SHA256)
	if err != nil {
		return err
	}
	list := rootline.NewCodes(strings.Fields(string(served)))
	r, err := s.peer.Get(ctx, rootline.Ref{Space: rootline.SpaceAsset, ID: lot})
	if err != nil {
		return err
	}
	onLedger, ok := r.(*rootline.Asset)
	if !ok || onLedger.List == nil || *onLedger.List != list.List() || !slices.Equal(list, codes) {
		return fmt.Errorf("the list of %s is not the one on the ledger", lot)
	}
	return nil
}

// resolve asks for items that were just recorded, together: their list may be a moment behind.
func (s *stage) resolve(ctx context.Context, codes []string) ([]client.Resolved, error) {
	for until := time.Now().Add(commitWait); ; {
		items, err := s.owner.Resolve(ctx, codes)
		late := func(r client.Resolved) bool { return r.Asset == nil }
		if err != nil || !slices.ContainsFunc(items, late) || time.Now().After(until) {
			return items, err
		}
		time.Sleep(5 * time.Millisecond)
	}
}
