package rulebook

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// FieldType is the shape of a field's values.
type FieldType string

// The types of fields. Integers are in the smallest unit that the field names. Entries are a list, each of which has the
// members that the field names. The last ones hold ids: MSP ids of
// organisations, kids of devices, codes of items, ids of places. Of these only a place is ever asked for, and it must be
// one of the ledger's; the others are kept from the record.
const (
	String   FieldType = "string"
	Integer  FieldType = "integer"
	Bool     FieldType = "bool"
	Integers FieldType = "integers"
	Strings  FieldType = "strings"
	PlaceRef FieldType = "place"
	Entries  FieldType = "entries"

	OrganisationRef  FieldType = "organisation"
	OrganisationRefs FieldType = "organisations"
	DeviceRef        FieldType = "device"
	ItemRef          FieldType = "item"
	ItemRefs         FieldType = "items"
)

// FromRecord reports whether values of the type come from the record only, and are never asked for.
func (t FieldType) FromRecord() bool {
	switch t {
	case OrganisationRef, OrganisationRefs, DeviceRef, ItemRef, ItemRefs:
		return true
	}
	return false
}

// Named reports whether values of the type are ids of something on the ledger. What was a text in an earlier version of a
// rulebook does not become one of these.
func (t FieldType) Named() bool { return t.FromRecord() || t == PlaceRef }

// IsList reports whether values of the type are lists.
func (t FieldType) IsList() bool {
	switch t {
	case Integers, Strings, Entries, OrganisationRefs, ItemRefs:
		return true
	}
	return false
}

// maxKid bounds the kid of a device, which is a thumbprint of 43 characters.
const maxKid = 64

// Field is a named value that an action asks for or that a kind's record keeps.
type Field struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title"`
	Type  FieldType     `json:"type"`
	// Unit is the unit of integers: "mm".
	Unit string `json:"unit,omitempty"`
	// In is the unit that people type and read it in, Digits the powers of ten between that and Unit: m and 3 for mm. It decides
	// nothing. Without it pages choose a unit themselves.
	In       string `json:"in,omitempty"`
	Digits   int    `json:"digits,omitempty"`
	Optional bool   `json:"optional,omitempty"`
	// Min and Max bound integers, or each of several.
	Min *int64 `json:"min,omitempty"`
	Max *int64 `json:"max,omitempty"`
	// Choices are the only allowed texts, where there are any.
	Choices []Choice `json:"choices,omitempty"`
	// MaxLength is the most characters of a text or items of a list.
	MaxLength int `json:"maxLength,omitempty"`
	// Remember says what a form suggests for a text, from what the device gave last; empty when nothing is suggested. It
	// decides nothing.
	Remember Remember `json:"remember,omitempty"`
	// Members are what each of a list of entries has: texts, integers, yes or no, and places.
	Members []Field `json:"members,omitempty"`
	// Audience is to whom gateways show it; the record itself is on the ledger in the open. An asked field is for members where the
	// kind's field of its name is.
	Audience Audience `json:"audience,omitempty"`
	// Reader says that devices of the organisation that it names see the record, whose roles see only their own: a bank its orders. Only a
	// field of one organisation that a kind keeps has it.
	Reader bool `json:"reader,omitempty"`
}

// Remember is what a form suggests from what was given last for the same field of the same action.
type Remember string

// What may be suggested: the same again, or the number after it.
const (
	RememberLast Remember = "last"
	RememberNext Remember = "next"
)

// Choice is an allowed text and what it means.
type Choice struct {
	Value string        `json:"value"`
	Title rootline.Text `json:"title"`
}

// TakesOver reports whether values of a field of an earlier version may go on as values of this one. Ids do so as ids of the
// same sort only: what somebody typed as a text does not become an organisation by a vote on another type.
func (f *Field) TakesOver(old *Field) bool {
	if f.Type == Entries {
		return old != nil && old.Type == Entries && !slices.ContainsFunc(f.Members, func(m Field) bool { return !m.TakesOver(fieldIn(old.Members, m.Name)) })
	}
	return !f.Type.Named() || old != nil && old.Type == f.Type
}

// Check refuses a value that the field cannot hold, with CodeBadData and the pointer "/data/<name>".
func (f *Field) Check(v rootline.Value) *rootline.Error {
	wrong := f.wrong(v)
	if wrong == (rootline.Text{}) {
		return nil
	}
	return &rootline.Error{
		Code: rootline.CodeBadData,
		Says: rootline.Text{
			En: f.Title.In("en") + ": " + wrong.En + ".",
			Zh: f.Title.In("zh") + "：" + wrong.Zh + "。",
		},
		Field: "/data/" + f.Name,
	}
}

// wrong says what is the matter with a value; nothing when it is right.
func (f *Field) wrong(v rootline.Value) rootline.Text {
	if f.Type.IsList() {
		if v.Kind() != rootline.ListValue || len(v.List()) == 0 {
			return rootline.Text{En: "expected a list with something in it", Zh: "应为非空列表"}
		}
		if n := len(v.List()); n > f.MaxLength {
			return inBoth("%d values, at most %d are allowed", "有 %d 个值，最多 %d 个", n, f.MaxLength)
		}
		for i, one := range v.List() {
			if w := f.wrongElement(one); w != (rootline.Text{}) {
				n := fmt.Sprint(i + 1)
				return rootline.Text{En: "value " + n + ", " + w.En, Zh: "第 " + n + " 个值" + w.Zh}
			}
		}
		return rootline.Text{}
	}
	return f.wrongElement(v)
}

func (f *Field) wrongElement(v rootline.Value) rootline.Text {
	switch f.Type {
	case Entries:
		return f.wrongEntry(v)
	case Integer, Integers:
		return f.wrongInteger(v)
	case Bool:
		if v.Kind() != rootline.BoolValue {
			return rootline.Text{En: "expected yes or no", Zh: "应为是或否"}
		}
	case PlaceRef:
		if v.Kind() != rootline.StringValue || !rootline.ValidPlaceID(v.Str()) {
			return rootline.Text{En: "expected the id of a place", Zh: "应为部位编号"}
		}
	case OrganisationRef, OrganisationRefs:
		if v.Kind() != rootline.StringValue || !rootline.ValidMSPID(v.Str()) {
			return rootline.Text{En: "expected the MSP id of an organisation", Zh: "应为单位的 MSP 编号"}
		}
	case DeviceRef:
		if v.Kind() != rootline.StringValue || v.Str() == "" || len(v.Str()) > maxKid {
			return rootline.Text{En: "expected the kid of a device", Zh: "应为设备的 kid"}
		}
	case ItemRef, ItemRefs:
		if v.Kind() != rootline.StringValue || !rootline.ValidCode(v.Str()) {
			return rootline.Text{En: "expected the code of an item", Zh: "应为物品编码"}
		}
	default:
		return f.wrongString(v)
	}
	return rootline.Text{}
}

func (f *Field) wrongInteger(v rootline.Value) rootline.Text {
	n := v.Int()
	switch {
	case v.Kind() != rootline.IntegerValue || n > strictjson.MaxInteger || n < -strictjson.MaxInteger:
		return rootline.Text{En: "expected a whole number" + inUnit(" of ", f.Unit), Zh: "应为整数" + inUnit("，单位 ", f.Unit)}
	case f.Min != nil && n < *f.Min:
		return inBoth("%d%s is less than %d%s", "%d%s 小于 %d%s", n, inUnit(" ", f.Unit), *f.Min, inUnit(" ", f.Unit))
	case f.Max != nil && n > *f.Max:
		return inBoth("%d%s is more than %d%s", "%d%s 大于 %d%s", n, inUnit(" ", f.Unit), *f.Max, inUnit(" ", f.Unit))
	}
	return rootline.Text{}
}

func (f *Field) wrongString(v rootline.Value) rootline.Text {
	s, most := v.Str(), f.MaxLength
	if f.Type == Strings {
		most = defaultString
	}
	switch {
	case v.Kind() != rootline.StringValue || strings.TrimSpace(s) == "":
		return rootline.Text{En: "expected text", Zh: "应为文字"}
	case len(f.Choices) > 0:
		var en, zh []string
		for _, c := range f.Choices {
			if c.Value == s {
				return rootline.Text{}
			}
			en, zh = append(en, c.Value), append(zh, c.Value+"（"+c.Title.Zh+"）")
		}
		return rootline.Text{
			En: fmt.Sprintf("%q is not one of %s", shorten(s), strings.Join(en, ", ")),
			Zh: fmt.Sprintf("%q 不在可选项之内：%s", shorten(s), strings.Join(zh, "、")),
		}
	case utf8.RuneCountInString(s) > most:
		return inBoth("%d characters, at most %d are allowed", "有 %d 个字符，最多 %d 个", utf8.RuneCountInString(s), most)
	case strings.ContainsFunc(s, isControl):
		return rootline.Text{En: "control characters are not allowed", Zh: "不允许控制字符"}
	}
	return rootline.Text{}
}

func isControl(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }

func inUnit(before, unit string) string {
	if unit == "" {
		return ""
	}
	return before + unit
}

func inBoth(en, zh string, args ...any) rootline.Text {
	return rootline.Text{En: fmt.Sprintf(en, args...), Zh: fmt.Sprintf(zh, args...)}
}

// shorten keeps a wrong text from filling the refusal.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
