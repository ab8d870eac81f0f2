package importer

import (
	"math/big"
	"regexp"
	"strings"
	"time"
)

// layout is how a column writes dates: parts like dd/MM/yyyy h:mm a, or a count of seconds, milliseconds or days. The pages
// read the same: testdata/moments.json.
type layout struct {
	// form is the parts as package time names them; twelve says that they have hours of twelve with their half of the day.
	form   string
	twelve bool
	count  *count
}

// count is a column of numbers: how many milliseconds one is, how many milliseconds before 1970 it begins, and whether it
// tells a moment whatever the clocks of a zone show.
type count struct {
	size     int64
	before   int64
	absolute bool
}

// A spreadsheet counts days so that 25,569 is the first of 1970.
var counts = map[string]*count{
	"epoch-s":  {size: 1000, absolute: true},
	"epoch-ms": {size: 1, absolute: true},
	"serial":   {size: 86_400_000, before: 25_569 * 86_400_000},
}

// goLayout turns a layout like dd/MM/yyyy into the one of package time.
var goLayout = strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "hh", "03", "mm", "04", "ss", "05", "M", "1", "d", "2", "h", "3", "a", "PM")

// layoutOf checks a layout by writing a moment and reading it back.
func layoutOf(where, spelled string) (layout, error) {
	if c := counts[spelled]; c != nil {
		return layout{count: c}, nil
	}
	l := layout{form: goLayout.Replace(spelled), twelve: strings.Contains(spelled, "h")}
	day := time.Date(2021, 11, 23, 0, 0, 0, 0, time.UTC)
	t, err := time.Parse(l.form, day.Format(l.form))
	if err != nil || !t.Equal(day) || l.twelve != strings.Contains(spelled, "a") || l.twelve && strings.Contains(spelled, "HH") {
		return layout{}, &MappingError{Where: where, Reason: "it names the parts of a date, like dd/MM/yyyy, yyyy-MM-dd HH:mm:ss or M/d/yyyy h:mm a, or is epoch-s, epoch-ms or serial"}
	}
	return l, nil
}

var (
	counted   = regexp.MustCompile(`^[0-9]{1,15}(?:\.[0-9]{1,15})?$`)
	morning   = regexp.MustCompile(`(?i)上午|a\.?m\.?`)
	afternoon = regexp.MustCompile(`(?i)下午|p\.?m\.?`)
	// midnight is hour 0, which hours of twelve do not have.
	midnight = regexp.MustCompile(`(?:^|[^0-9])0{1,2}:`)
	last     = time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC).UnixMilli()
)

// read reads a cell on the clocks of a zone; false for what is no such date.
func (l layout) read(cell string, zone *time.Location) (time.Time, bool) {
	if l.count == nil {
		if l.twelve {
			if midnight.MatchString(cell) {
				return time.Time{}, false
			}
			cell = afternoon.ReplaceAllString(morning.ReplaceAllString(cell, "AM"), "PM")
		}
		t, err := time.ParseInLocation(l.form, cell, zone)
		return t, err == nil
	}
	if !counted.MatchString(cell) {
		return time.Time{}, false
	}
	n, _ := new(big.Rat).SetString(cell)
	at := round(n.Mul(n, big.NewRat(l.count.size, 1)))
	at.Sub(at, big.NewInt(l.count.before))
	if at.Sign() < 0 || !at.IsInt64() || at.Int64() > last {
		return time.Time{}, false
	}
	t := time.UnixMilli(at.Int64()).UTC()
	if !l.count.absolute {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	}
	return t, true
}
