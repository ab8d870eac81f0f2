package rulebook

import (
	"encoding/json"
	"maps"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/rootline/rootline"
)

// Decide evaluates the action's rules in their order, and then what it keeps. The refusal is that of the first rule
// that does not hold, with its code, words and clause, or CodeRuleUndecided when a rule could not be evaluated: it read
// something absent, divided by zero, or calculated beyond 64 bits. The data must have passed CheckData.
func (a *Action) Decide(f *Facts) (*Effects, *rootline.Error) {
	for i := range a.Asks.Data {
		d := &a.Asks.Data[i]
		for _, id := range d.places(f.Data[d.Name]) {
			if f.Places[id] == nil {
				return nil, rootline.Refuse(rootline.CodeUnknownPlace, id).At("/data/" + d.Name)
			}
		}
	}
	vars := activate(f)
	for _, rule := range a.Rules {
		out, _, err := rule.formula.program.Eval(vars)
		if err != nil {
			return nil, a.undecided(string(rule.Code), err)
		}
		if out != types.True {
			return nil, &rootline.Error{Code: rule.Code, Says: rule.Says, Rule: a.rule(string(rule.Code)), Clause: rule.Clause}
		}
	}
	return a.effects(f, vars)
}

func (a *Action) effects(f *Facts, vars *activation) (e *Effects, refused *rootline.Error) {
	e = &Effects{Fields: maps.Clone(f.Asset.Fields), Place: f.Asset.Place}
	if e.Fields == nil {
		e.Fields = rootline.Fields{}
	}
	for _, k := range a.keeps {
		v, absent, refused := a.keep(k, f, vars)
		if refused != nil {
			return nil, refused
		}
		if !absent {
			e.Fields[k.field.Name] = v
		}
	}
	if a.place != nil {
		out, _, err := a.place.program.Eval(vars)
		switch {
		case err == nil:
			e.Place = toValue(out).Str()
		case !a.plainPlace:
			return nil, a.undecided("place", err)
		}
	}
	if e.Claim, refused = a.claim(vars); refused != nil {
		return nil, refused
	}
	return e, nil
}

// claim is what the action's "unique" gives: the values in their order, as a JSON list.
func (a *Action) claim(vars *activation) (string, *rootline.Error) {
	if len(a.claims) == 0 {
		return "", nil
	}
	values := make([]rootline.Value, len(a.claims))
	for i, f := range a.claims {
		out, _, err := f.program.Eval(vars)
		if err != nil {
			return "", a.undecided("unique", err)
		}
		values[i] = toValue(out)
	}
	b, err := json.Marshal(values)
	if err != nil {
		return "", a.undecided("unique", err)
	}
	return string(b), nil
}

// keep evaluates one entry of keeps; absent says that it reads a member that is not there, so that nothing changes.
func (a *Action) keep(k *keep, f *Facts, vars *activation) (v rootline.Value, absent bool, refused *rootline.Error) {
	if k.data != "" {
		v, absent = f.Data[k.data], f.Data[k.data].Kind() == rootline.Absent
	} else {
		out, _, err := k.formula.program.Eval(vars)
		switch {
		case err == nil:
			v = toValue(out)
		case k.plain:
			absent = true
		default:
			return v, false, a.undecided("keeps-"+k.field.Name, err)
		}
	}
	if absent {
		return v, true, nil
	}
	if bad := k.field.Check(v); bad != nil {
		return v, false, a.undecided("keeps-"+k.field.Name, bad)
	}
	return v, false, nil
}

// rule names a rule in full: "forestation@1/tree/plant/outside-plot".
func (a *Action) rule(code string) string {
	return a.book + "/" + a.kind.Name + "/" + a.Name + "/" + code
}

func (a *Action) undecided(code string, reason any) *rootline.Error {
	refused := rootline.Refuse(rootline.CodeRuleUndecided, code, reason)
	refused.Rule = a.rule(code)
	return refused
}

// toValue makes a record's value of what an expression gave.
func toValue(out ref.Val) rootline.Value {
	switch v := out.(type) {
	case types.String:
		return rootline.StringOf(string(v))
	case types.Int:
		return rootline.IntegerOf(int64(v))
	case types.Bool:
		return rootline.BoolOf(bool(v))
	case *identity:
		return rootline.StringOf(v.id)
	case *object:
		switch x := v.value.(type) {
		case *site:
			return rootline.StringOf(x.id)
		case *oneEntry:
			return rootline.EntryOf(x.members)
		}
	case traits.Lister:
		var list []rootline.Value
		for it := v.Iterator(); it.HasNext() == types.True; {
			list = append(list, toValue(it.Next()))
		}
		return rootline.ListOf(list...)
	}
	return rootline.Value{}
}

// CheckData refuses data that does not answer what the action asks: a member that is missing (CodeMissing), one that
// was not asked for (CodeNotAsked), or one that its field cannot hold (CodeBadData). The refusal points at the member.
func (a *Action) CheckData(data rootline.Fields) *rootline.Error {
	for i := range a.Asks.Data {
		f := &a.Asks.Data[i]
		v, given := data[f.Name]
		switch {
		case !given && f.Optional:
		case !given:
			return a.refuse(rootline.CodeMissing, f.Title, "/data/"+f.Name)
		default:
			if refused := f.Check(v); refused != nil {
				return refused
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if fieldIn(a.Asks.Data, name) == nil {
			name := shorten(name)
			return a.refuse(rootline.CodeNotAsked, rootline.Text{En: name, Zh: name}, "/data/"+name)
		}
	}
	return nil
}

// refuse fills a code's sentence with the titles of the action and of what it is about, each in its language.
func (a *Action) refuse(code rootline.Code, what rootline.Text, pointer string) *rootline.Error {
	return rootline.Refuse(code, a.Title, what).At(pointer)
}

// PlaceRefs are the ids of the places that Decide needs: those that the data names, and those of the asset that the
// rules look at. They are sorted and named once. asset is nil before a creating action.
func (a *Action) PlaceRefs(data rootline.Fields, asset *rootline.Asset) []string {
	var ids []string
	for i := range a.Asks.Data {
		f := &a.Asks.Data[i]
		ids = append(ids, f.places(data[f.Name])...)
	}
	if asset != nil {
		if a.readsPlace && asset.Place != "" {
			ids = append(ids, asset.Place)
		}
		for _, name := range a.reads {
			if id := asset.Fields[name].Str(); id != "" {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
