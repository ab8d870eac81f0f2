package export

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// AssetsInput is what an export of assets can be asked.
type AssetsInput struct {
	query.AssetsFilter
	Options
	Columns string `query:"columns" maxLength:"2000" doc:"Names of columns with commas between them, in their order; without it all, and the fields where kind is one kind" example:"code,state,field.species"`
}

// Assets answers with all assets that match, as a table in the order of their codes.
func Assets(v *presentation.Reply, in *AssetsInput) (*File, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	all, err := assetColumns(v, in.Lang, in.Kind)
	if err != nil {
		return nil, err
	}
	columns, err := choose(all, in.Columns)
	if err != nil {
		return nil, err
	}
	return asTable(in.Options, "items", rootline.Text{En: "Items", Zh: "物品"}, columns, func(row func(*readmodel.Asset) error) error {
		return v.EveryAsset(f, func(some []readmodel.Asset) error {
			for i := range some {
				if err := row(&some[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}), nil
}

// choose takes the named columns in their order; "" takes all.
func choose[T any](all []column[T], names string) ([]column[T], error) {
	if names == "" {
		return all, nil
	}
	var out []column[T]
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(c column[T]) bool { return c.name == name })
		if i < 0 {
			known := make([]string, len(all))
			for i := range all {
				known[i] = all[i].name
			}
			return nil, problem.BadRequest(rootline.Text{
				En: "There is no column " + strconv.Quote(problem.Clip(name)) + ". There are: " + strings.Join(known, ", ") + ".",
				Zh: "没有名为 " + strconv.Quote(problem.Clip(name)) + " 的列。可选：" + strings.Join(known, "、") + "。",
			}).At("columns")
		}
		out = append(out, all[i])
	}
	return out, nil
}

func assetColumns(v *presentation.Reply, lang, kind string) ([]column[readmodel.Asset], error) {
	of := func(a *readmodel.Asset) *rulebook.Kind { return v.KindOf(a.Rulebook, a.Kind) }
	type asset = readmodel.Asset
	all := []column[asset]{
		{"code", rootline.Text{En: "Code", Zh: "编码"}, func(a *asset) any { return a.ID }},
		{"kind", rootline.Text{En: "Kind", Zh: "类别"}, func(a *asset) any {
			if k := of(a); k != nil {
				return k.Title.In(lang)
			}
			return a.Kind
		}},
		{"state", rootline.Text{En: "State", Zh: "状态"}, func(a *asset) any {
			if k := of(a); k != nil && k.State(a.State) != nil {
				return k.State(a.State).Title.In(lang)
			}
			return a.State
		}},
		{"place", rootline.Text{En: "Place", Zh: "部位"}, func(a *asset) any { return filled(a.Place) }},
		{"lat", rootline.Text{En: "Latitude", Zh: "纬度"}, func(a *asset) any { return latitude(a.Position) }},
		{"lon", rootline.Text{En: "Longitude", Zh: "经度"}, func(a *asset) any { return longitude(a.Position) }},
		{"maker", rootline.Text{En: "Made by", Zh: "建档单位"}, func(a *asset) any { return organisation(v, a.Maker, lang) }},
		{"custodian", rootline.Text{En: "Held by", Zh: "责任单位"}, func(a *asset) any { return organisation(v, a.Custodian, lang) }},
		{"lot", rootline.Text{En: "Lot", Zh: "批次"}, func(a *asset) any { return filled(a.Lot) }},
		{"left", rootline.Text{En: "Left", Zh: "剩余"}, func(a *asset) any {
			if a.Quantity == nil {
				return nil
			}
			return a.Quantity.Left
		}},
		{"total", rootline.Text{En: "Amount", Zh: "数量"}, func(a *asset) any {
			switch {
			case a.Quantity != nil:
				return a.Quantity.Total
			case a.List != nil:
				return a.List.Count
			}
			return nil
		}},
		{"unit", rootline.Text{En: "Unit", Zh: "单位"}, func(a *asset) any {
			if k := of(a); k != nil && (a.Quantity != nil || a.List != nil) {
				return k.Unit
			}
			return nil
		}},
		{"tags", rootline.Text{En: "Tags", Zh: "标签"}, func(a *asset) any { return filled(strings.Join(a.Tags, " ")) }},
		{"frozen", rootline.Text{En: "Held by recalls", Zh: "被召回冻结"}, func(a *asset) any {
			if len(a.Frozen) == 0 {
				return nil
			}
			return len(a.Frozen)
		}},
		{"rulebook", rootline.Text{En: "Rulebook", Zh: "规则手册"}, func(a *asset) any { return a.Rulebook }},
		{"changed", rootline.Text{En: "Changed (UTC)", Zh: "变更时间（UTC）"}, func(a *asset) any { return moment(a.Changed) }},
	}
	books, err := v.Rulebooks()
	if err != nil || kind == "" || strings.Contains(kind, ",") {
		return all, err
	}
	seen := map[string]bool{}
	for _, b := range books {
		k := b.Book.Kind(kind)
		if k == nil {
			continue
		}
		for i := range k.Fields {
			if f := &k.Fields[i]; !seen[f.Name] {
				seen[f.Name] = true
				all = append(all, column[asset]{"field." + f.Name, withUnit(f), func(a *asset) any { return cellOf(v, f, a.Fields[f.Name], lang) }})
			}
		}
	}
	return all, nil
}

// withUnit is a field's title with the unit that people read it in.
func withUnit(f *rulebook.Field) rootline.Text {
	unit := cmp.Or(f.In, f.Unit)
	if unit == "" {
		return f.Title
	}
	return rootline.Text{En: f.Title.In("en") + " (" + unit + ")", Zh: f.Title.In("zh") + "（" + unit + "）"}
}

// longAgo is a moment in seconds since 1970, and so long a time that no duration is: rulebooks keep both in seconds.
const longAgo = 500_000_000

// cellOf is a field's value: choices and organisations by their titles, lists with blanks between.
func cellOf(v *presentation.Reply, f *rulebook.Field, value rootline.Value, lang string) any {
	switch value.Kind() {
	case rootline.StringValue:
		for _, c := range f.Choices {
			if c.Value == value.Str() {
				return c.Title.In(lang)
			}
		}
		if f.Type == rulebook.OrganisationRef || f.Type == rulebook.OrganisationRefs {
			return organisation(v, value.Str(), lang)
		}
		return value.Str()
	case rootline.IntegerValue:
		if f.Unit == rulebook.DateUnit {
			return time.Unix(0, 0).UTC().AddDate(0, 0, int(value.Int())).Format(time.DateOnly)
		}
		if f.Unit == "s" && value.Int() > longAgo {
			return rootline.Instant(value.Int() * 1000).String()
		}
		if f.In != "" {
			return decimal{value.Int(), f.Digits}
		}
		return value.Int()
	case rootline.EntryValue:
		return entryCell(v, f, value, lang)
	case rootline.BoolValue:
		return map[bool]string{true: rootline.Text{En: "yes", Zh: "是"}.In(lang), false: rootline.Text{En: "no", Zh: "否"}.In(lang)}[value.Bool()]
	case rootline.ListValue:
		parts := make([]string, 0, len(value.List()))
		for i, one := range value.List() {
			cell := fmt.Sprint(cellOf(v, f, one, lang))
			if f.Type == rulebook.Entries {
				cell = strconv.Itoa(i+1) + ". " + cell
			}
			parts = append(parts, cell)
		}
		if f.Type == rulebook.Entries {
			return strings.Join(parts, rootline.Text{En: "; ", Zh: "；"}.In(lang))
		}
		return strings.Join(parts, " ")
	}
	return nil
}

// entryCell is one of a list of entries: each of its values with what it is called.
func entryCell(v *presentation.Reply, f *rulebook.Field, value rootline.Value, lang string) string {
	var parts []string
	for i := range f.Members {
		m := &f.Members[i]
		if one, given := value.Entry()[m.Name]; given {
			parts = append(parts, withUnit(m).In(lang)+rootline.Text{En: ": ", Zh: "："}.In(lang)+fmt.Sprint(cellOf(v, m, one, lang)))
		}
	}
	return strings.Join(parts, rootline.Text{En: ", ", Zh: "，"}.In(lang))
}

// organisation names a member.
func organisation(v *presentation.Reply, mspID, lang string) any {
	if t := v.Organisations[mspID]; !t.IsZero() {
		return t.In(lang)
	}
	return filled(mspID)
}
