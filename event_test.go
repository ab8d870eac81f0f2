package rootline

import (
	"fmt"
	"strings"
	"testing"
)

const goodID = "0190c7f2-7c1a-7e3b-9a51-3f0a5b6c7d8e"

// eventWith returns an event's JSON with one member set to other JSON.
func eventWith(member, value string) string {
	members := map[string]string{
		"id": `"` + goodID + `"`, "asset": `"9520001T7H2K9QF3ABCD"`, "action": `"plant"`,
		"rulebook": `"forestation@1"`, "at": `"2026-03-12T08:15:00Z"`,
	}
	members[member] = value
	var parts []string
	for _, k := range []string{"id", "asset", "action", "rulebook", "at", member} {
		if v, ok := members[k]; ok && v != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", k, v))
			delete(members, k)
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestParseEvent(t *testing.T) {
	hash := strings.Repeat("ab", 32)
	for _, c := range []struct{ name, in, pointer string }{
		{"plain", eventWith("data", `{"crew":"C7","height":210}`), ""},
		{"milliseconds", eventWith("at", `"2026-03-12T08:15:00.250Z"`), ""},
		{"whole", eventWith("place", `{"lat":38912345,"lon":115912345,"accuracy":5}`), ""},
		{"evidence", eventWith("evidence", `[{"sha256":"`+hash+`","type":"image/jpeg","size":1}]`), ""},
		{"id of another version", eventWith("id", `"0190c7f2-7c1a-4e3b-9a51-3f0a5b6c7d8e"`), "/id"},
		{"id in capitals", eventWith("id", `"0190C7F2-7C1A-7E3B-9A51-3F0A5B6C7D8E"`), "/id"},
		{"asset in small letters", eventWith("asset", `"9520001t7h2k"`), "/asset"},
		{"rulebook without a version", eventWith("rulebook", `"forestation"`), "/rulebook"},
		{"time with a zone", eventWith("at", `"2026-03-12T08:15:00+08:00"`), "/at"},
		{"no time", eventWith("at", ``), "/at"},
		{"off the earth", eventWith("place", `{"lat":90000001,"lon":0}`), "/place"},
		{"float", eventWith("place", `{"lat":38.912345,"lon":115}`), "/place/lat"},
		{"negative amount", eventWith("amount", `-1`), "/amount"},
		{"unknown member", eventWith("colour", `1`), "/colour"},
		{"other case", eventWith("Place", `{}`), "/Place"},
		{"twice", `{"id":"` + goodID + `","id":"x"}`, "/id"},
		{"input twice", eventWith("inputs", `[{"asset":"9520001AAAA","amount":1},{"asset":"9520001AAAA","amount":1}]`), "/inputs/1"},
		{"input of itself", eventWith("inputs", `[{"asset":"9520001T7H2K9QF3ABCD","amount":1}]`), "/inputs/0"},
		{"input of nothing", eventWith("inputs", `[{"asset":"9520001AAAA","amount":0}]`), "/inputs/0"},
		{"empty list", eventWith("list", `{"count":0,"root":"`+hash+`"}`), "/list"},
		{"hash in capitals", eventWith("prev", `"`+strings.ToUpper(hash)+`"`), "/prev"},
		{"too long", eventWith("data", `"`+strings.Repeat("x", MaxEventBytes)+`"`), ""},
		{"null", `null`, ""},
		{"no place", eventWith("place", `null`), "/place"},
		{"no block seen", eventWith("seen", `null`), "/seen"},
		{"no list", eventWith("list", `null`), "/list"},
		{"no data", eventWith("data", `null`), "/data"},
		{"no amount", eventWith("amount", `null`), "/amount"},
		{"no inputs", eventWith("inputs", `null`), "/inputs"},
		{"no accuracy", eventWith("place", `{"lat":1,"lon":1,"accuracy":null}`), "/place/accuracy"},
		{"null in data", eventWith("data", `{"crew":null}`), ""},
		{"time with a comma", eventWith("at", `"2026-03-12T08:15:00,250Z"`), "/at"},
		{"list", `[]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseEvent([]byte(c.in))
			switch c.name {
			case "plain", "milliseconds", "whole", "evidence", "null in data":
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			e := AsError(err)
			if e == nil {
				t.Fatalf("got %v, want a refusal", err)
			}
			if e.Field != c.pointer {
				t.Fatalf("points at %q, want %q (%v)", e.Field, c.pointer, e)
			}
		})
	}
}

func TestInstantHasOneSpelling(t *testing.T) {
	for _, s := range []string{"2026-03-12T08:15:00Z", "2026-03-12T08:15:00.250Z"} {
		i, err := ParseInstant(s)
		if err != nil || i.String() != s {
			t.Errorf("%s: %v %v", s, i, err)
		}
	}
	for _, s := range []string{"", "2026-03-12", "2026-03-12T08:15:00", "2026-03-12T08:15:00.2Z", "2026-03-12T08:15:00,250Z", "1969-01-01T00:00:00Z", "2026-02-30T00:00:00Z"} {
		if _, err := ParseInstant(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}
