package rulebook

import (
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

// others reads what a step says of other assets.
func (s *steps) others(step *Step, got map[string]entry) {
	if m, ok := got["inputs"]; ok {
		for _, one := range s.named(m, rootline.MaxInputs, s.isKnown) {
			step.Inputs = append(step.Inputs, StepInput{one.name, s.integer(one, 1, strictjson.MaxInteger)})
		}
	}
	if m, ok := got["refs"]; ok {
		step.Refs = s.words(m, assetsOfHistory, s.isKnown)
	}
	if m, ok := got["under"]; ok {
		if step.Under, _ = s.scalar(m); !s.isKnown(step.Under) {
			s.fail(m.value, m.path, notAmong, step.Under, assetsOfHistory)
		}
	}
	if m, ok := got["list"]; ok {
		step.List = s.list(m)
	}
	if m, ok := got["into"]; ok {
		for _, one := range s.entries(m.value, m.path, rootline.MaxInto) {
			part := s.list(one)
			part.Lot = one.name
			step.Into = append(step.Into, *part)
		}
	}
}

// isKnown reports whether the history has an asset of that name.
func (s *steps) isKnown(name string) bool { return s.kinds[name].name != "" }

// list reads names of items, or how many there are.
func (s *steps) list(e entry) *StepList {
	if e.value.Kind == yaml.ScalarNode {
		return &StepList{Count: s.integer(e, 1, rootline.MaxListed)}
	}
	return &StepList{Items: s.words(e, both("items", "物品"), func(name string) bool { return name != "" })}
}

// position reads where a step was done: a place, for its middle; or metres away from there; or micro-degrees.
func (s *steps) position(e entry) *rootline.Position {
	if e.value.Kind == yaml.ScalarNode {
		p, ok := s.middle(e)
		if !ok {
			return nil
		}
		return &rootline.Position{Point: p, Accuracy: 5}
	}
	got := s.members(e.value, e.path, "in", "north", "east", "lat", "lon", "accuracy")
	p := rootline.Point{Lat: s.optional(got, "lat", -90_000_000, 90_000_000), Lon: s.optional(got, "lon", -180_000_000, 180_000_000)}
	if m, ok := got["in"]; ok {
		if p, ok = s.middle(m); !ok {
			return nil
		}
	}
	position := &rootline.Position{
		Point:    moved(p, s.optional(got, "north", -1_000_000, 1_000_000), s.optional(got, "east", -1_000_000, 1_000_000)),
		Accuracy: 5,
	}
	if m, ok := got["accuracy"]; ok {
		position.Accuracy = s.integer(m, 0, rootline.MaxAccuracy)
	}
	return position
}

// middle is the middle of the place that a member names.
func (s *steps) middle(e entry) (rootline.Point, bool) {
	id, _ := s.scalar(e)
	for _, p := range s.examples.Places {
		if p.ID != id {
			continue
		}
		if len(p.Outline) == 0 {
			s.fail(e.value, e.path, both("the place %q has no square to stand in", "部位 %q 没有范围，无法取其中点"), id)
			return rootline.Point{}, false
		}
		var c rootline.Point
		for _, corner := range p.Outline {
			c.Lat += corner.Lat
			c.Lon += corner.Lon
		}
		n := int64(len(p.Outline))
		return rootline.Point{Lat: c.Lat / n, Lon: c.Lon / n}, true
	}
	s.fail(e.value, e.path, notAmong, id, both("places of the examples", "示例部位"))
	return rootline.Point{}, false
}

// data reads the members of a step's data. What the action does not ask for is kept: an example may show its refusal.
func (s *steps) data(a *Action, e entry) rootline.Fields {
	fields := rootline.Fields{}
	for _, one := range s.entries(e.value, e.path, rootline.MaxFields*2) {
		f := fieldIn(a.Asks.Data, one.name)
		text := takesText(f)
		if one.value.Kind != yaml.SequenceNode {
			fields[one.name] = s.value(one, text)
			continue
		}
		var list []rootline.Value
		for _, n := range one.value.Content {
			if n.Kind == yaml.MappingNode {
				list = append(list, s.entryValue(f, entry{key: one.key, value: n, name: one.name, path: one.path}))
				continue
			}
			list = append(list, s.value(entry{key: one.key, value: n, name: one.name, path: one.path}, text))
		}
		fields[one.name] = rootline.ListOf(list...)
	}
	return fields
}

// takesText reports whether a value of the field is a text however it is written. f may be nil.
func takesText(f *Field) bool {
	return f != nil && (f.Type == String || f.Type == Strings || f.Type == PlaceRef)
}

// entryValue reads one of a list of entries.
func (s *steps) entryValue(f *Field, e entry) rootline.Value {
	members := rootline.Fields{}
	for _, one := range s.entries(e.value, e.path, limits.EntryMembers*2) {
		var m *Field
		if f != nil {
			m = fieldIn(f.Members, one.name)
		}
		members[one.name] = s.value(one, takesText(m))
	}
	return rootline.EntryOf(members)
}

// value reads one value. A field of texts takes any scalar as it is written: 42.5, true.
func (s *steps) value(e entry, text bool) rootline.Value {
	v, ok := s.scalar(e)
	switch {
	case !ok:
		return rootline.Value{}
	case text || e.value.Tag == "!!str":
		return rootline.StringOf(v)
	case e.value.Tag == "!!bool":
		return rootline.BoolOf(v == "true")
	}
	return rootline.IntegerOf(s.integer(e, -strictjson.MaxInteger, strictjson.MaxInteger))
}
