package rulebook

import (
	"math"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// Limits of examples. They are read by tools only, never by a peer.
const (
	maxPlayers   = 64
	maxPlaces    = 64
	maxHistories = 200
	maxSteps     = 500
)

func (r *reader) examples(book *File, e entry) *Examples {
	got := r.members(e.value, e.path, "actors", "places", "histories")
	r.require(e.value, e.path, got, "actors", "histories")
	x := &Examples{}
	if m, ok := got["actors"]; ok {
		for _, one := range r.named(m, maxPlayers, rootline.ValidName) {
			x.Actors = append(x.Actors, r.player(book, one))
		}
	}
	if m, ok := got["places"]; ok {
		for _, one := range r.named(m, maxPlaces, rootline.ValidPlaceID) {
			x.Places = append(x.Places, r.place(x, one))
		}
	}
	if m, ok := got["histories"]; ok {
		for _, one := range r.named(m, maxHistories, func(s string) bool { return s != "" && len(s) <= maxTitle }) {
			x.Histories = append(x.Histories, r.history(book, x, one))
		}
	}
	return x
}

func (r *reader) player(book *File, e entry) Player {
	p := Player{Name: e.name}
	got := r.members(e.value, e.path, "role", "org")
	r.require(e.value, e.path, got, "role", "org")
	if m, ok := got["role"]; ok {
		p.Role, _ = r.scalar(m)
		if !book.plays(p.Role) {
			r.fail(m.value, m.path, notAmong, p.Role, roles)
		}
	}
	if m, ok := got["org"]; ok {
		if p.Organisation, _ = r.scalar(m); !rootline.ValidMSPID(p.Organisation) {
			r.fail(m.value, m.path, both("%q cannot be the name of an organisation", "%q 不能作为单位的名称"), p.Organisation)
		}
	}
	return p
}

// plays reports whether the rulebook, or one beside it, has a role.
func (f *File) plays(role string) bool {
	return slices.ContainsFunc(append([]*File{f}, f.Others...), func(of *File) bool {
		return slices.ContainsFunc(of.Roles, func(r Role) bool { return r.Name == role })
	})
}

func (r *reader) place(x *Examples, e entry) rootline.Place {
	p := rootline.Place{ID: e.name, Title: rootline.Text{En: e.name, Zh: e.name}}
	got := r.members(e.value, e.path, "kind", "square", "chainage", "plan")
	r.require(e.value, e.path, got, "kind")
	if parent := path.Dir(e.name); parent != "." {
		p.Parent = parent
		if !slices.ContainsFunc(x.Places, func(o rootline.Place) bool { return o.ID == parent }) {
			r.fail(e.key, e.path, both("the place %q comes first: %q lies in it", "须先写部位 %q：%q 位于其中"), parent, e.name)
		}
	}
	if m, ok := got["kind"]; ok {
		if p.Kind, _ = r.scalar(m); !rootline.ValidName(p.Kind) {
			r.fail(m.value, m.path, noName, p.Kind)
		}
	}
	if m, ok := got["square"]; ok {
		p.Outline = r.square(m)
	}
	if m, ok := got["chainage"]; ok {
		of := r.members(m.value, m.path, "from", "to", "side")
		r.require(m.value, m.path, of, "from", "to")
		p.Chainage = &rootline.Chainage{From: r.optional(of, "from", 0, math.MaxInt32*1000), To: r.optional(of, "to", 0, math.MaxInt32*1000)}
		if side, ok := of["side"]; ok {
			p.Chainage.Side = r.word(side, "left", "right")
		}
		if p.Chainage.From >= p.Chainage.To {
			r.fail(m.value, m.path, both("a chainage runs from a smaller to a larger value", "桩号应由小到大"))
		}
	}
	if m, ok := got["plan"]; ok {
		p.Plan = map[string]int64{}
		for _, one := range r.named(m, maxKinds, rootline.ValidName) {
			p.Plan[one.name] = r.integer(one, 0, math.MaxInt32)
		}
	}
	return p
}

// optional reads a member that is a number, 0 when it is not there.
func (r *reader) optional(got map[string]entry, name string, least, most int64) int64 {
	if m, ok := got[name]; ok {
		return r.integer(m, least, most)
	}
	return 0
}

// square reads an outline: its middle in micro-degrees and the length of its sides in metres.
func (r *reader) square(e entry) []rootline.Point {
	got := r.members(e.value, e.path, "lat", "lon", "side")
	r.require(e.value, e.path, got, "lat", "lon", "side")
	c := rootline.Point{Lat: r.optional(got, "lat", -80_000_000, 80_000_000), Lon: r.optional(got, "lon", -179_000_000, 179_000_000)}
	half := r.optional(got, "side", 2, 100_000) / 2
	return []rootline.Point{
		moved(c, -half, -half), moved(c, half, -half), moved(c, half, half), moved(c, -half, half),
	}
}

// moved is the point so many metres to the north and east.
func moved(p rootline.Point, north, east int64) rootline.Point {
	perMetre := 1000 / 111.0
	return rootline.Point{
		Lat: p.Lat + int64(math.Round(float64(north)*perMetre)),
		Lon: p.Lon + int64(math.Round(float64(east)*perMetre/math.Cos(float64(p.Lat)/1e6*math.Pi/180))),
	}
}

func (r *reader) history(book *File, x *Examples, e entry) History {
	h := History{Name: e.name}
	if e.value.Kind != yaml.SequenceNode {
		r.fail(e.value, e.path, both("expected a list of steps, found %s", "应为步骤列表，实为 %s"), describe(e.value))
		return h
	}
	if len(e.value.Content) > maxSteps {
		r.fail(e.value, e.path, tooMany, maxSteps, len(e.value.Content))
		return h
	}
	s := &steps{reader: r, book: book, examples: x, kinds: map[string]ofKind{}}
	for i, n := range e.value.Content {
		if step := s.step(n, e.path, i); step != nil {
			h.Steps = append(h.Steps, step)
		}
	}
	return h
}
