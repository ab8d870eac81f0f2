package rehearsal

import (
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// history is one of the examples' histories being played.
type history struct {
	world   *world
	book    *rulebook.Rulebook
	steps   *rulebook.History
	covered *coverage
	report  *Report

	// codes are those of the assets and sleeping items that are there, by name.
	codes map[string]string
	// listed says on which list a sleeping item stands.
	listed map[string]*list
	tags   map[string]*tag
	// last is the latest event of each asset, for corrections.
	last map[string]string
}

// list is the codes of a listed lot or of a roll, under the code of the lot or roll.
type list struct {
	id    string
	codes rootline.Codes
}

// tag is a blank code of a roll.
type tag struct {
	code string
	roll *list
}

func newHistory(w *world, f *rulebook.File, steps *rulebook.History, covered *coverage, report *Report) *history {
	own := *w
	own.ledger, own.now = w.ledger.Fork(), begin+86_400_000
	return &history{
		world: &own, book: f.Rulebook, steps: steps, covered: covered, report: report,
		codes: map[string]string{}, listed: map[string]*list{}, tags: map[string]*tag{}, last: map[string]string{},
	}
}

// asset is the record of an asset by its code, an empty one when there is none.
func (h *history) asset(code string) (*rootline.Asset, error) {
	r, err := h.world.ledger.Get(rootline.Ref{Space: rootline.SpaceAsset, ID: code})
	if a, ok := r.(*rootline.Asset); ok && a != nil {
		return a, err
	}
	return &rootline.Asset{}, err
}

// perform makes the event of a step, signs it as its actor, and has it judged. The error is the refusal, or a fault.
func (h *history) perform(step *rulebook.Step) error {
	who := h.world.actors[step.Actor]
	if step.Kind == rulebook.RegistrySteps {
		return h.recall(who, step)
	}
	e := &rootline.Event{
		Action: step.Action, Rulebook: step.Book.Ref(), Place: step.Place, Amount: step.Amount, Evidence: evidence(step.Evidence),
	}
	found := map[string]string{}
	made := map[string]*list{}
	prefix := h.world.prefixes[who.org]
	fresh := func(name string) string {
		if h.codes[name] == "" {
			found[name] = rootline.NewCode(prefix)
			return found[name]
		}
		return h.codes[name]
	}
	e.Asset = fresh(step.Asset)
	if step.Book.Kind(step.Kind).Action(step.Action).Creates {
		e.Kind = step.Kind
	}
	if step.Under != "" {
		e.Under = h.code(step.Under)
	}
	for _, in := range step.Inputs {
		e.Inputs = append(e.Inputs, rootline.Input{Asset: h.code(in.Asset), Amount: in.Amount})
	}
	for _, name := range step.Refs {
		e.Refs = append(e.Refs, h.code(name))
	}
	if step.List != nil {
		e.List = h.list(step.List, e.Asset, fresh, made)
	}
	for i := range step.Into {
		lot := fresh(step.Into[i].Lot)
		e.Into = append(e.Into, rootline.Part{Asset: lot, List: *h.list(&step.Into[i], lot, fresh, made)})
	}
	if step.Corrects {
		e.Corrects = h.last[h.codes[step.Asset]]
	}
	var err error
	if e.Data, err = dataOf(step.Data); err != nil {
		return err
	}
	in, err := h.inclusion(who, step, e)
	if err != nil {
		return err
	}
	if err := h.world.doWith(who, e, in); err != nil {
		return err
	}
	if step.Refused != "" {
		return nil
	}
	for name, code := range found {
		h.codes[name] = code
	}
	for name, l := range made {
		h.listed[name] = l
	}
	h.last[e.Asset] = e.ID
	return nil
}

// code is the code of an asset that was there before. One that is not gets a code that nobody knows.
func (h *history) code(name string) string {
	if code := h.codes[name]; code != "" {
		return code
	}
	return rootline.NewCode("9529999")
}

// list commits to codes of new items, or to so many that nobody will ask for.
func (h *history) list(s *rulebook.StepList, lot string, fresh func(string) string, made map[string]*list) *rootline.List {
	if len(s.Items) == 0 {
		return &rootline.List{Count: s.Count, Root: rootline.HashOf([]byte(lot))}
	}
	var raw []string
	for _, item := range s.Items {
		raw = append(raw, fresh(item))
	}
	l := &list{lot, rootline.NewCodes(raw)}
	for _, item := range s.Items {
		made[item] = l
	}
	commitment := l.codes.List()
	return &commitment
}

// inclusion proves that an item that sleeps, or a blank tag, is on its list.
func (h *history) inclusion(who *person, step *rulebook.Step, e *rootline.Event) (*rootline.Inclusion, error) {
	if step.Replaces != "" {
		e.Replaces = h.codes[step.Replaces]
		if t := h.tags[step.Replaces]; t != nil {
			e.Replaces = t.code
		}
	}
	if step.Tag != "" {
		t, err := h.tag(who, step.Tag)
		if err != nil {
			return nil, err
		}
		e.Tag = t.code
		in, _ := t.roll.codes.Prove(t.roll.id, t.code)
		return in, nil
	}
	l := h.listed[step.Asset]
	if l == nil {
		return nil, nil
	}
	woken, err := h.asset(e.Asset)
	if err != nil || woken.ID != "" {
		return nil, err
	}
	in, _ := l.codes.Prove(l.id, e.Asset)
	return in, nil
}

// tag is a blank tag of the actor's organisation, from a roll that its admin issued.
func (h *history) tag(who *person, name string) (*tag, error) {
	if t := h.tags[name]; t != nil {
		return t, nil
	}
	prefix := h.world.prefixes[who.org]
	t := &tag{code: rootline.NewCode(prefix), roll: &list{id: rootline.NewCode(prefix)}}
	t.roll.codes = rootline.NewCodes([]string{t.code})
	issue := act(rootline.ActIssue, rootline.IssueData{Roll: t.roll.id})
	commitment := t.roll.codes.List()
	issue.List = &commitment
	if err := h.world.do(h.world.admins[who.org], issue); err != nil {
		return nil, fmt.Errorf("issuing a roll: %w", err)
	}
	h.tags[name] = t
	return t, nil
}

// data writes a step's data as it is signed.
func dataOf(fields rootline.Fields) (json.RawMessage, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	return json.Marshal(fields)
}

// evidence names so many files that nobody reads.
func evidence(n int) []rootline.Evidence {
	var all []rootline.Evidence
	for i := range n {
		all = append(all, rootline.Evidence{SHA256: rootline.HashOf(fmt.Appendf(nil, "example %d", i)), Type: "text/plain", Size: 9})
	}
	return all
}
