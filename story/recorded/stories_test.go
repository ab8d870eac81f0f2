package recorded_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/story/recorded"
)

var update = flag.Bool("update", false, "write testdata/verdicts.txt and testdata/tables.txt anew")

// The stories are judged again to the byte: what the network of that day accepted and wrote is accepted and written
// alike today, and reading it gives the same rows.
//
// A line of verdicts.txt that changes is a decision that changed. After the first release none may: a change is a new
// protocol number. Until then it changes what number 1 means, by a commit that says which decision changed and why, and
// that tells the stories anew ("make stories"). tables.txt changes with the tables of the read model, too: "go test
// ./story/recorded -update" writes it anew from the same blocks, and the commit says which table and why.
func TestTheStoriesAreJudgedAgainToTheByte(t *testing.T) {
	raw, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	blocks := decoded(raw)
	store, err := readmodel.Open(t.Context(), filepath.Join(t.TempDir(), "readmodel.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	p, err := projection.New(projection.Config{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Apply(t.Context(), blocks...); err != nil {
		t.Fatal(err)
	}
	var verdicts bytes.Buffer
	for _, b := range blocks {
		writeVerdicts(t, &verdicts, store, b)
	}
	compare(t, "verdicts.txt", verdicts.Bytes())
	rows := tables(t, store)
	compare(t, "tables.txt", rows)
	sum := sha256.Sum256(rows)
	if digest := hex.EncodeToString(sum[:8]); len(derived) != readmodel.Derivation+1 || derived[readmodel.Derivation] != digest {
		t.Errorf("the tables of the stories have the digest %s, and the derivation number %d another: raise readmodel.Derivation and add the digest to derived, so that read models are built anew", digest, readmodel.Derivation)
	}
}

// derived are the digests of tables.txt by the number of readmodel.Derivation. A number whose digest changes leaves read
// models in use that this build would fill otherwise, so a change of tables.txt takes a new number. An entry is replaced
// only by a commit that tells the stories anew.
var derived = [...]string{1: "0af13593cbcdc371", 2: "0af13593cbcdc371", 3: "771aa52f75fbc2bc", 4: "4d277b0fab2e209b", 5: "f0eb30f0db565ff9", 6: "96de8c95a182d29a", 7: "9e0188b144f7bbc8", 8: "28cf526ce6f3e69f", 9: "97f80af5d2dc13c1"}

// Every transaction that is judged reads the protocol number, so that one endorsed before a change fails by its read
// versions.
func TestEveryJudgedTransactionReadsTheProtocolNumber(t *testing.T) {
	raw, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	functions := map[string]int{}
	for _, b := range raw {
		for i, envelope := range b.GetData().GetData() {
			function, keys, err := reads(envelope, wire.Chaincode)
			if err != nil {
				t.Fatalf("block %d, transaction %d: %v", b.GetHeader().GetNumber(), i, err)
			}
			if function == "" {
				continue
			}
			functions[function]++
			if !slices.Contains(keys, "L/") {
				t.Errorf("block %d, transaction %d: %s does not read L/", b.GetHeader().GetNumber(), i, function)
			}
		}
	}
	for _, function := range []string{wire.FnFound, wire.FnConfirm, wire.FnRecord} {
		if functions[function] == 0 {
			t.Errorf("no transaction calls %s: %v", function, functions)
		}
	}
}

// decoded are the blocks as a gateway reads them.
func decoded(raw []*common.Block) []*block.Block {
	var decoder fabric.Decoder
	out := make([]*block.Block, len(raw))
	for i, b := range raw {
		out[i] = decoder.Block(b)
	}
	return out
}

// writeVerdicts writes a line for each transaction of a block, with the hash of its writes, and one for each event of
// it, with how it was read.
func writeVerdicts(t *testing.T, out *bytes.Buffer, store *readmodel.Store, b *block.Block) {
	t.Helper()
	read, err := readmodeltest.View(t, store).Block(b.Number)
	if err != nil || len(read.Transactions) != len(b.Transactions) {
		t.Fatalf("block %d: %d of %d transactions (%v)", b.Number, len(read.Transactions), len(b.Transactions), err)
	}
	for i, tx := range read.Transactions {
		sum := sha256.New()
		writes := b.Transactions[i].WritesTo(wire.Chaincode)
		for _, w := range writes {
			fmt.Fprintf(sum, "%q %q\n", w.Key, w.Value)
		}
		fmt.Fprintf(out, "%d/%d %s %s, judged: %s, %d writes %x\n", b.Number, i, tx.CodeName,
			or(tx.Function, b.Transactions[i].Type), or(string(tx.Verdict), "no"), len(writes), sum.Sum(nil)[:12])
		for _, id := range tx.Events {
			e, err := readmodeltest.View(t, store).Event(id)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(out, "  %s %s %s %s %s %s %s, seq %d, head %.12s\n", e.Status, e.Organisation, e.Role,
				e.Event.Rulebook, or(e.Kind, "-"), e.Event.Action, or(e.State, "-"), e.Seq, e.Head)
		}
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// tables gives a line for each table of the read model: its rows and their SHA-256.
func tables(t *testing.T, store *readmodel.Store) []byte {
	t.Helper()
	var dump bytes.Buffer
	if err := readmodeltest.View(t, store).Dump(&dump); err != nil {
		t.Fatal(err)
	}
	rows, sums := map[string]int{}, map[string][]byte{}
	for lines := bufio.NewReader(&dump); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		table, _, _ := strings.Cut(line, " ")
		sum := sha256.Sum256(append(sums[table], line...))
		rows[table], sums[table] = rows[table]+1, sum[:]
	}
	var out bytes.Buffer
	for _, table := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&out, "%s %d rows %x\n", table, rows[table], sums[table])
	}
	return out.Bytes()
}

// compare holds what came out against a file of testdata.
func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	was, is := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	different := 0
	for i := range max(len(was), len(is)) {
		var a, b []byte
		if i < len(was) {
			a = was[i]
		}
		if i < len(is) {
			b = is[i]
		}
		if !bytes.Equal(a, b) {
			if different++; different <= 10 {
				t.Errorf("%s, line %d:\nwas %s\nis  %s", name, i+1, a, b)
			}
		}
	}
	if different > 10 {
		t.Errorf("%s: %d lines differ", name, different)
	}
}
