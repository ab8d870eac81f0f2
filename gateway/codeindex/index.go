// Package codeindex finds on which lists a code stands, and proves it there: the codes of listed lots and rolls of tags, of
// which most never have an event of their own.
//
// Such codes may be tens of millions. A row and an index entry in SQLite for each cost more than all else that is done with
// them: 8.0 µs to index a code, against 1.3 µs this way (docs/performance.md). So a list is kept as rows of 128 codes in
// their order, and what leads from a code to its list as runs of entries sorted by the code's hash, 240 in a row, as in a
// log-structured merge tree: each list brings one run, and runs of about the same size are merged when they are many. A
// Bloom filter of ten bits a code tells which runs cannot hold a code, so that a look-up reads one row of those that may,
// and then the codes themselves. Of 200 lists of 10,000 codes, finding one takes 61 µs of processor time, proving it 23 µs.
//
// The tables are the read model's: indexed_lists, list_codes, code_runs (its column sieve is the Bloom filter) and
// code_index. Statements are run through the functions that callers pass, within their snapshot or transaction.
package codeindex

import (
	"cmp"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
)

// Index finds codes, and keeps in memory what look-ups share. Many goroutines may use it.
type Index struct {
	filters filters
	trees   trees
}

// Reset forgets what is kept in memory: the tables are another file's.
func (x *Index) Reset() {
	x.filters.reset()
	x.trees.reset()
}

// Query runs a query within a snapshot or a transaction. Its rows are closed before the same query is run again.
type Query func(query string, args ...any) (*sql.Rows, error)

// Exec runs a statement within the transaction that Query reads.
type Exec func(query string, args ...any) error

// Listing is where a code lies on a list.
type Listing struct {
	// List is the id of the lot or roll, and Number what stands for it in the tables.
	List   string
	Number int64
	// Position is the code's, from 0.
	Position int
}

// entry says where a code lies. Codes may share a hash, and one code may be on several lists: an entry is a hint, and
// the code itself is compared.
type entry struct {
	hash           uint64
	list, position uint32
}

const (
	entrySize = 16
	// perRow is how many entries or codes a row holds, so that it fills a page of 4 KiB.
	perRow, codesPerRow = 240, 128
	// A run's number and a hash make the key of a row.
	hashBits, keyBits = 64, 40
	// merged is how many runs of one class of size may stand beside each other, maxMerged the entries of what is made
	// of them: 32 MB are rewritten in less than half a second.
	merged, maxMerged = 8, 2 << 20
)

// hashOf is the first eight bytes of a code's leaf in the hash tree.
func hashOf(leaf rootline.Hash) uint64 { return binary.BigEndian.Uint64(leaf[:8]) }

func sortEntries(e []entry) {
	slices.SortFunc(e, func(a, b entry) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.list, b.list)) })
}

// Add stores the codes of a list of a space. leaves are their hashes. A list that is here already stays as it is.
func (x *Index) Add(query Query, exec Exec, space, list string, codes rootline.Codes, leaves []rootline.Hash) error {
	var number, run int64
	if known, err := one(query, []any{&number}, `SELECT number FROM indexed_lists WHERE space = ? AND list = ?`, space, list); known || err != nil {
		return err
	}
	_, err := one(query, []any{&number, &run}, `SELECT coalesce((SELECT max(number) FROM indexed_lists), 0) + 1,
		coalesce((SELECT max(run) FROM code_runs), 0) + 1`)
	if err != nil {
		return err
	}
	err = exec(`INSERT INTO indexed_lists (number, space, list, count) VALUES (?, ?, ?, ?)`, number, space, list, len(codes))
	if err != nil {
		return err
	}
	for i := 0; i < len(codes); i += codesPerRow {
		rows := []byte(strings.Join(codes[i:min(i+codesPerRow, len(codes))], "\n"))
		if err := exec(`INSERT INTO list_codes (chunk, codes) VALUES (?, ?)`, number<<16|int64(i/codesPerRow), rows); err != nil {
			return err
		}
	}
	entries := make([]entry, len(codes))
	for i := range entries {
		entries[i] = entry{hashOf(leaves[i]), uint32(number), uint32(i)} // a list has at most a million
	}
	sortEntries(entries)
	if err := addRun(exec, run, entries); err != nil {
		return err
	}
	return mergeRuns(query, exec)
}

// addRun writes entries that are sorted.
func addRun(exec Exec, run int64, entries []entry) error {
	if err := exec(`INSERT INTO code_runs (run, entries, sieve) VALUES (?, ?, ?)`, run, len(entries), []byte(newFilter(entries))); err != nil {
		return err
	}
	row := make([]byte, 0, (perRow+1)*entrySize)
	for len(entries) > 0 {
		first := entries[0].hash >> (hashBits - keyBits)
		row = row[:0]
		n := 0
		// Entries whose keys are the same stay in one row: a look-up reads no second one.
		for ; n < len(entries) && (n < perRow || entries[n].hash>>(hashBits-keyBits) == entries[n-1].hash>>(hashBits-keyBits)); n++ {
			row = binary.BigEndian.AppendUint64(row, entries[n].hash)
			row = binary.BigEndian.AppendUint32(row, entries[n].list)
			row = binary.BigEndian.AppendUint32(row, entries[n].position)
		}
		err := exec(`INSERT INTO code_index (chunk, entries) VALUES (?, ?)`, run<<keyBits|int64(first), row) // 40 bits
		if err != nil {
			return err
		}
		entries = entries[n:]
	}
	return nil
}

// class groups runs of about the same size: each is eight times the one before.
func class(entries int64) int { return bits.Len64(uint64(entries)) / 3 } // never negative

// codeRun is a run, and how many entries it has.
type codeRun struct{ run, entries int64 }

// mergeRuns keeps the runs few: a look-up reads from each.
func mergeRuns(query Query, exec Exec) error {
	for {
		runs, err := collect(query, func(rows *sql.Rows) (r codeRun, err error) {
			err = rows.Scan(&r.run, &r.entries)
			return r, err
		}, `SELECT run, entries FROM code_runs ORDER BY run`)
		if err != nil {
			return err
		}
		some := toMerge(runs)
		if len(some) < 2 {
			return nil
		}
		var all []entry
		for _, r := range some {
			entries, err := takeRun(query, exec, r.run)
			if err != nil {
				return err
			}
			all = append(all, entries...)
		}
		sortEntries(all)
		if err := addRun(exec, runs[len(runs)-1].run+1, all); err != nil {
			return err
		}
	}
}

// toMerge chooses runs of one class, if there are many.
func toMerge(runs []codeRun) []codeRun {
	by := map[int][]codeRun{}
	for _, r := range runs {
		c := class(r.entries)
		by[c] = append(by[c], r)
		if len(by[c]) < merged {
			continue
		}
		var some []codeRun
		total := int64(0)
		for _, r := range by[c] {
			if total += r.entries; total > maxMerged {
				break
			}
			some = append(some, r)
		}
		if len(some) > 1 {
			return some
		}
	}
	return nil
}

// takeRun reads the entries of a run and removes it.
func takeRun(query Query, exec Exec, run int64) ([]entry, error) {
	from, to := run<<keyBits, (run+1)<<keyBits
	rows, err := collect(query, func(rows *sql.Rows) (b []byte, err error) {
		err = rows.Scan(&b)
		return b, err
	}, `SELECT entries FROM code_index WHERE chunk >= ? AND chunk < ? ORDER BY chunk`, from, to)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, row := range rows {
		n, err := entriesIn(row)
		if err != nil {
			return nil, err
		}
		for i := range n {
			out = append(out, entryAt(row, i))
		}
	}
	if err := exec(`DELETE FROM code_index WHERE chunk >= ? AND chunk < ?`, from, to); err != nil {
		return nil, err
	}
	return out, exec(`DELETE FROM code_runs WHERE run = ?`, run)
}

// entriesIn is how many entries a row holds. The error is a *storage.DamagedError.
func entriesIn(row []byte) (int, error) {
	if len(row)%entrySize != 0 {
		return 0, &storage.DamagedError{Said: fmt.Sprintf("a row of the index of codes has %d bytes", len(row))}
	}
	return len(row) / entrySize, nil
}

func entryAt(row []byte, i int) entry {
	b := row[i*entrySize:]
	return entry{binary.BigEndian.Uint64(b), binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])}
}

// Find gives the places of codes on the lists of a space, each in the order of the lists. However many codes there are, a few
// statements are run.
func (x *Index) Find(query Query, space rootline.Space, codes ...string) (map[string][]Listing, error) {
	probes, err := x.probes(query, codes)
	if err != nil || len(probes) == 0 {
		return nil, err
	}
	hints, err := hints(query, probes)
	if err != nil || len(hints) == 0 {
		return nil, err
	}
	found, err := confirm(query, space, hints)
	for _, listings := range found {
		slices.SortFunc(listings, func(a, b Listing) int { return strings.Compare(a.List, b.List) })
	}
	return found, err
}

// probe is a run that may hold a code.
type probe struct {
	code string
	hash uint64
	run  int64
}

func (x *Index) probes(query Query, codes []string) ([]probe, error) {
	var out []probe
	runs, err := x.filters.runs(query)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	for _, code := range codes {
		hash := hashOf(rootline.LeafHash(code))
		for run, f := range runs {
			if f.mayHold(hash) {
				out = append(out, probe{code, hash, run})
			}
		}
	}
	return out, nil
}

// hint is an entry that has the hash of a code.
type hint struct {
	code string
	entry
}

// hints reads the row of each probe: the last one that begins at the code's key or before it.
func hints(query Query, probes []probe) ([]hint, error) {
	keys := make([][2]int64, len(probes))
	for i, p := range probes {
		first := p.run << keyBits
		keys[i] = [2]int64{first, first | int64(p.hash>>(hashBits-keyBits))} // 40 bits
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("codeindex: keys: %w", err)
	}
	var out []hint
	_, err = collect(query, func(rows *sql.Rows) (struct{}, error) {
		var at int
		var row []byte
		if err := rows.Scan(&at, &row); err != nil {
			return struct{}{}, err
		}
		p := probes[at]
		n, err := entriesIn(row)
		if err != nil {
			return struct{}{}, err
		}
		i, found := binarySearch(row, n, p.hash)
		for ; found && i < n && entryAt(row, i).hash == p.hash; i++ {
			out = append(out, hint{p.code, entryAt(row, i)})
		}
		return struct{}{}, nil
	}, `SELECT j.key, (SELECT entries FROM code_index WHERE chunk >= j.value ->> 0 AND chunk <= j.value ->> 1 ORDER BY chunk DESC LIMIT 1)
		FROM json_each(?) j`, string(list))
	return out, err
}

func binarySearch(row []byte, n int, hash uint64) (int, bool) {
	lo, hi := 0, n
	for lo < hi {
		if mid := (lo + hi) / 2; binary.BigEndian.Uint64(row[mid*entrySize:]) < hash {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < n && entryAt(row, lo).hash == hash
}

// confirm compares the codes themselves.
func confirm(query Query, space rootline.Space, hints []hint) (map[string][]Listing, error) {
	by := map[int64][]hint{}
	for _, h := range hints {
		chunk := int64(h.list)<<16 | int64(h.position/codesPerRow)
		by[chunk] = append(by[chunk], h)
	}
	list, err := json.Marshal(slices.Collect(maps.Keys(by)))
	if err != nil {
		return nil, fmt.Errorf("codeindex: keys: %w", err)
	}
	out := map[string][]Listing{}
	_, err = collect(query, func(rows *sql.Rows) (struct{}, error) {
		var chunk int64
		var name string
		var codes []byte
		if err := rows.Scan(&chunk, &name, &codes); err != nil {
			return struct{}{}, err
		}
		row := strings.Split(string(codes), "\n")
		for _, h := range by[chunk] {
			if i := int(h.position % codesPerRow); i < len(row) && row[i] == h.code {
				out[h.code] = append(out[h.code], Listing{List: name, Number: int64(h.list), Position: int(h.position)})
			}
		}
		return struct{}{}, nil
	}, `SELECT c.chunk, l.list, c.codes FROM json_each(?) j CROSS JOIN list_codes c ON c.chunk = j.value
		JOIN indexed_lists l ON l.number = j.value >> 16 AND l.space = ?`, string(list), string(rune(space)))
	return out, err
}

// Codes are the codes of a list, in their order.
func (x *Index) Codes(query Query, number int64) (rootline.Codes, error) {
	rows, err := collect(query, text, `SELECT codes FROM list_codes WHERE chunk >= ? AND chunk < ? ORDER BY chunk`, number<<16, (number+1)<<16)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return strings.Split(strings.Join(rows, "\n"), "\n"), nil
}

// Page gives the codes of a list of any space from a position on, limit at the most, and how many the list has; none of one
// that is not known.
func (x *Index) Page(query Query, list string, position, limit int64) (codes []string, count int64, err error) {
	var number int64
	found, err := one(query, []any{&number, &count}, `SELECT number, count FROM indexed_lists WHERE list = ? LIMIT 1`, list)
	if err != nil || !found {
		return nil, 0, err
	}
	end := min(position+limit, count)
	if position >= end {
		return nil, count, nil
	}
	rows, err := collect(query, text, `SELECT codes FROM list_codes WHERE chunk >= ? AND chunk <= ? ORDER BY chunk`,
		number<<16|position/codesPerRow, number<<16|(end-1)/codesPerRow)
	if err != nil || len(rows) == 0 {
		return nil, count, err
	}
	codes = strings.Split(strings.Join(rows, "\n"), "\n")
	first := position % codesPerRow
	last := first + end - position
	if last > int64(len(codes)) {
		return nil, count, shortened(list)
	}
	return codes[first:last], count, nil
}

// shortened says that rows of a list lack codes that the list has.
func shortened(list string) error {
	return &storage.DamagedError{Said: "codes of the list " + list + " are missing"}
}

// Prove makes the proof that a code stands where it does. Where the list's tree is not at hand, all of the list is read:
// charge, if not nil, is told before, with 0, and refuses by an error; and then how many bytes that were.
func (x *Index) Prove(query Query, at *Listing, charge func(read int64) error) (*rootline.Inclusion, error) {
	tree, err := x.trees.get(at.Number, func() (rootline.Codes, error) {
		if charge == nil {
			return x.Codes(query, at.Number)
		}
		if err := charge(0); err != nil {
			return nil, err
		}
		all, err := x.Codes(query, at.Number)
		read := int64(len(all))
		for _, code := range all {
			read += int64(len(code))
		}
		_ = charge(read) // that nothing is left then stops the next one
		return all, err
	})
	if err != nil {
		return nil, err
	}
	if at.Position < 0 || at.Position >= len(tree.Leaves()) {
		return nil, shortened(at.List)
	}
	return &rootline.Inclusion{List: at.List, Index: int64(at.Position), Path: tree.Path(at.Position)}, nil
}

// collect reads all rows of a query.
func collect[T any](query Query, scan func(*sql.Rows) (T, error), text string, args ...any) ([]T, error) {
	rows, err := query(text, args...)
	if err != nil {
		return nil, fmt.Errorf("codeindex: query: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("codeindex: read a row: %w", err)
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("codeindex: read rows: %w", err)
	}
	return out, nil
}

// one reads the row of a query into dest; found is false when there is none.
func one(query Query, dest []any, text string, args ...any) (found bool, err error) {
	_, err = collect(query, func(rows *sql.Rows) (struct{}, error) {
		found = true
		return struct{}{}, rows.Scan(dest...)
	}, text, args...)
	return found, err
}

// text is the scanner of a row of one text.
func text(rows *sql.Rows) (s string, err error) {
	err = rows.Scan(&s)
	return s, err
}
