package proof

import (
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// titled is what is read of a rulebook's text: what kinds, their states and their actions are called.
type titled struct {
	Title rootline.Text `yaml:"title"`
	Kinds map[string]struct {
		Title   rootline.Text            `yaml:"title"`
		States  map[string]rootline.Text `yaml:"states"`
		Actions map[string]struct {
			Title rootline.Text `yaml:"title"`
		} `yaml:"actions"`
	} `yaml:"kinds"`
}

// action is what an action is called: of the kind, or for no kind where one kind alone has an action of the name.
func (t *titled) action(kind, name string) (title rootline.Text) {
	found := 0
	for k, of := range t.Kinds {
		if a, ok := of.Actions[name]; ok && (kind == "" || k == kind) {
			title = a.Title
			found++
		}
	}
	if found != 1 {
		return rootline.Text{}
	}
	return title
}

// rulebookTexts holds the texts of rulebooks against what was voted on, and takes from them what things are called.
func (v *verification) rulebookTexts() *Fault {
	last, texts := "", map[string]*titled{}
	for i := range v.Rulebooks {
		given := &v.Rulebooks[i]
		name, ok := rootline.BallotRulebook(given.Ballot)
		if !ok {
			return codeRulebook.fault("%q is no ballot on a rulebook", given.Ballot)
		}
		if name <= last {
			return codeOrder.fault("rulebooks")
		}
		last = name
		if !v.lives(name) {
			return codeUnused.fault("the text of %s", name)
		}
		text, fault := v.adopted(given)
		if fault != nil {
			return fault
		}
		texts[name] = text
		v.report.Rulebooks = append(v.report.Rulebooks, RulebookReport{name, rootline.HashOf(given.Text), text.Title})
	}
	item := v.report.Item
	if t := texts[item.Rulebook]; t != nil {
		kind := t.Kinds[item.Kind]
		v.report.ItemTitles = &ItemTitles{kind.Title, kind.States[item.State]}
	}
	for i := range v.report.Events {
		e := &v.report.Events[i]
		if t := texts[e.Rulebook]; t != nil {
			kind := e.Event.Kind
			if e.Relation == Own {
				kind = item.Kind
			}
			e.Title = t.action(kind, e.Action)
		}
	}
	return nil
}

// lives reports whether the item or one of its events is under a rulebook.
func (v *verification) lives(name string) bool {
	if v.report.Item.Rulebook == name {
		return true
	}
	for i := range v.report.Events {
		if v.report.Events[i].Rulebook == name {
			return true
		}
	}
	return false
}

// adopted checks that a text is the one that a majority of the organisations voted for, and that the vote was decided.
func (v *verification) adopted(given *Rulebook) (*titled, *Fault) {
	ballot, _, fault := record[*rootline.Ballot](v, rootline.SpaceBallot, given.Ballot)
	if fault != nil {
		return nil, fault
	}
	if ballot == nil || ballot.SHA256 != rootline.HashOf(given.Text) || 2*len(ballot.Votes) <= v.founders {
		return nil, codeRulebook.fault("the text of %s is not what a majority voted for", given.Ballot)
	}
	name, _ := rootline.BallotRulebook(given.Ballot)
	book, _, _ := rootline.SplitRulebook(name)
	current, _, fault := record[*rootline.CurrentRulebook](v, rootline.SpaceRulebook, book)
	if fault != nil {
		return nil, fault
	}
	var text titled
	if !current.Decides(given.Ballot) || yaml.Unmarshal(given.Text, &text) != nil {
		return nil, codeRulebook.fault("%s was not adopted", name)
	}
	return &text, nil
}
