package labels

import (
	"strings"
	"unicode"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels/pdf"
)

// The sizes that text is set in. All labels of a job have the same one: the largest at which all fit, with no line
// broken where that needs no small print.
const (
	textSizeMost  Length = 2600
	textSizeWhole Length = 2200 // below this, breaking a line is better
	textSizeLeast Length = 1800 // about 5 points
	textSizeStep  Length = 100
	textStep             = 130 // per cent of the size from base line to base line
)

// tidy makes one line, as rootline.Shown has it, of what may hold tabs and line breaks.
func tidy(line string) string { return rootline.Shown(strings.Join(strings.Fields(line), " ")) }

// settable are the labels of a job whose text can be set in a box; the others are left out.
func (f *faces) settable(j *Job, b box, left *[]Left) []Label {
	fits := func(lines []string) bool {
		return !anyText(lines) || f.largest(lines, b, textSizeLeast, textSizeLeast, false) > 0
	}
	shared := fits(j.Text)
	var all []Label
	for i := range j.Labels {
		label := &j.Labels[i]
		lines := j.lines(label)
		switch r, lacks := f.unset(label); {
		case lacks:
			*left = append(*left, Left{label.Code, f.refuseRune(j.Font, r)})
		case !shared || len(label.Text) > 0 && !fits(lines):
			*left = append(*left, Left{label.Code, refuse(CodeText, i+1, clip(tidy(strings.Join(lines, " / "))))})
		default:
			all = append(all, *label)
		}
	}
	return all
}

// sizeText finds the size for all the job's texts, of which each can be set at the smallest.
func (f *faces) sizeText(j *Job, b box) Length {
	whole, broken := textSizeMost, textSizeMost
	for i := range j.Labels {
		label := &j.Labels[i]
		if i > 0 && len(label.Text) == 0 {
			continue // the first had these lines at least
		}
		lines := j.lines(label)
		if !anyText(lines) {
			continue
		}
		whole = f.largest(lines, b, whole, textSizeWhole, true)
		broken = f.largest(lines, b, broken, textSizeLeast, false)
	}
	if whole > 0 {
		return whole
	}
	return broken
}

// largest is the largest size from most down to least at which lines fit in a box, or 0. If whole, no line may be broken.
func (f *faces) largest(lines []string, b box, most, least Length, whole bool) Length {
	for size := most; size >= least; size -= textSizeStep {
		set, ok := f.set(lines, b, size)
		if !ok || whole && len(set) > len(lines) {
			continue
		}
		if below := Length(max(0, len(set)-1)) * size * textStep / 100; size*codeCap/100+below <= b.height {
			return size
		}
	}
	return 0
}

// set breaks lines to the width of a box; ok is false when a word is wider than that.
func (f *faces) set(lines []string, b box, size Length) (set []string, ok bool) {
	ok = true
	for _, line := range lines {
		var fits bool
		set, fits = f.wrap(set, tidy(line), b.width*1000/size)
		ok = ok && fits
	}
	return set, ok
}

// wrap breaks a line into as many as a width needs, given in thousandths of the size.
func (f *faces) wrap(into []string, line string, width Length) (out []string, ok bool) {
	if line == "" {
		return into, true
	}
	runes := []rune(line)
	for len(runes) > 0 {
		used, end, last := Length(0), 0, 0
		for end < len(runes) {
			used += f.width(runes[end])
			if used > width && runes[end] != ' ' {
				break
			}
			end++
			if end == len(runes) || breaks(runes[end-1], runes[end]) {
				last = end
			}
		}
		if last == 0 {
			return into, false
		}
		into = append(into, strings.TrimSpace(string(runes[:last])))
		runes = runes[last:]
		for len(runes) > 0 && runes[0] == ' ' {
			runes = runes[1:]
		}
	}
	return into, true
}

// breaks reports whether a line may end between two characters: at spaces, and between Chinese characters, though not
// before a closing mark or after an opening one.
func breaks(before, after rune) bool {
	if before == ' ' || after == ' ' {
		return true
	}
	if strings.ContainsRune("，。、；：！？）》」』】”’％", after) || strings.ContainsRune("（《「『【“‘", before) {
		return false
	}
	return ideographic(before) || ideographic(after)
}

func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r < 0x3040 || r >= 0xFF00 && r < 0xFF60
}

func (f *faces) face(r rune) *pdf.Face {
	if f.wide != nil && !f.text.Has(r) {
		return f.wide
	}
	return f.text
}

func (f *faces) width(r rune) Length { return Length(f.face(r).Width(string(r))) }

// runs divides a line by the face that each part is set in.
func (f *faces) runs(line string) []pdf.Run {
	var runs []pdf.Run
	start := 0
	for i, r := range line {
		face := f.face(r)
		if n := len(runs); n > 0 && runs[n-1].Face == face {
			continue
		} else if n > 0 {
			runs[n-1].Text = line[start:i]
		}
		runs, start = append(runs, pdf.Run{Face: face}), i
	}
	if n := len(runs); n > 0 {
		runs[n-1].Text = line[start:]
	}
	return runs
}
