package client

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
)

// aTrace is what a gateway answers for a genealogy of n parts, joined by tens.
func aTrace(n int) []byte {
	var ids, look, depth, from, to, amount, event, events []string
	for i := range n {
		ids, look, depth = append(ids, fmt.Sprintf(`"9520001%013d"`, i)), append(look, "0"), append(depth, "1")
		if i > 0 {
			from, to, amount, event = append(from, fmt.Sprint(i)), append(to, fmt.Sprint((i-1)/10)), append(amount, "1"), append(event, fmt.Sprint((i-1)/10))
		}
		if i%10 == 0 {
			events = append(events, fmt.Sprintf(`"0190c7f2-0000-7000-8000-%012d"`, i))
		}
	}
	list := func(l []string) string { return "[" + strings.Join(l, ",") + "]" }
	return []byte(`{"root":"95200010000000000000","direction":"back","truncated":false,"block":{"number":5},` +
		`"looks":[{"rulebook":"works@1","kind":"part","kindTitle":{"en":"Part"},"state":"made","stateTitle":{"en":"Made"},"asleep":false,"disputed":false}],` +
		`"nodes":{"id":` + list(ids) + `,"look":` + list(look) + `,"depth":` + list(depth) + `},"edges":{"from":` + list(from) +
		`,"to":` + list(to) + `,"amount":` + list(amount) + `,"event":` + list(event) + `},"events":` + list(events) + `}`)
}

func TestReadTrace(t *testing.T) {
	trace, err := readTrace(aTrace(21))
	if err != nil || len(trace.Nodes) != 21 || len(trace.Edges) != 20 || trace.Nodes[20].Kind != "part" || trace.Nodes[3].KindTitle.En != "Part" {
		t.Fatalf("%+v, %v", trace, err)
	}
	if e := trace.Edges[19]; e.From != trace.Nodes[20].ID || e.To != trace.Nodes[1].ID || e.Amount != 1 || e.Event == "" {
		t.Errorf("%+v", e)
	}
	good := string(aTrace(3))
	for name, bad := range map[string]string{
		"no JSON":          good[:len(good)-2],
		"columns differ":   strings.Replace(good, `"depth":[1,`, `"depth":[`, 1),
		"no such node":     strings.Replace(good, `"from":[1`, `"from":[7`, 1),
		"no such look":     strings.Replace(good, `"look":[0`, `"look":[1`, 1),
		"no such event":    strings.Replace(good, `"event":[0`, `"event":[9`, 1),
		"a node below all": strings.Replace(good, `"to":[0`, `"to":[-1`, 1),
	} {
		if bad == good {
			t.Fatal(name)
		}
		if _, err := readTrace([]byte(bad)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func BenchmarkReadTrace(b *testing.B) {
	text := aTrace(1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := readTrace(text); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzReadTrace(f *testing.F) {
	fuzzing.Bytes(f, nil, []byte("{}"), aTrace(0), aTrace(1), aTrace(21))
	f.Fuzz(func(t *testing.T, b []byte) {
		trace, err := readTrace(b)
		if err == nil && (len(trace.Nodes) > len(b) || len(trace.Edges) > len(b)) {
			t.Fatalf("%d nodes and %d edges of %d bytes", len(trace.Nodes), len(trace.Edges), len(b))
		}
	})
}

// A link is damaged, or leads to a gateway and has all that an enrolment needs.
func FuzzParseLink(f *testing.F) {
	fuzzing.Strings(f, "", "http://x/enrol#", "https://works.example/enrol#e30", "https://[::1]:8080/enrol#"+strings.Repeat("e", 5000))
	f.Fuzz(func(t *testing.T, link string) {
		gateway, token, err := ParseLink(link)
		var bad *LinkError
		switch {
		case err == nil && (gateway == "" || token.Net == "" || token.Role == ""):
			t.Fatalf("%q is read as %q and %+v", link, gateway, token)
		case err != nil && !errors.As(err, &bad):
			t.Fatal(err)
		}
	})
}
