package rootline

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/strictjson"
)

const plainEvent = `{"id":"019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b","asset":"95012345ABCDEFGHJKMNP","kind":"tree","under":"95012345ABCDEFGHJKMNQ",` +
	`"action":"inventory","rulebook":"forestation@1","at":"2026-03-12T08:15:00.123Z","place":{"lat":-37800000,"lon":144900000,"accuracy":10},` +
	`"evidence":[{"sha256":"aa00000000000000000000000000000000000000000000000000000000000000","type":"image/jpeg","size":12}],"amount":5,` +
	`"inputs":[{"asset":"95012345ABCDEFGHJKMNR","amount":3},{"asset":"95012345ABCDEFGHJKMNS","amount":1}],"refs":["95012345ABCDEFGHJKMNT"],` +
	`"list":{"count":2,"root":"bb00000000000000000000000000000000000000000000000000000000000000"},"into":[{"asset":"95012345ABCDEFGHJKMNU","list":{"count":1,"root":""}}],` +
	`"tag":"95012345ABCDEFGHJKMNV","replaces":"95012345ABCDEFGHJKMNW","corrects":"019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5c",` +
	`"data":{"species":"Ulmus procera","commonName":"榆树","dbh":101,"alive":true,"marks":["a","b"],"rings":[1,-2],"none":[],"defects":[{"code":"crack","class":2,"mended":false},{}]},` +
	`"seen":{"block":7,"hash":"cc00000000000000000000000000000000000000000000000000000000000000"},"prev":"dd00000000000000000000000000000000000000000000000000000000000000"}`

// same fails unless the quick reading of an event is either nil or what Decode reads.
func same(t *testing.T, payload []byte) (read bool) {
	t.Helper()
	quick, full := readEvent(payload), new(Event)
	err := strictjson.Decode(payload, full)
	if quick == nil {
		return false
	}
	if err != nil {
		t.Fatalf("%s is read, and is refused: %v", payload, err)
	}
	if !reflect.DeepEqual(quick, full) {
		t.Fatalf("%s\nis read as %+v\nand is    %+v", payload, quick, full)
	}
	return true
}

func sameFields(t *testing.T, data []byte) (read bool) {
	t.Helper()
	quick, full := readFields(data), Fields{}
	err := strictjson.Decode(data, &full)
	if quick == nil {
		return false
	}
	if err != nil {
		t.Fatalf("%s is read, and is refused: %v", data, err)
	}
	if !reflect.DeepEqual(quick, full) {
		t.Fatalf("%s\nis read as %+v\nand is    %+v", data, quick, full)
	}
	return true
}

func TestReadEvent(t *testing.T) {
	if !same(t, []byte(plainEvent)) {
		t.Error("a plain event is not read")
	}
	if e := readEvent([]byte(plainEvent)); !sameFields(t, e.Data) {
		t.Error("plain data is not read")
	}
	for _, member := range []string{`"list":null`, `"data":null`, `"data": [1, 2] `, `"data":7`, `"inputs":[]`, `"inputs":null`, `"refs":[1]`, `"at":"2026"`, `"at":1`, `"id":null`,
		`"place":{}`, `"place":{"lat":1,"lat":2}`, `"place":{"Lat":1}`, `"place":[]`, `"seen":{"block":-1}`, `"seen":{"hash":"AA"}`, `"amount":1.0`, `"ID":"x"`,
		`"x":1`, `"kind":"a\u0062"`, `"prev":""`, `"prev":"0"`, `"data":{"a":{"b":[{}]}}`, `"amount":-1`} {
		same(t, []byte(`{`+member+`}`))
	}
	for i := range plainEvent { // broken in every place, and changed in every place
		same(t, []byte(plainEvent[:i]))
		for _, c := range []string{`"`, `{`, `}`, `,`, `0`, `\`, " ", "\xff"} {
			same(t, []byte(plainEvent[:i]+c+plainEvent[i+1:]))
			same(t, []byte(plainEvent[:i]+c+plainEvent[i:]))
		}
	}
	for _, data := range []string{`{}`, `[]`, `{"a":null}`, `{"a":{}}`, `{"a":[1,"b"]}`, `{"a":[[]]}`, `{"a":[{}]}`, `{"a":[{"b":[1]}]}`, `{"a":[{"b":{}}]}`, `{"a":[{"b":1,"b":1}]}`, `{"a":[{"b":1},2]}`, `{"a":[{"b":null}]}`, `{"a":[true]}`, `{"a":1,"a":1}`, `{"a":"\n"}`, ` {"a" : [ 1 , 2 ] } `} {
		sameFields(t, []byte(data))
	}
}

func FuzzReadEvent(f *testing.F) {
	fuzzing.Bytes(f, []byte(plainEvent))
	for _, member := range strings.Split(strings.Trim(plainEvent, "{}"), `,"`) {
		f.Add([]byte(`{"` + strings.TrimPrefix(member, `"`) + `}`))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		same(t, b)
		sameFields(t, b)
	})
}

func BenchmarkParseEvent(b *testing.B) {
	payload := []byte(plainEvent)
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if readEvent(payload) == nil {
				b.Fatal("not read")
			}
		}
	})
	b.Run("full", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := decodeEvent(payload, new(Event)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Three bytes of a list become fifty in memory. A list that is longer than an event may have is not made, whichever way
// it is spelled.
func TestListsAreCountedBeforeTheyAreMade(t *testing.T) {
	list := `[` + strings.Repeat(`{},`, 80_000) + `{}]`
	for _, name := range []string{"evidence", "inputs", "into", "refs"} {
		for _, spelled := range []string{`"` + name + `"`, `"` + strings.Replace(name, "e", `\u0065`, 1) + `"`} {
			payload := []byte(`{"id":"0190c7f2-0000-7000-8000-000000000001",` + spelled + `:` + list + `}`)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := ParseEvent(payload)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; CodeOf(err) != CodeMalformedEvent || took > 2<<20 {
				t.Errorf("%s: %v, with %d bytes of memory", spelled, err, took)
			}
		}
	}
	if e, err := ParseEvent([]byte(`{"id":"0190c7f2-0000-7000-8000-000000000001","action":"plant","rulebook":"forestation@1","at":"2026-03-12T08:15:00Z",` +
		`"asset":"9520001T7H2K9QF3","data":{"n\u006fte":[` + strings.Repeat("1,", 999) + `1]}}`)); err != nil || len(e.Data) == 0 {
		t.Errorf("a list within the data: %v", err)
	}
}
