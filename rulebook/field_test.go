package rulebook

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

func TestFieldCheck(t *testing.T) {
	least, most := int64(10), int64(500)
	title := rootline.Text{En: "Size", Zh: "尺寸"}
	for _, c := range []struct {
		field Field
		value rootline.Value
		en    string // "" when it is taken
	}{
		{Field{Type: Integer, Unit: "mm", Min: &least, Max: &most}, number(10), ""},
		{Field{Type: Integer, Unit: "mm", Min: &least, Max: &most}, number(500), ""},
		{Field{Type: Integer, Unit: "mm", Min: &least}, number(9), "Size: 9 mm is less than 10 mm."},
		{Field{Type: Integer, Unit: "mm", Max: &most}, number(501), "Size: 501 mm is more than 500 mm."},
		{Field{Type: Integer, Unit: "mm"}, words("10"), "Size: expected a whole number of mm."},
		{Field{Type: Integer}, number(1 << 53), "Size: expected a whole number."},
		{Field{Type: Integer}, rootline.Value{}, "Size: expected a whole number."},
		{Field{Type: Bool}, rootline.BoolOf(false), ""},
		{Field{Type: Bool}, number(1), "Size: expected yes or no."},
		{Field{Type: String, MaxLength: 3}, words("树木木"), ""},
		{Field{Type: String, MaxLength: 3}, words("树木树木"), "Size: 4 characters, at most 3 are allowed."},
		{Field{Type: String, MaxLength: 3}, words(" "), "Size: expected text."},
		{Field{Type: String, MaxLength: 3}, words("a\x00"), "Size: control characters are not allowed."},
		{Field{Type: String, MaxLength: 3}, words("a\nb"), ""},
		{Field{Type: String, MaxLength: 9, Choices: []Choice{{"good", title}, {"poor", title}}}, words("good"), ""},
		{Field{Type: String, MaxLength: 9, Choices: []Choice{{"good", title}, {"poor", title}}}, words("bad"), `Size: "bad" is not one of good, poor.`},
		{Field{Type: Integers, MaxLength: 2, Min: &least}, numbers(10, 11), ""},
		{Field{Type: Integers, MaxLength: 2, Min: &least}, numbers(10, 3), "Size: value 2, 3 is less than 10."},
		{Field{Type: Integers, MaxLength: 2}, numbers(1, 2, 3), "Size: 3 values, at most 2 are allowed."},
		{Field{Type: Integers, MaxLength: 2}, numbers(), "Size: expected a list with something in it."},
		{Field{Type: Integers, MaxLength: 2}, number(3), "Size: expected a list with something in it."},
		{Field{Type: Integers, MaxLength: 2}, rootline.ListOf(words("a")), "Size: value 1, expected a whole number."},
		{Field{Type: Strings, MaxLength: 2}, rootline.ListOf(words("a")), ""},
		{Field{Type: Strings, MaxLength: 2}, numbers(1), "Size: value 1, expected text."},
		{Field{Type: Strings, MaxLength: 2}, rootline.ListOf(words(strings.Repeat("x", 201))), "Size: value 1, 201 characters, at most 200 are allowed."},
		{Field{Type: PlaceRef}, words("forest/1/1"), ""},
		{Field{Type: PlaceRef}, words("Forest 1"), "Size: expected the id of a place."},
		{Field{Type: PlaceRef}, number(1), "Size: expected the id of a place."},
	} {
		c.field.Name, c.field.Title = "size", title
		refused := c.field.Check(c.value)
		if refused == nil {
			if c.en != "" {
				t.Errorf("%s took %v, want %q", c.field.Type, c.value, c.en)
			}
			continue
		}
		if refused.Says.En != c.en || refused.Code != rootline.CodeBadData || refused.Field != "/data/size" {
			t.Errorf("%s said %v, want %q", c.field.Type, refused, c.en)
		}
		if !strings.HasPrefix(refused.Says.Zh, "尺寸：") || !strings.HasSuffix(refused.Says.Zh, "。") {
			t.Errorf("%s said %s", c.field.Type, refused.Says.Zh)
		}
	}
}

func TestCheckData(t *testing.T) {
	plant := shipped(t, "forestation@1").Kind("tree").Action("plant")
	whole := `{"plot":"forest/1/1","pit":"P-1","crew":"C7"`
	for _, c := range []struct{ data, code, field, en, zh string }{
		{whole + `}`, "", "", "", ""},
		{whole + `,"height":2100}`, "", "", "", ""},
		{`{"plot":"forest/1/1","pit":"P-1"}`, "missing", "/data/crew", "The action Plant asks for Crew.", "操作“栽植”要求 班组。"},
		{whole + `,"weather":"rain"}`, "not-asked", "/data/weather", "The action Plant does not ask for weather. Leave it out.", "操作“栽植”不要求 weather。请去掉。"},
		{whole + `,"height":99}`, "bad-data", "/data/height", "Height: 99 mm is less than 100 mm.", "树高：99 mm 小于 100 mm。"},
	} {
		refused := plant.CheckData(data(t, c.data))
		if c.code == "" {
			if refused != nil {
				t.Errorf("%s: %v", c.data, refused)
			}
			continue
		}
		if codeOf(refused) != c.code || refused.Field != c.field || refused.Says != (rootline.Text{En: c.en, Zh: c.zh}) {
			t.Errorf("%s: %+v", c.data, refused)
		}
	}
}
