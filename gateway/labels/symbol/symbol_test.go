package symbol

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"rsc.io/qr/coding"
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

func decode(t *testing.T, s *Symbol) string {
	t.Helper()
	m, err := gozxing.NewBitMatrix(s.Size, s.Size)
	if err != nil {
		t.Fatal(err)
	}
	for y := range s.Size {
		for x := range s.Size {
			if s.Dark(x, y) {
				m.Set(x, y)
			}
		}
	}
	r, err := decoder.NewDecoder().Decode(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.GetText()
}

func TestEveryVersionDecodes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[int]bool{}
	for n := 8; n <= 311; n++ {
		c, err := New(n)
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		seen[c.Version()] = true
		text := make([]byte, n)
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		s, err := c.Encode(string(text))
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		if got := decode(t, s); got != string(text) {
			t.Fatalf("version %d-%s: %q decodes as %q", c.Version(), c.Level(), text, got)
		}
	}
	if len(seen) != MaxVersion {
		t.Errorf("versions %v", seen)
	}
	if _, err := New(312); err == nil {
		t.Error("312 characters fit no version 10-M")
	}
}

func TestVersionAndLevel(t *testing.T) {
	for _, c := range []struct {
		length int
		want   string
	}{{10, "1-H"}, {16, "1-Q"}, {20, "1-M"}, {21, "2-Q"}, {38, "2-M"}, {39, "3-Q"}, {47, "3-Q"}, {48, "3-M"}, {61, "3-M"}, {62, "4-Q"}} {
		coder, err := New(c.length)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d-%s", coder.Version(), coder.Level()); got != c.want {
			t.Errorf("%d characters: %s, want %s", c.length, got, c.want)
		}
	}
}

func TestOtherCharactersAreRefused(t *testing.T) {
	c, err := New(30)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"https://x/8004/1", "油松", strings.Repeat("A", 60)} {
		if _, err := c.Encode(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

// The path covers exactly the dark modules, each once.
func TestPathIsTheSymbol(t *testing.T) {
	c, err := New(47)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Encode("HTTPS://WORKS.EXAMPLE/8004/95200017H2K9QF3ABCD0")
	if err != nil {
		t.Fatal(err)
	}
	path := string(s.AppendPath(nil))
	var covered [64][64]int
	lines := strings.Split(strings.TrimSpace(path), "\n")
	for _, l := range lines[:len(lines)-1] {
		var x, y, w, h int
		if _, err := fmt.Sscanf(l, "%d %d %d %d re", &x, &y, &w, &h); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		for j := y; j < y+h; j++ {
			for i := x; i < x+w; i++ {
				covered[j][i]++
			}
		}
	}
	for y := range covered {
		for x, n := range covered[y] {
			want := 0
			if y < s.Size && x < s.Size && s.Dark(x, y) {
				want = 1
			}
			if n != want {
				t.Fatalf("module %d,%d is covered %d times, want %d", x, y, n, want)
			}
		}
	}
	if n := len(lines) - 1; n > 220 || lines[n] != "f" {
		t.Errorf("%d rectangles, then %q", n, lines[n])
	}
}

// The bitwise penalties are those of the standard, spelled out module by module.
func TestPenaltyIsTheStandards(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, length := range []int{12, 30, 47, 80, 200} {
		c, err := New(length)
		if err != nil {
			t.Fatal(err)
		}
		text := make([]byte, length)
		for i := range text {
			text[i] = alphabet[random.IntN(36)]
		}
		least, chosen := -1, 0
		for m := range masks {
			plan, err := coding.NewPlan(c.plan.Version, c.plan.Level, coding.Mask(m))
			if err != nil {
				t.Fatal(err)
			}
			code, err := plan.Encode(coding.Alpha(text))
			if err != nil {
				t.Fatal(err)
			}
			base, err := read(c.plan, string(text))
			if err != nil {
				t.Fatal(err)
			}
			columns := base.rows
			transpose(&columns)
			want := slowPenalty(code)
			if got := penalty(&base.rows, c.across[m], &columns, c.down[m]); got != want {
				t.Errorf("%d characters, mask %d: %d, want %d", length, m, got, want)
			}
			if least < 0 || want < least {
				least, chosen = want, m
			}
		}
		s, err := c.Encode(string(text))
		if err != nil {
			t.Fatal(err)
		}
		plan, _ := coding.NewPlan(c.plan.Version, c.plan.Level, coding.Mask(chosen))
		code, _ := plan.Encode(coding.Alpha(text))
		for y := range s.Size {
			for x := range s.Size {
				if s.Dark(x, y) != code.Black(x, y) {
					t.Fatalf("%d characters: module %d,%d is not that of mask %d", length, x, y, chosen)
				}
			}
		}
	}
}

func slowPenalty(c *coding.Code) int {
	score, dark := 0, 0
	for _, at := range []func(i, j int) bool{c.Black, func(i, j int) bool { return c.Black(j, i) }} {
		for j := range c.Size {
			line := ""
			for i := range c.Size {
				line += map[bool]string{true: "1", false: "0"}[at(i, j)]
			}
			for i := 0; i < c.Size; {
				run := 1
				for i+run < c.Size && line[i+run] == line[i] {
					run++
				}
				if run >= 5 {
					score += run - 2
				}
				i += run
			}
			for i := 0; i+11 <= c.Size; i++ {
				if p := line[i : i+11]; p == "10111010000" || p == "00001011101" {
					score += 40
				}
			}
		}
	}
	for y := range c.Size {
		for x := range c.Size {
			b := c.Black(x, y)
			if b {
				dark++
			}
			if x > 0 && y > 0 && c.Black(x-1, y) == b && c.Black(x, y-1) == b && c.Black(x-1, y-1) == b {
				score += 3
			}
		}
	}
	percent := float64(dark) / float64(c.Size*c.Size) * 100
	for d := 5.0; d <= max(percent-50, 50-percent); d += 5 {
		score += 10
	}
	return score
}

func BenchmarkEncode(b *testing.B) {
	c, err := New(47)
	if err != nil {
		b.Fatal(err)
	}
	var path []byte
	for b.Loop() {
		s, err := c.Encode("HTTPS://WORKS.EXAMPLE/8004/95200017H2K9QF3ABCD0")
		if err != nil {
			b.Fatal(err)
		}
		path = s.AppendPath(path[:0])
	}
}
