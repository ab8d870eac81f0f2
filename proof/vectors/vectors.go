// Package vectors has the table of proofs that every verifier of proofs is held against: some that are as they should be, and
// many that something was done to, each with what must be said of it. The tests of package proof write it, and the page's
// verifier, which is written apart from that package, reads the same file. docs/proof.md, "The table of vectors", has its form.
package vectors

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Name is the table's file, in this package's folder.
const Name = "vectors.json"

//go:embed vectors.json
var written []byte

// Table is the table.
type Table struct {
	// Pool is base64, in lines of which each is whole: the bytes of which all files consist.
	Pool []string `json:"pool"`
	// Anchors are in JSON. Values are those of each field of the summaries, each once.
	Anchors []json.RawMessage            `json:"anchors"`
	Values  map[string][]json.RawMessage `json:"values"`
	Vectors []Vector                     `json:"vectors"`

	pool []byte
}

// Vector is a file, and what must be said of it.
type Vector struct {
	Name string `json:"name"`
	// Anchor is the index of the anchor that it is held against.
	Anchor int   `json:"anchor"`
	Asked  Asked `json:"asked"`
	// Code is why it is refused, or the first thing in which it is weaker than asked; "" when it is valid. Exit is the command's.
	Code string `json:"code"`
	Exit int    `json:"exit"`
	// File is where its bytes stand in the pool: pairs of a place and a length.
	File [][2]int `json:"file"`
	// Summary is what the report of a proof that is not refused says, by fields: indices in Values. A field that is not named
	// must not be there.
	Summary map[string]int `json:"summary,omitempty"`
}

// Asked is what is asked of a proof beyond being valid.
type Asked struct {
	Code string `json:"code,omitempty"`
	// Nonce is in hexadecimal.
	Nonce         string `json:"nonce,omitempty"`
	Organisations int    `json:"orgs,omitempty"`
	MaxAge        int    `json:"maxAgeSeconds,omitempty"`
	// Now is the time of who verifies, "" where it is not compared.
	Now string `json:"now,omitempty"`
}

// Load gives the table as it was written.
func Load() (*Table, error) { return Parse(written) }

// Parse reads a table.
func Parse(b []byte) (*Table, error) {
	var t Table
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, err
	}
	for _, line := range t.Pool {
		p, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return nil, err
		}
		t.pool = append(t.pool, p...)
	}
	return &t, nil
}

// Bytes is the file of a vector.
func (t *Table) Bytes(v *Vector) []byte {
	var out []byte
	for _, r := range v.File {
		out = append(out, t.pool[r[0]:r[0]+r[1]]...)
	}
	return out
}

// Named is the first vector of a name. The error says that there is none.
func (t *Table) Named(name string) (*Vector, error) {
	i := slices.IndexFunc(t.Vectors, func(v Vector) bool { return v.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("vectors: there is none of the name %q", name)
	}
	return &t.Vectors[i], nil
}

// window is how many bytes have to be alike before a piece of a file is taken from what the pool holds already.
const window = 24

// Builder makes a table. The zero Builder is empty.
type Builder struct {
	table Table
	at    map[[window]byte]int
}

// Add adds a vector with its file, the anchor in JSON, and its summary in JSON, nil when it is refused. The error is of the
// summary.
func (b *Builder) Add(v Vector, file, anchor, summary []byte) error {
	if b.at == nil {
		b.at, b.table.Values = map[[window]byte]int{}, map[string][]json.RawMessage{}
	}
	v.Anchor, v.File, v.Summary = once(&b.table.Anchors, compact(anchor)), b.pieces(file), nil
	if summary != nil {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(summary, &fields); err != nil {
			return err
		}
		v.Summary = map[string]int{}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			values := b.table.Values[name]
			v.Summary[name] = once(&values, compact(fields[name]))
			b.table.Values[name] = values
		}
	}
	b.table.Vectors = append(b.table.Vectors, v)
	return nil
}

func compact(b []byte) json.RawMessage {
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		panic("vectors: " + err.Error())
	}
	return out.Bytes()
}

// once gives the index of a value in a list, to which it is added where it is not there.
func once(list *[]json.RawMessage, v json.RawMessage) int {
	if i := slices.IndexFunc(*list, func(o json.RawMessage) bool { return bytes.Equal(o, v) }); i >= 0 {
		return i
	}
	*list = append(*list, v)
	return len(*list) - 1
}

// pieces finds a file's bytes in the pool, to which what is not there is added.
func (b *Builder) pieces(file []byte) [][2]int {
	pool, out, begun := &b.table.pool, [][2]int{}, 0
	literal := func(to int) {
		if to > begun {
			out = append(out, [2]int{b.keep(file[begun:to]), to - begun})
		}
	}
	for i := 0; i+window <= len(file); {
		from, ok := b.at[[window]byte(file[i:i+window])]
		if !ok {
			i++
			continue
		}
		n := window
		for i+n < len(file) && from+n < len(*pool) && file[i+n] == (*pool)[from+n] {
			n++
		}
		literal(i)
		out = append(out, [2]int{from, n})
		i += n
		begun = i
	}
	literal(len(file))
	return out
}

// keep adds bytes to the pool.
func (b *Builder) keep(bytes []byte) int {
	from := len(b.table.pool)
	b.table.pool = append(b.table.pool, bytes...)
	for i := max(0, from-window+1); i+window <= len(b.table.pool); i++ {
		if key := [window]byte(b.table.pool[i : i+window]); b.at[key] == 0 {
			b.at[key] = i
		}
	}
	return from
}

// poolLine is how many bytes of the pool stand in a line.
const poolLine = 90

// Encode gives the table's file, with a line for each thing in it.
func (b *Builder) Encode() []byte {
	var out bytes.Buffer
	line := func(v any) string {
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		start := out.Len()
		if err := e.Encode(v); err != nil {
			panic("vectors: " + err.Error()) // of texts, numbers and JSON
		}
		text := strings.TrimSuffix(string(out.Bytes()[start:]), "\n")
		out.Truncate(start)
		return text
	}
	list := func(lines []string) { fmt.Fprintf(&out, "[\n%s\n]", strings.Join(lines, ",\n")) }
	var lines []string
	for chunk := range slices.Chunk(b.table.pool, poolLine) {
		lines = append(lines, line(base64.StdEncoding.EncodeToString(chunk)))
	}
	out.WriteString("{\"pool\": ")
	list(lines)
	lines = nil
	for _, a := range b.table.Anchors {
		lines = append(lines, line(a))
	}
	out.WriteString(",\n\"anchors\": ")
	list(lines)
	out.WriteString(",\n\"values\": {")
	for i, name := range slices.Sorted(maps.Keys(b.table.Values)) {
		lines = nil
		for _, v := range b.table.Values[name] {
			lines = append(lines, line(v))
		}
		if i > 0 {
			out.WriteString(",")
		}
		fmt.Fprintf(&out, "\n%s: ", line(name))
		list(lines)
	}
	lines = nil
	for _, v := range b.table.Vectors {
		lines = append(lines, line(v))
	}
	out.WriteString("},\n\"vectors\": ")
	list(lines)
	out.WriteString("}\n")
	return out.Bytes()
}
