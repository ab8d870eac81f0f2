package rehearsal

import (
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Report is how the examples of a rulebook came out.
type Report struct {
	// Histories are those that were played; Stopped says that there was no time for the others.
	Histories int
	Stopped   bool
	// Allowed and Refused count the events that were judged as the examples say.
	Allowed, Refused int
	Failures         []Failure
	// Rules are all rules of the rulebook, in its order.
	Rules []Shown
	// Unplayed are the actions that no example performs: "tree/plant".
	Unplayed []string
}

// Failure is an example that did not come out as it says.
type Failure struct {
	Line, Column int
	History      string
	Says         rootline.Text
	// Refusal is what was refused against expectation, where that is the matter.
	Refusal *rootline.Error
	// Rule is the rule that decided, or that should have: "tree/plant/outside-plot"; "" where none did. Check is its
	// expression, and Saw what that looked at.
	Rule, Check string
	Saw         []rulebook.Saw
}

// Shown says what the examples show of one rule.
type Shown struct {
	Kind, Action string
	Code         rootline.Code
	// Allows and Refuses say that some example shows it letting an event pass, or refusing one.
	Allows, Refuses bool
}

// Name is the rule within its rulebook: "tree/plant/outside-plot".
func (s Shown) Name() string { return s.Kind + "/" + s.Action + "/" + string(s.Code) }

// Passed reports whether every example came out as it says.
func (r *Report) Passed() bool { return len(r.Failures) == 0 }

// Complete reports whether every rule is shown allowing and refusing, and every action performed.
func (r *Report) Complete() bool { return len(r.Missing()) == 0 && len(r.Unplayed) == 0 }

// Missing are the rules that are not shown both allowing and refusing.
func (r *Report) Missing() []Shown {
	var missing []Shown
	for _, s := range r.Rules {
		if !s.Allows || !s.Refuses {
			missing = append(missing, s)
		}
	}
	return missing
}

// cover lists everything that examples could show of a rulebook, nothing of it shown yet.
func cover(book *rulebook.Rulebook) *coverage {
	c := &coverage{rules: map[string]*Shown{}, performed: map[string]bool{}}
	for _, k := range book.Kinds {
		for _, a := range k.Actions {
			c.actions = append(c.actions, k.Name+"/"+a.Name)
			for _, rule := range a.Rules {
				s := &Shown{Kind: k.Name, Action: a.Name, Code: rule.Code}
				c.rules[s.Name()] = s
				c.order = append(c.order, s)
			}
		}
	}
	return c
}

type coverage struct {
	actions   []string
	performed map[string]bool
	rules     map[string]*Shown
	order     []*Shown
}

// allowed notes that an action was accepted: each of its rules let it pass.
func (c *coverage) allowed(kind, action string) {
	c.performed[kind+"/"+action] = true
	for _, s := range c.order {
		if s.Kind == kind && s.Action == action {
			s.Allows = true
		}
	}
}

// refused notes which rule refused.
func (c *coverage) refused(kind, action string, code rootline.Code) {
	if s := c.rules[kind+"/"+action+"/"+string(code)]; s != nil {
		s.Refuses = true
	}
}

func (c *coverage) into(r *Report) {
	for _, s := range c.order {
		r.Rules = append(r.Rules, *s)
	}
	for _, a := range c.actions {
		if !c.performed[a] {
			r.Unplayed = append(r.Unplayed, a)
		}
	}
}

func inBoth(en, zh string, args ...any) rootline.Text {
	return rootline.Text{En: fmt.Sprintf(en, args...), Zh: fmt.Sprintf(zh, args...)}
}
