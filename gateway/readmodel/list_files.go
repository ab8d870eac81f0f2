package readmodel

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// The states of a row of lists.
const (
	listPending  = "pending"
	listIndexed  = "indexed"
	listMismatch = "mismatch"
)

// KindListMismatch is the kind of the finding that an evidence file does not hold the codes that its event commits to.
const KindListMismatch = "list-mismatch"

// PendingLists names the evidence files that are waited for, to index the codes of lists.
func (v *View) PendingLists() ([]rootline.Hash, error) {
	return collect(v, func(rows *sql.Rows) (h rootline.Hash, err error) {
		err = rows.Scan((*hash)(&h))
		return h, err
	}, `SELECT DISTINCT sha256 FROM lists WHERE status = 'pending' ORDER BY sha256`)
}

// IndexList reads the codes of an evidence file into the lists that wait for it, so that sleeping items are found and
// proved. A file that nothing waits for changes nothing. The caller has checked that the content has the hash.
// Content that is not what its event commits to is kept as a finding, which is returned.
func (s *Store) IndexList(ctx context.Context, sha256 rootline.Hash, content io.Reader) ([]Finding, error) {
	waiting, err := Read(ctx, s, func(v *View) ([]waitingList, error) { return v.waiting(sha256) })
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	codes, err := readCodes(content)
	if err != nil {
		return nil, fmt.Errorf("readmodel: read a code list: %w", err)
	}
	var found []Finding
	err = s.Write(ctx, func(t *Tx) error {
		found = nil
		waiting, err := t.view().waiting(sha256)
		if err != nil {
			return err
		}
		found, err = t.index(sha256, codes, waiting)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// waitingList is a list whose codes are wanted, with the event that it began with.
type waitingList struct {
	list, space string
	event       int64
}

func (v *View) waiting(sha256 rootline.Hash) ([]waitingList, error) {
	return collect(v, func(rows *sql.Rows) (l waitingList, err error) {
		err = rows.Scan(&l.list, &l.space, &l.event)
		return l, err
	}, `SELECT list, space, event FROM lists WHERE sha256 = ? AND status = 'pending' ORDER BY event, list`, sha256[:])
}

func (t *Tx) index(sha256 rootline.Hash, codes rootline.Codes, waiting []waitingList) ([]Finding, error) {
	var holds rootline.List
	var leaves []rootline.Hash
	if len(codes) <= rootline.MaxListed {
		tree := codes.Tree()
		holds, leaves = tree.List(), tree.Leaves()
	}
	// An event that divides a lot begins several lists and may bring several files: each file is for one of them.
	fits := map[int64]bool{}
	status := map[string]string{}
	for _, l := range waiting {
		list, err := t.commitment(l)
		if err != nil {
			return nil, err
		}
		status[l.list] = listMismatch
		if list != nil && *list == holds {
			fits[l.event], status[l.list] = true, listIndexed
			if err := t.addCodes(l.space, l.list, codes, leaves); err != nil {
				return nil, err
			}
		}
	}
	for list, s := range status {
		if err := t.store.conn.exec(t.ctx, `UPDATE lists SET status = ? WHERE list = ? AND sha256 = ?`, s, list, sha256[:]); err != nil {
			return nil, err
		}
	}
	return t.mismatches(sha256, waiting, fits)
}

// addCodes stores the codes of a list. leaves are their hashes. A list that is here already stays as it is.
func (t *Tx) addCodes(space, list string, codes rootline.Codes, leaves []rootline.Hash) error {
	exec := func(query string, args ...any) error { return t.store.conn.exec(t.ctx, query, args...) }
	return t.store.noticed(t.store.codes.Add(t.view().query, exec, space, list, codes, leaves))
}

// commitment is what the ledger knows of a list.
func (t *Tx) commitment(l waitingList) (*rootline.List, error) {
	if l.space == string(rune(rootline.SpaceTag)) {
		roll, err := record[*rootline.Tag](t.view(), rootline.SpaceTag, l.list)
		if roll == nil || err != nil {
			return nil, err
		}
		return roll.List, nil
	}
	lot, err := record[*rootline.Asset](t.view(), rootline.SpaceAsset, l.list)
	if lot == nil || err != nil {
		return nil, err
	}
	return lot.List, nil
}

// mismatches makes a finding for each event none of whose lists the file holds.
func (t *Tx) mismatches(sha256 rootline.Hash, waiting []waitingList, fits map[int64]bool) ([]Finding, error) {
	var out []Finding
	for _, l := range waiting {
		if fits[l.event] {
			continue
		}
		fits[l.event] = true // one finding for each event
		f := Finding{
			ID: KindListMismatch + "/" + l.list + "/" + sha256.String(), Kind: KindListMismatch, Asset: l.list,
			Detail: "the evidence file " + sha256.String() + " does not hold the codes that the event commits to",
		}
		_, err := t.view().one([]any{&f.Event, &f.Block, &f.Transaction, &f.Found}, `SELECT e.id, e.block, t.id, b.time
			FROM events e JOIN transactions t ON t.block = e.block AND t.position = e.transaction_position
			JOIN blocks b ON b.number = e.block WHERE e.ordinal = ?`, l.event)
		if err != nil {
			return nil, err
		}
		t.AddFinding(&f)
		out = append(out, f)
	}
	return out, nil
}

// readCodes reads the codes of a file. A file that is longer than any list, or that holds a longer word than any code,
// gives none: it is not what its event commits to.
func readCodes(content io.Reader) (rootline.Codes, error) {
	words := bufio.NewScanner(content)
	words.Buffer(make([]byte, 0, limits.CodeLine+1), limits.CodeLine+1)
	words.Split(bufio.ScanWords)
	var codes []string
	for words.Scan() {
		if len(codes) == rootline.MaxListed {
			return nil, nil
		}
		codes = append(codes, words.Text())
	}
	if err := words.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return rootline.NewCodes(codes), nil
}
