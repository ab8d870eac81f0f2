package page

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/rootline/rootline"
)

func TestAmount(t *testing.T) {
	v := newView(English, rootline.Text{})
	for _, tc := range []struct {
		n    int64
		unit string
		want string
	}{
		{0, "mm", "0 m"}, {83, "mm", "0.083 m"}, {1000, "mm", "1 m"}, {3105, "mm", "3.105 m"}, {65320000, "mm", "65 320 m"}, {-1500, "mm", "−1.5 m"},
		{91000, "kPa", "91 MPa"}, {1500, "g", "1.5 kg"}, {12, "m3", "12 m³"},
		{40000, "kg", "40 000 kg"}, {999, "kg", "999 kg"}, {3, "each", "3"}, {10000, "each", "10 000"}, {7, "", "7"},
		{1987, "year", "1987"}, {90, "s", "90 s"}, {1773303300, "s", "12 Mar 2026 08:15 UTC"},
		{1234567, "fen", "12 345.67 yuan"}, {5, "fen", "0.05 yuan"}, {-9223372036854775808, "fen", "−92 233 720 368 547 758.08 yuan"}, {1200, "fen", "12.00 yuan"}, {1230, "fen", "12.30 yuan"},
		{9000, "0.01 %", "90 %"}, {1682, "kg/m3", "1.682 g/cm³"}, {975, "permille", "97.5 %"}, {85, "percent", "85 %"}, {1682, "kg/m³", "1 682 kg/m³"},
	} {
		got := strings.ReplaceAll(v.amount(tc.n, tc.unit, 0), space, " ")
		if got != tc.want {
			t.Errorf("%d %s is written %q, want %q", tc.n, tc.unit, got, tc.want)
		}
	}
}

// What a phone types and the desk shows reads alike on the public page: web/src/works/units.test.ts has the same file.
func TestAmountsReadAlikeEverywhere(t *testing.T) {
	b, err := os.ReadFile("../src/works/testdata/amounts.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Value, Most int64
		Unit, Want  string
		Zh          string
		In          string
		Digits      int
	}
	if err := json.Unmarshal(b, &cases); err != nil || len(cases) == 0 {
		t.Fatal(err, len(cases))
	}
	for _, c := range cases {
		field := Field{Unit: c.Unit, In: c.In, Places: c.Digits, Most: c.Most}
		for lang, want := range map[string]string{English: c.Want, Chinese: c.Zh} {
			v := newView(lang, rootline.Text{})
			if got := strings.ReplaceAll(v.value(field, rootline.IntegerOf(c.Value)), space, " "); got != want {
				t.Errorf("%d %s, at most %d, is written %q in %s, want %q", c.Value, c.Unit, c.Most, got, lang, want)
			}
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		61 * time.Second:           {"1 min", "1 分钟"},
		-3 * time.Minute:           {"3 min", "3 分钟"},
		119 * time.Minute:          {"119 min", "119 分钟"},
		2 * time.Hour:              {"2 hours", "2 小时"},
		47 * time.Hour:             {"47 hours", "47 小时"},
		48 * time.Hour:             {"2 days", "2 天"},
		5*24*time.Hour + time.Hour: {"5 days", "5 天"},
	} {
		for i, lang := range []string{English, Chinese} {
			if got := newView(lang, rootline.Text{}).span(d); got != want[i] {
				t.Errorf("%v is written %q, want %q", d, got, want[i])
			}
		}
	}
}

func TestTwoTimes(t *testing.T) {
	for d, want := range map[time.Duration]bool{
		0: false, time.Minute: false, -time.Minute: false, time.Minute + time.Millisecond: true, -2 * time.Minute: true,
	} {
		at := instant("2026-03-12T08:15:00Z")
		e := Event{Claimed: at, Witnessed: rootline.InstantOf(at.Time().Add(d))}
		if e.TwoTimes() != want {
			t.Errorf("both times shown at a difference of %v: %v", d, !want)
		}
	}
}

func TestPosition(t *testing.T) {
	v := newView(English, rootline.Text{})
	p := rootline.Position{Point: rootline.Point{Lat: -37812345, Lon: 5}, Accuracy: 5}
	if got := strings.ReplaceAll(v.position(p), space, " "); got != "−37.812345, 0.000005 ± 5 m" {
		t.Errorf("got %q", got)
	}
}

func TestHeadline(t *testing.T) {
	of := func(name, value string) Field { return Field{Name: name, Value: rootline.StringOf(value)} }
	titled := of("species", "Pinus tabuliformis")
	titled.Words = map[string]rootline.Text{"Pinus tabuliformis": text("Chinese pine", "油松")}
	for name, tc := range map[string]struct {
		fields             []Field
		kind, title, latin string
		rest               int
	}{
		"kind only":           {nil, "", "Tree", "", 0},
		"species":             {[]Field{of("species", "Ulmus procera")}, "Tree", "Ulmus procera", "", 0},
		"common name":         {[]Field{of("species", "Ulmus procera"), of("commonName", "English elm")}, "Tree", "English elm", "Ulmus procera", 0},
		"the same twice":      {[]Field{of("species", "Oak"), of("commonName", "Oak")}, "Tree", "Oak", "", 0},
		"species has a title": {[]Field{titled, of("crew", "C7")}, "Tree", "Chinese pine", "Pinus tabuliformis", 1},
		"species is a number": {[]Field{{Name: "species", Value: rootline.IntegerOf(7)}}, "", "Tree", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			v := newView(English, rootline.Text{})
			v.Item = &Item{Kind: text("Tree", "树木"), Fields: tc.fields}
			h := v.headline()
			if h.Kind != tc.kind || h.Name != tc.title || h.Latin != tc.latin || len(h.Rest) != tc.rest {
				t.Errorf("got %+v", h)
			}
		})
	}
	v := newView(Chinese, rootline.Text{})
	v.Item = &Item{}
	if got := v.headline().Name; got != "物品" {
		t.Errorf("an item without any name is headed %q", got)
	}
}

// Every word exists in both languages, with the same number of values to fill in.
func TestWordsAreComplete(t *testing.T) {
	en, zh := reflect.ValueOf(english), reflect.ValueOf(chinese)
	for i := range en.NumField() {
		name := en.Type().Field(i).Name
		a, b := flat(en.Field(i)), flat(zh.Field(i))
		if len(a) != len(b) || len(a) == 0 {
			t.Errorf("%s has %d texts in English, %d in Chinese", name, len(a), len(b))
			continue
		}
		for j := range a {
			switch {
			case a[j] == "" || b[j] == "":
				t.Errorf("%s lacks words", name)
			case strings.Count(a[j], "%") != strings.Count(b[j], "%") || strings.Count(a[j], "#") != strings.Count(b[j], "#"):
				t.Errorf("%s takes other values: %q, %q", name, a[j], b[j])
			case strings.ContainsFunc(a[j], han) || !strings.ContainsFunc(b[j], han):
				t.Errorf("%s is in the wrong language: %q, %q", name, a[j], b[j])
			}
		}
	}
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// flat gives the texts of a field of words.
func flat(v reflect.Value) []string {
	switch v.Kind() {
	case reflect.String:
		return []string{v.String()}
	case reflect.Slice:
		var all []string
		for i := range v.Len() {
			all = append(all, flat(v.Index(i))...)
		}
		return all
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		var all []string
		for _, k := range keys {
			all = append(all, flat(v.MapIndex(k))...)
		}
		return all
	default:
		return []string{v.Field(0).String(), v.Field(1).String()}
	}
}

func TestLanguage(t *testing.T) {
	for _, tc := range []struct{ query, header, want string }{
		{"zh", "en", "zh"}, {"en", "zh-CN", "en"}, {"fr", "zh-CN,zh;q=0.9,en;q=0.8", "zh"},
		{"", "en-GB,en;q=0.9,zh;q=0.8", "en"}, {"", "zh-Hant-TW", "zh"}, {"", "de-DE, zh;q=0.3", "zh"},
		{"", "de, fr", "en"}, {"", "", "en"}, {"", "*", "en"}, {"", "q=;;;,,\x00", "en"}, {"<script>", "", "en"},
	} {
		if got := Language(tc.query, tc.header); got != tc.want {
			t.Errorf("lang=%q and %q give %q, want %q", tc.query, tc.header, got, tc.want)
		}
	}
}

// A tree planted at half past midnight in China was planted on that day, whatever the day in UTC.
func TestDaysAreThoseOfTheWorks(t *testing.T) {
	at, err := rootline.ParseInstant("2026-03-11T16:30:00Z")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ zone, lang, date, moment, named string }{
		{"Asia/Shanghai", Chinese, "2026-03-12", "2026-03-12 00:30 UTC+8", "最新在前，北京时间（UTC+8）"},
		{"Asia/Shanghai", English, "12 Mar 2026", "12 Mar 2026 00:30 UTC+8", "newest first, in Beijing time (UTC+8)"},
		{"America/St_Johns", English, "11 Mar 2026", "11 Mar 2026 14:00 UTC\u22122:30", "newest first, in the time of America/St_Johns"},
		{"UTC", English, "11 Mar 2026", "11 Mar 2026 16:30 UTC", "newest first, in UTC"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		v := newView(c.lang, rootline.Text{})
		v.Zone = zone
		if v.Date(at) != c.date || v.Moment(at) != c.moment || v.Newest() != c.named {
			t.Errorf("%s %s: %q, %q, %q", c.zone, c.lang, v.Date(at), v.Moment(at), v.Newest())
		}
	}
}

// Machines' names of organisations, places and rulebooks stay off the page, also where the ledger has no title for them.
func TestNamesOfMachinesAreNotShown(t *testing.T) {
	for _, lang := range []string{English, Chinese} {
		var b strings.Builder
		item := Item{
			Code: "9520001T7H2K9QF3XB", Maker: Party{MSPID: "NurseryMSP"}, Custodian: Party{MSPID: "BuilderMSP"}, Place: &Place{ID: "forest/9/14"}, Rules: Rules{Version: 1},
			Events: []Event{{ID: "e", Name: "recall-release", Organisation: Party{MSPID: "BuilderMSP"}}},
		}
		if err := Render(&b, lang, item); err != nil {
			t.Fatal(err)
		}
		for _, raw := range []string{"MSP", "forest/9/14", "recall-release", "@1"} {
			if strings.Contains(b.String(), raw) {
				t.Errorf("%s: the page shows %q", lang, raw)
			}
		}
	}
}
