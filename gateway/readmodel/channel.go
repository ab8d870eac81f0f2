package readmodel

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/limits"
)

// followed is what a write transaction knows of the channel.
type followed struct {
	secret []byte
	// pending are the versions that are not written yet, by the hashes of their keys.
	pending map[int64]placed
	// room is where keys are put together to be hashed.
	room []byte
}

// placed is a version as the table has it: position is -1 where the key is not there.
type placed struct{ block, position int64 }

func (p placed) version() channel.Version {
	if p.position < 0 {
		return channel.Version{Block: uint64(p.block)} // as Put wrote it
	}
	return channel.Version{Block: uint64(p.block), Tx: uint64(p.position), Exists: true} // as Put wrote it
}

// Channel gives what Follow kept last, for the channel that begins with genesis; nil when there is none.
func (t *Tx) Channel(genesis channel.Hash) (*channel.State, error) {
	var began, state, hash []byte
	var number *int64
	found, err := t.view().one([]any{&began, &state, &number, &hash}, `SELECT genesis, state, number, hash FROM channel`)
	if err != nil || !found {
		return nil, err
	}
	if !bytes.Equal(began, genesis[:]) {
		return nil, fmt.Errorf("readmodel: it was read from a channel that begins with block %x", began)
	}
	s, err := channel.Decode(state)
	if err != nil || number == nil || len(hash) != len(channel.Hash{}) {
		return s, err
	}
	return s.At(uint64(*number), channel.Hash(hash)), nil // as Follow wrote it
}

// Follow keeps how far the channel that begins with genesis was followed. What it left behind is in Versions. kept is what
// the store holds since the last call, or nil: the configuration and the definitions are written when they are others.
func (t *Tx) Follow(genesis channel.Hash, kept, state *channel.State) error {
	hash := state.Hash()
	if kept != nil && state.Like(kept) {
		stmt, err := t.prepare(`UPDATE channel SET number = ?, hash = ?`)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(t.ctx, int64(state.Number()), hash[:]); err != nil { // a block's number
			return fmt.Errorf("readmodel: keep how far the channel was followed: %w", err)
		}
		return nil
	}
	secret, err := t.secret()
	if err != nil {
		return err
	}
	stmt, err := t.prepare(`INSERT INTO channel (one, genesis, secret, state, number, hash) VALUES (1, ?, ?, ?, ?, ?)
		ON CONFLICT (one) DO UPDATE SET state = excluded.state, number = excluded.number, hash = excluded.hash`)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(t.ctx, genesis[:], secret, state.Encode(), int64(state.Number()), hash[:]); err != nil { // a block's number
		return fmt.Errorf("readmodel: keep the channel's state: %w", err)
	}
	return nil
}

// secret is what the hashes of keys are made with.
func (t *Tx) secret() ([]byte, error) {
	if t.followed.secret != nil {
		return t.followed.secret, nil
	}
	var secret []byte
	found, err := t.view().one([]any{&secret}, `SELECT secret FROM channel`)
	if err != nil {
		return nil, err
	}
	if !found {
		secret = make([]byte, sha256.Size)
		_, _ = rand.Read(secret) // never fails
	}
	t.followed.secret, t.followed.pending = secret, map[int64]placed{}
	return secret, nil
}

// Followed reports whether all that the store holds was verified as the channel that begins with genesis. The error is
// channel.ErrState where that cannot be gone on with.
func (v *View) Followed(genesis channel.Hash) (bool, error) {
	if !v.started {
		return true, nil
	}
	var began, state []byte
	found, err := v.one([]any{&began, &state}, `SELECT genesis, state FROM channel`)
	if err != nil || !found || !bytes.Equal(began, genesis[:]) {
		return false, err
	}
	_, err = channel.Decode(state)
	return err == nil, err
}

// Versions are the versions of the world state's keys as of the last block that was applied.
func (t *Tx) Versions() channel.Versions { return versions{t} }

type versions struct{ tx *Tx }

// transactionKey is where the id of a transaction is kept; no chaincode has a name without letters.
func transactionKey(id string) channel.Key { return channel.Key{Collection: "\x01", Name: id} }

// hash names a key. Its members cannot hold the byte that parts them, but for the name, which is the last.
func (v versions) hash(secret, room []byte, k channel.Key) (int64, []byte) {
	room = append(room[:0], secret...)
	for _, part := range []string{k.Namespace, k.Collection} {
		room = binary.AppendUvarint(room, uint64(len(part)))
		room = append(room, part...)
	}
	room = append(room, k.Name...)
	sum := sha256.Sum256(room)
	return int64(binary.LittleEndian.Uint64(sum[:])), room // 64 bits, whatever they stand for
}

// lookedUp is how many keys one statement looks up.
const lookedUp = 100

var lookUp = `SELECT key, block, position FROM versions WHERE key IN (?` + strings.Repeat(`,?`, lookedUp-1) + `)`

// Versions implements channel.Versions.
func (v versions) Versions(keys []channel.Key) ([]channel.Version, error) {
	secret, err := v.tx.secret()
	if err != nil {
		return nil, err
	}
	out := make([]channel.Version, len(keys))
	hashes := make([]int64, len(keys))
	missing := make([]int64, 0, len(keys))
	var room []byte
	for i, k := range keys {
		hashes[i], room = v.hash(secret, room, k)
		if _, ok := v.tx.followed.pending[hashes[i]]; !ok {
			missing = append(missing, hashes[i])
		}
	}
	// In the order of the table, neighbours are found on one page.
	slices.Sort(missing)
	found := make(map[int64]placed, len(missing))
	for part := range slices.Chunk(missing, lookedUp) {
		if err := v.read(part, found); err != nil {
			return nil, err
		}
	}
	for i, h := range hashes {
		if p, ok := v.tx.followed.pending[h]; ok {
			out[i] = p.version()
		} else if p, ok := found[h]; ok {
			out[i] = p.version()
		}
	}
	return out, nil
}

func (v versions) read(hashes []int64, into map[int64]placed) error {
	args := make([]any, lookedUp)
	for i := range args {
		args[i] = hashes[min(i, len(hashes)-1)]
	}
	rows, err := v.tx.query(lookUp, args...)
	if err != nil {
		return fmt.Errorf("readmodel: read versions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h, block, position int64
		if err := rows.Scan(&h, &block, &position); err != nil {
			return fmt.Errorf("readmodel: read versions: %w", err)
		}
		into[h] = placed{block, position}
	}
	return rows.Err()
}

// Transactions implements channel.Versions.
func (v versions) Transactions(ids []string) ([]bool, error) {
	keys := make([]channel.Key, len(ids))
	for i, id := range ids {
		keys[i] = transactionKey(id)
	}
	found, err := v.Versions(keys)
	out := make([]bool, len(found))
	for i, f := range found {
		out[i] = f.Exists
	}
	return out, err
}

// Put implements channel.Versions.
func (v versions) Put(k channel.Key, version channel.Version) error {
	p := placed{int64(version.Block), int64(version.Tx)} // a block's number, and an index
	if !version.Exists {
		p.position = -1
	}
	return v.put(k, p)
}

// Remember implements channel.Versions.
func (v versions) Remember(ids []string) error {
	for _, id := range ids {
		if err := v.put(transactionKey(id), placed{}); err != nil {
			return err
		}
	}
	return nil
}

func (v versions) put(k channel.Key, p placed) error {
	secret, err := v.tx.secret()
	if err != nil {
		return err
	}
	f := &v.tx.followed
	var h int64
	h, f.room = v.hash(secret, f.room, k)
	if f.pending[h] = p; len(f.pending) < limits.KeysWaiting {
		return nil
	}
	return v.tx.flushVersions()
}

// flushVersions writes what is pending, in the order of the table.
func (t *Tx) flushVersions() error {
	t.stream.turn.Lock()
	defer t.stream.turn.Unlock()
	f, rows := &t.followed, &t.bulks.versions
	hashes := slices.Sorted(maps.Keys(f.pending))
	for part := range slices.Chunk(hashes, perStatement) {
		for _, h := range part {
			rows.add(h, f.pending[h].block, f.pending[h].position)
		}
		if err := rows.flush(t.ctx, t.prepare); err != nil {
			return err
		}
	}
	clear(f.pending)
	return nil
}
