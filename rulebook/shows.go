package rulebook

import (
	"slices"
	"strconv"
)

// Shows is what pages and pictures make of the record of a kind. It decides nothing. The fields that it names are kept fields
// of the kind, of the type that each needs; an absent one is shown in the list of fields only.
type Shows struct {
	// Name are the fields that people call an asset by: the first that is given.
	Name []string `json:"name,omitempty"`
	// Layer is the number of a layer, from 1 at the bottom: its row in the strip of a levee.
	Layer string `json:"layer,omitempty"`
	// Grid names the axes of a storey that a component stands between, as "A-B/1".
	Grid string `json:"grid,omitempty"`
	// Samples are measured values, and Share the share of them that passed, in hundredths of a per cent.
	Samples string `json:"samples,omitempty"`
	Share   string `json:"share,omitempty"`
	// Signers are the organisations that signed together.
	Signers string `json:"signers,omitempty"`
	// Exception is the reason for which something went on that the rules mean to hold up.
	Exception string  `json:"exception,omitempty"`
	Notice    *Notice `json:"notice,omitempty"`
	// Clocks are the times that somebody has for what is to be done in a state.
	Clocks []Clock `json:"clocks,omitempty"`
	// Tones are the tones of states whose actions do not say them by the words of the Core Business Vocabulary.
	Tones map[string]Tone `json:"-"`
}

// Notice is the call to come and see something before it goes on.
type Notice struct {
	// Given and Came are the fields that keep when it was given and when somebody came, in seconds since 1970; Late says
	// whether that was after its time.
	Given string `json:"given"`
	Came  string `json:"came,omitempty"`
	Late  string `json:"late,omitempty"`
	// Postponed is the field that keeps by how many seconds whoever is called has put it off.
	Postponed string `json:"postponed,omitempty"`
	// Seconds is how long whoever is called has; 0 where nothing follows from that.
	Seconds int64 `json:"seconds,omitempty"`
	// In are the states in which it waits.
	In []string `json:"in"`
}

// Clock is the time that an organisation has for what is to be done in some states.
type Clock struct {
	// In are the states in which it runs; Since is the field that keeps from when on, in seconds since 1970.
	In    []string `json:"in"`
	Since string   `json:"since"`
	// Seconds is how long By has, a field that keeps an organisation.
	Seconds int64  `json:"seconds"`
	By      string `json:"by"`
	// Then is the action that may be done once the time is over; "" where none may.
	Then string `json:"then,omitempty"`
}

// Clock is the one that runs in a state; nil where none does.
func (s *Shows) Clock(state string) *Clock {
	for i := range s.Clocks {
		if slices.Contains(s.Clocks[i].In, state) {
			return &s.Clocks[i]
		}
	}
	return nil
}

// maxClocks is how many clocks a kind may have.
const maxClocks = 8

// Tone is how a state looks in lists, maps and pictures.
type Tone string

// The tones of states.
const (
	Open     Tone = "open"     // begun, and nothing done to it yet
	Working  Tone = "working"  // under way
	Passed   Tone = "passed"   // a test or check found it right
	Accepted Tone = "accepted" // those who decide have taken it; it stands
	Failed   Tone = "failed"   // found wrong
	Gone     Tone = "gone"     // taken out, dead, used up or called off
)

var tones = []Tone{Open, Working, Passed, Accepted, Failed, Gone}

// Progress are the counts of what lies under an asset by which pages say how far that is.
type Progress struct {
	// Accepted is done; Excellent, of these, is of the best rating; Gone counts for nothing any more.
	Accepted  string `json:"accepted"`
	Excellent string `json:"excellent,omitempty"`
	Gone      string `json:"gone,omitempty"`
}

// shows reads what pages make of a kind's fields and states, after these.
func (r *reader) shows(kind *Kind, e entry) {
	s := &kind.Shows
	got := r.members(e.value, e.path, "name", "layer", "grid", "samples", "share", "signers", "exception", "notice", "clocks", "tones")
	if m, ok := got["name"]; ok {
		s.Name = r.words(m, both("fields of "+kind.Name, kind.Name+" 的字段"), func(name string) bool { return kind.Field(name) != nil })
		for _, name := range s.Name {
			if f := kind.Field(name); f.Type != String {
				r.fail(m.value, m.path, wrongType, name, string(f.Type), string(String))
			}
		}
	}
	for _, one := range []struct {
		name string
		into *string
		t    FieldType
	}{
		{"layer", &s.Layer, Integer}, {"grid", &s.Grid, String}, {"samples", &s.Samples, Integers}, {"share", &s.Share, Integer},
		{"signers", &s.Signers, OrganisationRefs}, {"exception", &s.Exception, String},
	} {
		if m, ok := got[one.name]; ok {
			*one.into = r.fieldOf(kind, m, one.t)
		}
	}
	if m, ok := got["notice"]; ok {
		s.Notice = r.notice(kind, m)
	}
	if m, ok := got["clocks"]; ok {
		r.clocks(kind, m)
	}
	if m, ok := got["tones"]; ok {
		s.Tones = map[string]Tone{}
		for _, one := range r.entries(m.value, m.path, maxStates) {
			if kind.State(one.name) == nil {
				r.fail(one.key, one.path, noState, one.name, kind.Name)
			}
			s.Tones[one.name] = Tone(r.word(one, toneWords()...))
		}
	}
}

func toneWords() []string {
	words := make([]string, len(tones))
	for i, t := range tones {
		words[i] = string(t)
	}
	return words
}

func (r *reader) notice(kind *Kind, e entry) *Notice {
	got := r.members(e.value, e.path, "given", "came", "late", "postponed", "seconds", "in")
	r.require(e.value, e.path, got, "given", "in")
	n := &Notice{}
	for _, one := range []struct {
		name string
		into *string
		t    FieldType
	}{{"given", &n.Given, Integer}, {"came", &n.Came, Integer}, {"late", &n.Late, Bool}, {"postponed", &n.Postponed, Integer}} {
		if m, ok := got[one.name]; ok {
			*one.into = r.fieldOf(kind, m, one.t)
		}
	}
	if m, ok := got["seconds"]; ok {
		n.Seconds = r.integer(m, 1, maxNotice)
	}
	if m, ok := got["in"]; ok {
		n.In = r.words(m, states, func(s string) bool { return kind.State(s) != nil })
	}
	return n
}

// pendingClock is a clock whose action is looked for once actions are read.
type pendingClock struct {
	kind *Kind
	at   int
	then entry
}

func (r *reader) clocks(kind *Kind, e entry) {
	list := items(e.value)
	if len(list) > maxClocks {
		r.fail(e.value, e.path, tooMany, maxClocks, len(list))
		return
	}
	seen := map[string]bool{}
	for i, n := range list {
		path := e.path + "/" + strconv.Itoa(i)
		got := r.members(n, path, "in", "since", "seconds", "by", "then")
		r.require(n, path, got, "in", "since", "seconds", "by")
		c := Clock{}
		if m, ok := got["in"]; ok {
			c.In = r.words(m, states, func(s string) bool { return kind.State(s) != nil })
			for _, state := range c.In {
				if seen[state] {
					r.fail(m.value, m.path, twice, state)
				}
				seen[state] = true
			}
		}
		if m, ok := got["since"]; ok {
			c.Since = r.fieldOf(kind, m, Integer)
		}
		if m, ok := got["seconds"]; ok {
			c.Seconds = r.integer(m, 1, maxNotice)
		}
		if m, ok := got["by"]; ok {
			c.By = r.fieldOf(kind, m, OrganisationRef)
		}
		if m, ok := got["then"]; ok {
			c.Then, _ = r.scalar(m)
			r.laterClocks = append(r.laterClocks, pendingClock{kind, len(kind.Shows.Clocks), m})
		}
		kind.Shows.Clocks = append(kind.Shows.Clocks, c)
	}
}

// endClocks checks that what follows on the end of a clock is an action of the states in which it runs.
func (r *reader) endClocks() {
	for _, p := range r.laterClocks {
		c := p.kind.Shows.Clocks[p.at]
		switch a := p.kind.Action(c.Then); {
		case a == nil:
			r.fail(p.then.value, p.then.path, noAction, p.kind.Name, c.Then)
		case slices.ContainsFunc(c.In, func(s string) bool { return !slices.Contains(a.From, s) }):
			r.fail(p.then.value, p.then.path, both("%q does not begin in the states of the clock", "%q 不能从该期限所在的状态开始"), c.Then)
		}
	}
}

// fieldOf reads the name of a kept field of a type.
func (r *reader) fieldOf(kind *Kind, e entry, t FieldType) string {
	name, ok := r.scalar(e)
	if !ok {
		return ""
	}
	switch f := kind.Field(name); {
	case f == nil:
		r.fail(e.value, e.path, notAmongOf, name, fields, kind.Name)
	case f.Type != t:
		r.fail(e.value, e.path, wrongType, name, string(f.Type), string(t))
	}
	return name
}

// progress reads which counts say how far what lies under something is.
func (r *reader) progress(u *Under, e entry) {
	got := r.members(e.value, e.path, "accepted", "excellent", "gone")
	r.require(e.value, e.path, got, "accepted")
	p := &Progress{}
	for name, into := range map[string]*string{"accepted": &p.Accepted, "excellent": &p.Excellent, "gone": &p.Gone} {
		m, ok := got[name]
		if !ok {
			continue
		}
		if *into, ok = r.scalar(m); ok && !slices.ContainsFunc(u.Counts, func(c *Count) bool { return c.Name == *into && c.Of == "" }) {
			r.fail(m.value, m.path, notAmong, *into, both("counts", "统计项"))
		}
	}
	u.Progress = p
}

// setTones gives each state its tone, when all actions are read: what the kind shows, else what the words of the Core Business
// Vocabulary say of the actions that lead there.
func (k *Kind) setTones() {
	for i := range k.States {
		s := &k.States[i]
		if s.Tone = k.Shows.Tones[s.Name]; s.Tone == "" {
			s.Tone = k.toneBySteps(s.Name)
		}
	}
}

func (k *Kind) toneBySteps(state string) Tone {
	var into []*Action
	for _, a := range k.Actions {
		if a.To == state && !(len(a.From) == 1 && a.From[0] == state) {
			into = append(into, a)
		}
	}
	any := func(holds func(EPCIS) bool) bool {
		return slices.ContainsFunc(into, func(a *Action) bool { return holds(a.EPCIS) })
	}
	switch {
	case any(EPCIS.Ends):
		return Gone
	case any(EPCIS.TurnsDown):
		return Failed
	case any(EPCIS.Accepts), any(EPCIS.Conforms) && !k.leadsOn(state):
		return Accepted
	case any(EPCIS.Conforms), any(EPCIS.Inspects):
		return Passed
	case slices.ContainsFunc(into, func(a *Action) bool { return a.Creates }):
		return Open
	}
	return Working
}

// leadsOn reports whether an action leads from a state to another one, and not back for want of quality or out.
func (k *Kind) leadsOn(state string) bool {
	return slices.ContainsFunc(k.Actions, func(a *Action) bool {
		return a.To != "" && a.To != state && slices.Contains(a.From, state) && !a.EPCIS.TurnsDown() && !a.EPCIS.Ends()
	})
}

// ParentOfProgress reports whether how far the works are is counted at assets of a kind: others lie under it and say so.
func (r *Rulebook) ParentOfProgress(kind string) bool {
	return slices.ContainsFunc(r.Kinds, func(k *Kind) bool {
		return slices.ContainsFunc(k.Breakdowns(), func(u *Under) bool { return u.Progress != nil && u.ofOwn(kind) })
	})
}
