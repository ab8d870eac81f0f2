package rootline

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

var update = flag.Bool("update", false, "write testdata/event-ids.json anew")

const eventIDsFile = "testdata/event-ids.json"

// idVector is an id with what it is made of. The test of the page's core/uuidv7.ts reads the same file.
type idVector struct {
	Kid string `json:"kid"`
	// Time is in milliseconds since 1970.
	Time    int64  `json:"time"`
	Counter uint32 `json:"counter"`
	// Free is the part that does not follow from the key, in hexadecimal.
	Free string `json:"free"`
	ID   string `json:"id"`
}

func TestEventIDVectors(t *testing.T) {
	if *update {
		var all []idVector
		for _, kid := range []string{"IqgFduBecKiaQnhWGNGQLeBVYU9EyeMqxaJn4LUTu4Y", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", "", "榆"} {
			for _, at := range []struct {
				time    int64
				counter uint32
			}{{1_773_303_300_000, 0}, {1_773_303_300_000, 1<<counterBits - 1}, {1_773_303_300_001, 0x2a555}, {0xffffffffffff, 63}, {0, 64}} {
				id := EventIDAt(kid, Instant(at.time), at.counter)
				parsed := uuid.MustParse(id)
				all = append(all, idVector{kid, at.time, at.counter, hex.EncodeToString(parsed[:eventIDFree]), id})
			}
		}
		b, err := json.MarshalIndent(all, "", " ")
		if err == nil {
			err = os.WriteFile(eventIDsFile, append(b, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(eventIDsFile)
	var all []idVector
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for _, v := range all {
		if id := EventIDAt(v.Kid, Instant(v.Time), v.Counter); id != v.ID || !ValidEventID(id) {
			t.Errorf("%+v: %s", v, id)
		}
		if parsed := uuid.MustParse(v.ID); hex.EncodeToString(parsed[:eventIDFree]) != v.Free {
			t.Errorf("%+v begins with %x", v, parsed[:eventIDFree])
		}
		if !EventIDOf(v.Kid, v.ID) || EventIDOf(v.Kid+"x", v.ID) {
			t.Errorf("%+v: whose it is", v)
		}
	}
}

// Whatever digit of an id is another, it is not the key's any more, nor in another spelling.
func TestAnEventIDBelongsToOneKey(t *testing.T) {
	const kid = "IqgFduBecKiaQnhWGNGQLeBVYU9EyeMqxaJn4LUTu4Y"
	id := NewEventID(kid)
	if !EventIDOf(kid, id) || EventIDOf("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", id) {
		t.Fatal(id)
	}
	for i := range id {
		for _, c := range "0123456789abcdef-" {
			if changed := id[:i] + string(c) + id[i+1:]; changed != id && EventIDOf(kid, changed) {
				t.Errorf("%s and %s", id, changed)
			}
		}
	}
	for _, s := range []string{"", "{" + id + "}", "urn:uuid:" + id, id[:8] + id[9:13] + id[14:18] + id[19:23] + id[24:], id + "0"} {
		if EventIDOf(kid, s) {
			t.Errorf("%q", s)
		}
	}
}

// Ids of one process rise and differ, also when the clock stands still, goes back, or a millisecond's counter ends.
func TestEventIDsRise(t *testing.T) {
	var g eventIDs
	var last [2]int64
	now := int64(1_773_303_300_000)
	for i := range 3 << counterBits {
		switch i {
		case 100:
			now -= 3_600_000
		case 200:
			now += 7_200_000
		}
		at, counter := g.next(now)
		if counter >= 1<<counterBits || slices.Compare([]int64{at, int64(counter)}, last[:]) <= 0 {
			t.Fatalf("%d: %d %d after %v", i, at, counter, last)
		}
		last = [2]int64{at, int64(counter)}
	}
	a, b := NewEventID("kid"), NewEventID("kid")
	if a >= b {
		t.Errorf("%s, then %s", a, b)
	}
	if parsed := uuid.MustParse(b); time.Since(time.Unix(parsed.Time().UnixTime())).Abs() > time.Minute {
		t.Errorf("%s is of another time", b)
	}
}

func BenchmarkEventIDOf(b *testing.B) {
	const kid = "IqgFduBecKiaQnhWGNGQLeBVYU9EyeMqxaJn4LUTu4Y"
	id := NewEventID(kid)
	b.ReportAllocs()
	for b.Loop() {
		if !EventIDOf(kid, id) {
			b.Fatal(id)
		}
	}
}
