package integrity

import (
	"database/sql"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestIntact(t *testing.T) {
	l := newLife(t)
	r := l.check()
	if r.Unchecked != "" || len(r.Faults) > 0 || r.Events != 2 || r.Compared.Events != 2 || r.Signatures != 2 || len(r.Peers) != 4 || r.Blocks != 2 || r.Records < 4 || !r.Whole() {
		t.Errorf("%+v", r)
	}
}

// Who does not answer is not counted, and who answers otherwise is named; without the own peer nothing is claimed.
func TestPeers(t *testing.T) {
	l := newLife(t)
	l.down[judgetest.Regulator] = true
	if r := l.check(); len(r.Faults) > 0 || len(r.Peers) != 3 || len(r.Silent) != 1 {
		t.Errorf("one is silent: %+v", r)
	}
	l.lie[judgetest.Supervisor] = func(a *block.Answer) {
		if r, err := wire.Decode(rootline.Ref{Space: rootline.SpaceAsset, ID: l.code}, a.Value); err == nil {
			if asset, ok := r.(*rootline.Asset); ok {
				asset.Custodian = judgetest.Regulator
				a.Value, _ = wire.Encode(asset)
			}
		}
	}
	if r := l.check(); len(r.Faults) != 1 || r.Faults[0].Field != "asset.custodian" || r.Faults[0].By != judgetest.Supervisor {
		t.Errorf("one lies: %+v", r)
	}
	l.down[judgetest.Owner] = true
	if r := l.check(); r.Unchecked != UncheckedPeer {
		t.Errorf("without the own peer: %+v", r)
	}
}

// elsewhere are the tables of the read model that no page of an item shows, and why.
var elsewhere = map[string]string{
	"sqlite_sequence": "SQLite's own", "goose_db_version": "of the migrations",
	"state":  "each record's bytes: TestRecordsChangedByHand",
	"places": "filters lists of places; pages read the record", "devices": "filters lists of devices; pages read the record",
	"lists": "finds files of code lists", "indexed_lists": "finds codes", "list_codes": "finds codes", "code_runs": "finds codes", "code_index": "finds codes",
	"findings": "what this gateway found, of no item's record", "freezes": "lists what a recall holds; an item's page reads the record",
	"also_under": "lists what lies under an item; an item's page reads the record",
	"tallies":    "figures", "tallies_by_place": "figures", "tallies_by_hour": "figures", "stocks": "figures",
	"channel": "what the verifier follows", "versions": "what the verifier follows",
	"unjudged": "what this gateway does not judge; without it the record differs from the peers", "quarantined": "what this gateway does not judge",
	"not_recomputed": "what the verifier could not compute: only reading the blocks anew finds it",
	"repeated":       "what a transaction repeats, on the pages of blocks and transactions only",
	"event_files":    "finds events by a file; an item's page reads the event",
	"photos":         "leads from a list to a file, which is hashed; which files an event names is within its signed bytes",
	"edges":          "TestRowsTakenAwayAndAdded", "tags": "TestRowsTakenAwayAndAdded and TestEveryColumnOfAttestedRecalledTaggedAndListedItems",
}

// rowOf says which row of a table belongs to the newest event of the tree.
var rowOf = map[string]string{
	"assets":         `id = 'TREE'`,
	"events":         `ordinal = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`,
	"event_subjects": `asset = 'TREE' AND event = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`,
	"blocks":         `number = (SELECT max(e.block) FROM events e JOIN event_subjects x ON x.event = e.ordinal WHERE x.asset = 'TREE')`,
	"transactions":   `block = (SELECT max(e.block) FROM events e JOIN event_subjects x ON x.event = e.ordinal WHERE x.asset = 'TREE')`,
	"cursor":         `only = 1`,
}

// named is the field that a fault names, where it is not the column's own name.
var named = map[string]string{
	"assets.id":    "-", // the page is not found any more
	"events.asset": "event.asset", "events.kind": "event.kind", "events.block": "event.", "events.transaction_position": "event.position",
	"events.ordinal": "-", "events.claimed": "event.claimed", "event_subjects.asset": "asset.", "event_subjects.event": "-",
	"blocks.number": "block.", "blocks.previous": "block.previous", "blocks.data_hash": "block.dataHash", "blocks.transactions": "block.count",
	"transactions.code_name": "transaction.codeName", "transactions.block": "transaction.", "transactions.position": "transaction.",
	"assets.lat": "list.lat", "assets.lon": "list.lon", "cursor.only": "-",
	"cursor.block": "-", // the peer has no such block yet: then nothing is claimed, see TestPeers
}

// Every column that pages show of an item, as the schema has them: changed by hand, it is noticed, and named. A new column
// or a new table is tried, too, or fails the test until somebody says why no page shows it.
func TestEveryColumnChangedByHand(t *testing.T) {
	l := newLife(t)
	tried := 0
	for table, columns := range schema(t, l) {
		if elsewhere[table] != "" {
			continue
		}
		where, ok := rowOf[table]
		if !ok {
			t.Errorf("nobody said whether an item's page shows the table %s", table)
			continue
		}
		for column, kind := range columns {
			name := table + "." + column
			want := named[name]
			if want == "-" {
				continue
			}
			if want == "" {
				want = map[string]string{"assets": "list.", "events": "event.", "event_subjects": "event.", "blocks": "block.", "transactions": "transaction.", "cursor": "cursor."}[table] + column
			}
			tried++
			t.Run(name, func(t *testing.T) {
				l.t = t
				change := map[string]string{
					"TEXT": `coalesce(` + column + `, '') || 'X'`, "INTEGER": `CASE WHEN ` + column + ` = 1 THEN 0 ELSE coalesce(` + column + `, 0) + 1 END`, "BLOB": `zeroblob(32)`,
				}[kind]
				if column == "inclusion" || column == "arguments" || column == "endorsers" {
					change = map[string]string{"inclusion": `'{"list":"X","index":1,"path":[]}'`, "arguments": `'["AA=="]'`, "endorsers": `'["XMSP"]'`}[column]
				}
				l.changed(`UPDATE `+table+` SET `+column+` = `+change+` WHERE `+where, want)
			})
		}
	}
	if tried < 40 {
		t.Errorf("only %d columns were tried", tried)
	}
}

// changed changes the read model and expects that a check names the field; then it puts the file back.
func (l *life) changed(statements, want string) {
	l.t.Helper()
	defer l.saved()()
	l.change(`PRAGMA foreign_keys = OFF; ` + statements)
	r := l.check()
	if r.Unchecked != "" || !slices.ContainsFunc(r.Faults, func(f Fault) bool { return strings.HasPrefix(f.Field, want) }) {
		l.t.Errorf("%s: wants %s: %q %v", statements, want, r.Unchecked, r.Faults)
	}
}

// schema is every table with its columns and their types. Those that SQLite computes itself cannot be changed.
func schema(t *testing.T, l *life) map[string]map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", l.file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND c.hidden = 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]map[string]string{}
	for rows.Next() {
		var table, column, kind string
		if err := rows.Scan(&table, &column, &kind); err != nil {
			t.Fatal(err)
		}
		if all[table] == nil {
			all[table] = map[string]string{}
		}
		all[table][column] = kind
	}
	return all
}

// Rows that are gone, doubled, swapped or new, and the last event taken away with the record set back.
func TestRowsTakenAwayAndAdded(t *testing.T) {
	l := newLife(t)
	const last = `(SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`
	const first = `(SELECT min(event) FROM event_subjects WHERE asset = 'TREE')`
	before := l.recordBefore()
	for _, c := range []struct{ name, change, field string }{
		{"the last event, with the record set back", `DELETE FROM event_subjects WHERE event = ` + last + `; UPDATE state SET value = x'` + before + `' WHERE key = 'A/TREE'`, "asset.seq"},
		{"the last event", `DELETE FROM event_subjects WHERE event = ` + last, "asset.head"},
		{"the first event", `DELETE FROM event_subjects WHERE event = ` + first, "event.seq"},
		{"swapped events", `UPDATE events SET ordinal = -1 WHERE ordinal = ` + last + `; UPDATE events SET ordinal = ` + last + ` WHERE ordinal = ` + first + `; UPDATE events SET ordinal = ` + first + ` WHERE ordinal = -1`, "event.head"},
		{"signed bytes of another event", `UPDATE events SET jws = (SELECT jws FROM events WHERE ordinal = ` + first + `) WHERE ordinal = ` + last, "event.hash"},
		{"a signature", `UPDATE events SET jws = substr(jws, 1, length(jws) - 43) || 'AAAAAAAAAA' || substr(jws, -33) WHERE ordinal = ` + last, "event.signature"},
		{"a block", `DELETE FROM blocks WHERE number = (SELECT block FROM events WHERE ordinal = ` + last + `)`, "event.blockHash"},
		{"a transaction", `DELETE FROM transactions WHERE block = (SELECT block FROM events WHERE ordinal = ` + last + `)`, "event.transaction"},
		{"a tag more", `INSERT INTO tags VALUES ('95200029999999999999', 'TREE', '', '', '')`, "tag.record"},
		{"an input more", `INSERT INTO edges VALUES ('TREE', '95200029999999999999', ` + last + `, 5, 0)`, "edge.record"},
		{"a device's enrolment", `DELETE FROM events WHERE action = 'enrol' AND device = (SELECT device FROM events WHERE ordinal = ` + last + `)`, "device.enrolment"},
		{"a device's invitation", `UPDATE events SET action = 'x' WHERE action = 'invite'`, "device."},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.t = t
			l.changed(c.change, c.field)
		})
	}
}

// Each field of the records that pages show, changed in the bytes that the read model keeps.
func TestRecordsChangedByHand(t *testing.T) {
	l := newLife(t)
	asset := l.record(rootline.Ref{Space: rootline.SpaceAsset, ID: l.code})
	kid := ""
	for key := range l.written {
		if d, ok := l.record(refOf(key)).(*rootline.Device); ok && d.Role == "nursery" {
			kid = d.Kid
		}
	}
	for _, c := range []struct {
		record rootline.Record
		name   string
	}{
		{asset, "asset"}, {l.record(rootline.Ref{Space: rootline.SpaceDevice, ID: kid}), "device"},
		{l.record(rootline.Ref{Space: rootline.SpaceOrganisation, ID: judgetest.Contractor}), "organisation"},
		{l.record(rootline.Ref{Space: rootline.SpaceRulebook, ID: "forestation@1"}), "rulebook"},
	} {
		v := reflect.ValueOf(c.record).Elem()
		for i := range v.NumField() {
			field, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			altered := reflect.New(v.Type())
			altered.Elem().Set(v)
			if !alter(altered.Elem().Field(i)) || field == "id" || field == "kid" || field == "mspId" || c.name == "rulebook" && field != "adopted" {
				continue // what is not where it belongs is not found
			}
			r, _ := altered.Interface().(rootline.Record)
			value, err := wire.Encode(r)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(c.name+"."+field, func(t *testing.T) {
				l.t = t
				l.changed(`UPDATE state SET value = x'`+hexOf(value)+`' WHERE key = '`+wire.Key(c.record.Ref())+`'`, c.name+"."+field)
			})
		}
	}
}

// alter changes a value to another of its type.
func alter(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "X")
	case reflect.Int64, reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	case reflect.Array:
		v.Index(0).SetUint(v.Index(0).Uint() ^ 1)
	case reflect.Pointer:
		n := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			n.Elem().Set(v.Elem())
		}
		v.Set(n)
		return alter(n.Elem())
	case reflect.Slice:
		n := reflect.New(v.Type().Elem()).Elem()
		if !alter(n) {
			return false
		}
		v.Set(reflect.Append(reflect.MakeSlice(v.Type(), 0, 1), n))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && alter(v.Field(i)) {
				return true
			}
		}
		return false
	case reflect.Map:
		n := reflect.MakeMap(v.Type())
		for _, key := range v.MapKeys() {
			n.SetMapIndex(key, v.MapIndex(key))
		}
		if v.Type() == reflect.TypeFor[rootline.Fields]() {
			n.SetMapIndex(reflect.ValueOf("species"), reflect.ValueOf(rootline.StringOf("Quercus")))
		} else if v.Type().Elem().Kind() == reflect.Int64 {
			n.SetMapIndex(reflect.ValueOf("x"), reflect.ValueOf(int64(1)))
		} else {
			return false
		}
		v.Set(n)
	default:
		return false
	}
	return true
}
