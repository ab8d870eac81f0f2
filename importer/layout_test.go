package importer

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

func TestLayouts(t *testing.T) {
	text, err := os.ReadFile("../testdata/moments.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases [][]any
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		r, err := newMomentReader("at", Moment{Column: "When", Layout: c[0].(string), Zone: c[1].(string)})
		if err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		want, is := c[3].(string)
		if at, f := r.read(c[2].(string)); (f == nil) != is || is && at.Time().Truncate(time.Second).Format(time.RFC3339) != want {
			t.Errorf("%v: %v, %v", c, at, f)
		}
	}
	for _, bad := range []string{"", "dd/MM", "M/d/yyyy h:mm", "M/d/yyyy HH:mm a", "epoch", "yyyy-MM-dd a"} {
		if _, err := layoutOf("at", bad); err == nil {
			t.Errorf("%q is a layout", bad)
		}
	}
}
