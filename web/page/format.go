package page

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rootline/rootline"
)

// space is the narrow no-break space between groups of digits and before units.
const space = "\u202f"

type integer interface{ int | int64 | uint64 }

// grouped writes an integer in groups of three digits.
func grouped[N integer](n N) string {
	s := fmt.Sprint(n)
	sign := ""
	if s[0] == '-' {
		sign, s = "\u2212", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + space + s[i:]
	}
	return sign + s
}

// decimal writes n × 10^-places exactly, without zeros at the end.
func decimal(n int64, places int) string {
	scale := int64(1)
	for range places {
		scale *= 10
	}
	sign := ""
	if n < 0 {
		sign = "\u2212"
	}
	whole, part := n/scale, n%scale
	if whole < 0 {
		whole = -whole
	}
	if part < 0 {
		part = -part
	}
	digits := strings.TrimRight(fmt.Sprintf("%0*d", places, part), "0")
	if digits == "" {
		return sign + grouped(whole)
	}
	return sign + grouped(whole) + "." + digits
}

// handLength is up to where a length, by its bound in mm, is that of a trunk or a layer: it is written in centimetres.
const handLength = 10_000

// larger are the units in which people read the smallest one, and how many powers of ten lie between. As web/src/works/units.ts
// has them: what was typed on a phone reads alike there, at the desk and here.
var larger = map[string]struct {
	unit   string
	places int
}{"kPa": {"MPa", 3}, "kg/m3": {"g/cm³", 3}, "g": {"kg", 3}, "m3": {"m³", 0}, "m2": {"m²", 0}}

// symbols are how units are written that a rulebook names in plain letters. web/src/works/units.ts has the same.
var symbols = map[string]string{
	"mm2": "mm²", "cm2": "cm²", "m2": "m²", "km2": "km²", "m3": "m³", "g/cm3": "g/cm³", "t/m3": "t/m³", "kg/m3": "kg/m³", "l": "L", "ml": "mL", "um": "µm", "percent": "%",
}

// unit is what a unit is called in the language of the page, else its symbol.
func (v view) unit(name string) string { return cmp.Or(v.W.Units[name], symbols[name], name) }

// in writes a quantity in the unit that the rulebook has people read it in. Money has all its digits: 1,200 yuan is 1 200.00.
func (v view) in(n int64, unit string, places int) string {
	symbol := v.unit(unit)
	switch unit {
	case "yuan":
		return money(n) + space + v.W.Yuan
	case "wan-yuan":
		symbol = v.W.WanYuan
	case "d":
		if places == 0 {
			return count(n, v.W.Days)
		}
	}
	return decimal(n, places) + space + symbol
}

// money writes an amount of fen in yuan, with both digits.
func money(n int64) string {
	s := decimal(n, 2)
	whole, part, _ := strings.Cut(s, ".")
	return whole + "." + (part + "00")[:2]
}

// amount writes a quantity in its smallest unit so that people can read it, exactly: 2100 mm as 2.1 m. most is the largest
// that the rulebook allows, 0 for none.
func (v view) amount(n int64, unit string, most int64) string {
	if l, ok := larger[unit]; ok {
		return decimal(n, l.places) + space + l.unit
	}
	switch unit {
	case "", "each":
		return grouped(n)
	case "year":
		return strconv.FormatInt(n, 10)
	case "s":
		if n >= firstMoment {
			return v.moment(rootline.InstantOf(time.Unix(n, 0)))
		}
	case "mm":
		if most > 0 && most <= handLength {
			return decimal(n, 1) + space + "cm"
		}
		return decimal(n, 3) + space + "m"
	case "fen":
		return v.in(n, "yuan", 2)
	case "date":
		return time.Unix(0, 0).UTC().AddDate(0, 0, int(n)).Format(time.DateOnly)
	case "d":
		return v.in(n, unit, 0)
	case "min":
		return count(n, v.W.Minutes)
	case "percent":
		return grouped(n) + space + "%"
	case "permille":
		return decimal(n, 1) + space + "%"
	}
	if places, whole, ok := fine(unit); ok {
		return v.in(n, whole, places)
	}
	return grouped(n) + space + v.unit(unit)
}

// fine takes a unit like "0.01 %" apart: two places of a per cent.
func fine(unit string) (places int, whole string, ok bool) {
	part, whole, found := strings.Cut(unit, " ")
	zeros, one := strings.CutPrefix(part, "0.")
	if !found || !one || strings.Trim(zeros, "0") != "1" || !strings.HasSuffix(zeros, "1") {
		return 0, "", false
	}
	return len(zeros), whole, true
}

// firstMoment is 2000-01-01: seconds from there on are a moment, fewer are a span of time.
const firstMoment = 946_684_800

// Amount writes an integer of a field so that people can read it, with its unit, in a language.
func Amount(f Field, n int64, lang string) string {
	return newView(lang, rootline.Text{}).value(f, rootline.IntegerOf(n))
}

// value writes one value of a field. Names are replaced by their titles.
func (v view) value(f Field, one rootline.Value) string {
	switch one.Kind() {
	case rootline.StringValue:
		if t, ok := f.Words[one.Str()]; ok && !t.IsZero() {
			return t.In(v.Lang)
		}
		return one.Str()
	case rootline.IntegerValue:
		if f.In != "" {
			return v.in(one.Int(), f.In, f.Places)
		}
		return v.amount(one.Int(), f.Unit, f.Most)
	case rootline.BoolValue:
		if one.Bool() {
			return v.W.Yes
		}
		return v.W.No
	case rootline.EntryValue:
		var parts []string
		for _, m := range f.Members {
			if given, ok := one.Entry()[m.Name]; ok {
				parts = append(parts, m.Title.In(v.Lang)+" "+v.value(m, given))
			}
		}
		return strings.Join(parts, ", ")
	case rootline.ListValue:
		parts := make([]string, len(one.List()))
		for i, e := range one.List() {
			parts[i] = v.value(f, e)
		}
		return strings.Join(parts, " · ")
	}
	return "—"
}

// local is a moment by the clocks of the works.
func (v view) local(i rootline.Instant) time.Time {
	if v.Zone == nil {
		return i.Time().UTC()
	}
	return i.Time().In(v.Zone)
}

// date writes a day of the works: "12 Mar 2026", in Chinese "2026-03-12".
func (v view) date(i rootline.Instant) string {
	if v.Lang == Chinese {
		return v.local(i).Format("2006-01-02")
	}
	return v.local(i).Format("2 Jan 2006")
}

// moment writes a day and the minute, with how far the clocks of the works are from UTC then: "12 Mar 2026 16:15 UTC+8".
func (v view) moment(i rootline.Instant) string {
	return v.date(i) + " " + v.clock(i) + " " + offset(v.local(i))
}

func (v view) clock(i rootline.Instant) string { return v.local(i).Format("15:04") }

// offset writes "UTC", "UTC+8" or "UTC−3:30".
func offset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "\u2212", -seconds
	}
	s := "UTC" + sign + strconv.Itoa(seconds/3600)
	if minutes := seconds % 3600 / 60; minutes > 0 {
		s += fmt.Sprintf(":%02d", minutes)
	}
	return s
}

// zone names the clocks of the works.
func (v view) zone() string {
	switch name := v.local(0).Location().String(); name {
	case "UTC":
		return "UTC"
	case "Asia/Shanghai":
		return v.W.BeijingTime
	default:
		return fmt.Sprintf(v.W.TimeOf, name)
	}
}

// span writes a length of time in its largest unit, cut, not rounded.
func (v view) span(d time.Duration) string {
	d = d.Abs()
	n, unit := int64(d/time.Minute), v.W.Minutes
	switch {
	case d >= 48*time.Hour:
		n, unit = int64(d/(24*time.Hour)), v.W.Days
	case d >= 2*time.Hour:
		n, unit = int64(d/time.Hour), v.W.Hours
	}
	return count(n, unit)
}

// position writes degrees with the digits that it has, at least two, and how sure the device was.
func (v view) position(p rootline.Position) string {
	s := degrees(p.Lat) + ", " + degrees(p.Lon)
	if p.Lat%centidegree == 0 && p.Lon%centidegree == 0 {
		s = degrees(p.Lat)[:len(degrees(p.Lat))-4] + ", " + degrees(p.Lon)[:len(degrees(p.Lon))-4]
	}
	if p.Accuracy > 0 {
		s += " ±" + space + strconv.FormatInt(p.Accuracy, 10) + space + "m"
	}
	return s
}

// centidegree is a hundredth of a degree in micro-degrees: to that positions are cut for the public.
const centidegree = 10_000

func degrees(micro int64) string {
	sign := ""
	if micro < 0 {
		sign, micro = "\u2212", -micro
	}
	return fmt.Sprintf("%s%d.%06d", sign, micro/1_000_000, micro%1_000_000)
}
