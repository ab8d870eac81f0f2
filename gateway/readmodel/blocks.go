package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

const selectBlock = `SELECT number, hash, previous, data_hash, time, transactions, events FROM blocks `

func scanBlock(rows *sql.Rows) (Block, error) {
	var b Block
	err := rows.Scan(&b.Number, (*hash)(&b.Hash), (*hash)(&b.Previous), (*hash)(&b.DataHash), &b.Time, &b.Count, &b.Events)
	return b, err
}

// Block returns one block with its transactions.
func (v *View) Block(number uint64) (*Block, error) {
	if number > math.MaxInt64 { // no row has such a number, and no database takes it
		return nil, absent(strconv.FormatUint(number, 10))
	}
	found, err := collect(v, scanBlock, selectBlock+`WHERE number = ?`, number)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, absent(strconv.FormatUint(number, 10))
	}
	b := &found[0]
	b.Transactions, err = collect(v, scanTransaction, selectTransaction+`WHERE t.block = ? ORDER BY t.position`, number)
	return b, err
}

// Blocks lists blocks, newest first, without their transactions.
func (v *View) Blocks(p Page) (List[Block], error) {
	before := uint64(1) << 62
	if _, err := after("blocks", p, &before); err != nil {
		return List[Block]{}, err
	}
	rows, err := collect(v, scanBlock, selectBlock+`WHERE number < ? ORDER BY number DESC LIMIT ?`, before, p.limit()+1)
	return paged("blocks", rows, p.limit(), func(b *Block) uint64 { return b.Number }), err
}

// Transaction returns a transaction by Fabric's id; of several with the same id, the valid one.
func (v *View) Transaction(id string) (*Transaction, error) {
	found, err := collect(v, scanTransaction,
		selectTransaction+`WHERE t.id = ? AND t.id <> '' ORDER BY t.valid DESC, t.block, t.position LIMIT 1`, id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, absent(id)
	}
	return &found[0], nil
}

const selectTransaction = `SELECT t.block, t.position, t.id, t.code, t.code_name, t.valid, t.chaincode, t.function,
	t.creator, t.admin, t.endorsers, t.time, t.verdict, t.arguments,
	(SELECT json_group_array(id) FROM (SELECT id FROM events e
		WHERE e.block = t.block AND e.transaction_position = t.position ORDER BY e.position)),
	(SELECT json_group_array(json_object('id', id, 'block', recorded)) FROM (SELECT r.id, (SELECT e.block FROM events e
		WHERE e.id = r.id ORDER BY e.status <> 'committed', e.ordinal LIMIT 1) AS recorded FROM repeated r
		WHERE r.block = t.block AND r.transaction_position = t.position ORDER BY r.position))
	FROM transactions t `

func scanTransaction(rows *sql.Rows) (Transaction, error) {
	var t Transaction
	var endorsers, events, repeated string
	var arguments sql.NullString
	err := rows.Scan(&t.Block, &t.Position, &t.ID, &t.Code, &t.CodeName, &t.Valid, &t.Chaincode, &t.Function,
		&t.Creator, &t.Admin, &endorsers, &t.Time, &t.Verdict, &arguments, &events, &repeated)
	if err != nil {
		return t, err
	}
	for _, list := range []struct {
		from string
		to   any
	}{{endorsers, &t.Endorsers}, {events, &t.Events}, {repeated, &t.Repeated}, {arguments.String, &t.Arguments}} {
		if list.from == "" {
			continue
		}
		if err := json.Unmarshal([]byte(list.from), list.to); err != nil {
			return t, malformed("transaction %s: %w", t.ID, err)
		}
	}
	return t, nil
}

// BlocksAfter returns up to limit blocks after a number, oldest first, as listeners were told of them: what a stream
// resumes with. A negative number begins with block 0.
func (v *View) BlocksAfter(number int64, limit int) ([]BlockApplied, error) {
	blocks, err := collect(v, scanBlock, selectBlock+`WHERE number > ? ORDER BY number LIMIT ?`, number, limit)
	if err != nil {
		return nil, err
	}
	out := make([]BlockApplied, len(blocks))
	for i := range blocks {
		b := &blocks[i]
		out[i] = BlockApplied{Number: b.Number, Hash: b.Hash, Time: b.Time, Transactions: b.Count}
		if out[i].Events, err = collect(v, scanBrief, selectBrief+`e.block = ? ORDER BY e.ordinal`, b.Number); err != nil {
			return nil, err
		}
		if out[i].Findings, err = collect(v, scanFinding, selectFinding+`WHERE block = ? ORDER BY ordinal`, b.Number); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Recorded finds the events of these ids in valid transactions, whatever this gateway thinks of them. Several may have one
// id: those that it does not agree with have any.
func (v *View) Recorded(ids []string) ([]EventBrief, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ids: %w", err)
	}
	return collect(v, scanBrief, selectBrief+`e.id IN (SELECT value FROM json_each(?)) AND e.id <> '' ORDER BY e.ordinal`, string(list))
}

const selectBrief = `SELECT e.id, e.asset, e.rulebook, e.kind, e.action, e.state, e.organisation, e.role, e.claimed, e.witnessed,
	e.block, t.id, e.status, e.hash
	FROM events e JOIN transactions t ON t.block = e.block AND t.position = e.transaction_position
	WHERE `

func scanBrief(rows *sql.Rows) (EventBrief, error) {
	var e EventBrief
	err := rows.Scan(&e.ID, &e.Asset, &e.Rulebook, &e.Kind, &e.Action, &e.State, &e.Organisation, &e.Role, &e.At, &e.Witnessed,
		&e.Block, &e.Transaction, &e.Status, (*hash)(&e.Hash))
	return e, err
}
