package labels

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// A sheet leads to its item, and has its Chinese characters in it.
func TestASheetToSign(t *testing.T) {
	const code = "9520002T9HJKXG9KZKCH"
	s := &Sheet{
		Origin: "https://works.example", Code: code, Title: "支付证书", Says: []string{strings.Repeat("East levee ", 30)}, Signature: "签字", Date: "日期",
		Rows: []SheetRow{{Name: "本期金额", Value: "786,678.90"}, {Name: "本期应付", Value: "684,410.65", Strong: true}}, Signers: []string{"A", "B", "C", "D"}, Foot: []string{"https://works.example"},
		Font: chineseFont(t, "支付证书本期金额应签字日"),
	}
	var b bytes.Buffer
	if err := WriteSheet(&b, s); err != nil {
		t.Fatal(err)
	}
	d := read(t, b.Bytes())
	if n := len(d.pages()); n != 1 {
		t.Fatalf("it has %d pages", n)
	}
	p := d.draw(d.pages()[0])
	// The first path is the code; the others are rules.
	if got := scan(t, p.paths[0], mmOf(sheetQuiet*sheetModule), 300); got != "HTTPS://WORKS.EXAMPLE/8004/"+code {
		t.Errorf("it scans as %q", got)
	}
	quiet := bounds(p.paths[0])
	for i, line := range p.texts {
		if line.x < mmOf(sheetMargin)-0.01 || line.end > mmOf(sheetWidth-sheetMargin)+0.01 || line.y > mmOf(sheetHeight-sheetMargin)+0.01 {
			t.Errorf("text %d stands beyond the margins: %+v", i, line)
		}
		if line.y > quiet.y1 && line.y-line.size < quiet.y2 && line.end > quiet.x1-mmOf(sheetQuiet*sheetModule) {
			t.Errorf("text %d stands in the code's quiet zone: %+v", i, line)
		}
	}
	unicode := d.stream(d.ref(d.objects[d.ref(d.objects[d.ref(d.pages()[0], "Resources")], "F0")], "ToUnicode"))
	for _, want := range []string{"<652F>", "<8BC1>"} { // 支, 证
		if !strings.Contains(unicode, want) {
			t.Errorf("%s is not among the characters", want)
		}
	}
	s.Font = chineseFont(t, "支")
	if err := WriteSheet(&bytes.Buffer{}, s); rootline.CodeOf(err) != CodeFontFile {
		t.Errorf("a font that lacks characters: %v", err)
	}
}
