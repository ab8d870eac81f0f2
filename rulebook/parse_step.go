package rulebook

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// stepMembers are the words of a step.
var stepMembers = []string{
	"do", "asset", "by", "after", "place", "evidence", "amount", "inputs", "refs", "data",
	"under", "list", "into", "tag", "replaces", "corrects", "refused", "state",
}

// steps reads the steps of one history.
type steps struct {
	*reader
	book     *File
	examples *Examples
	// kinds are the kinds of the assets that the history knows so far, by name.
	kinds map[string]ofKind
}

// ofKind is a kind, of the examples' own rulebook or of one beside it.
type ofKind struct {
	book *Rulebook
	name string
}

// step reads one step with its variants; nil when it cannot be understood at all.
func (s *steps) step(n *yaml.Node, base string, i int) *Step {
	path := fmt.Sprintf("%s/%d", base, i)
	got := s.members(n, path, stepMembers...)
	s.require(n, path, got, "do", "asset", "by")
	if n.Kind != yaml.MappingNode {
		return nil
	}
	step := s.plainStep(n, path, got)
	if step == nil {
		return nil
	}
	refused, ok := got["refused"]
	switch {
	case !ok:
	case refused.value.Kind == yaml.MappingNode:
		for _, one := range s.entries(refused.value, refused.path, maxRules*4) {
			for j, change := range items(one.value) {
				at := one.path
				if one.value.Kind == yaml.SequenceNode {
					at = fmt.Sprintf("%s/%d", one.path, j)
				}
				s.variant(step, n, one, change, at)
			}
		}
	default:
		step.Refused = s.code(refused.value, refused.path)
	}
	if step.Refused == "" {
		s.learn(step)
	}
	return step
}

// variant reads a change of a step, which must be refused.
func (s *steps) variant(step *Step, n *yaml.Node, e entry, change *yaml.Node, path string) {
	if change.Kind != yaml.MappingNode {
		s.fail(change, path, both("expected what is different when it is refused, as a mapping, found %s", "应以映射写明被拒绝时的不同之处，实为 %s"), describe(change))
		return
	}
	merged := overlay(n, change, "refused", "state", "after")
	got := s.members(merged, path, stepMembers...)
	v := s.plainStep(merged, path, got)
	if v == nil {
		return
	}
	v.Line, v.Column, v.Path = e.key.Line, e.key.Column, path
	v.Refused = s.code(e.key, path)
	step.Variants = append(step.Variants, v)
}

// overlay is a mapping with the members of another over it. Members of data are changed one by one; "~" takes one away.
func overlay(base, over *yaml.Node, without ...string) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: base.Tag, Line: over.Line, Column: over.Column}
	value := func(in *yaml.Node, name string) *yaml.Node {
		for i := 0; i+1 < len(in.Content); i += 2 {
			if in.Content[i].Value == name {
				return in.Content[i+1]
			}
		}
		return nil
	}
	for i := 0; i+1 < len(base.Content); i += 2 {
		k, v := base.Content[i], base.Content[i+1]
		if slices.Contains(without, k.Value) {
			continue
		}
		if o := value(over, k.Value); o != nil {
			switch {
			case o.Tag == "!!null":
				continue
			case k.Value == "data" && o.Kind == yaml.MappingNode && v.Kind == yaml.MappingNode:
				v = overlay(v, o)
			default:
				v = o
			}
		}
		m.Content = append(m.Content, k, v)
	}
	for i := 0; i+1 < len(over.Content); i += 2 {
		if k := over.Content[i]; value(base, k.Value) == nil && over.Content[i+1].Tag != "!!null" {
			m.Content = append(m.Content, k, over.Content[i+1])
		}
	}
	return m
}

// code reads the code of a refusal: one of the rulebook's rules, or one of Rootline's own.
func (s *steps) code(n *yaml.Node, path string) rootline.Code {
	code := rootline.Code(n.Value)
	if n.Kind != yaml.ScalarNode || !code.Known() && !s.ruled(code) {
		s.fail(n, path, both("%q is neither the code of a rule here nor one of Rootline's own", "%q 既不是本手册规则的代码，也不是根迹自用的代码"), n.Value)
	}
	return code
}

func (s *steps) ruled(code rootline.Code) bool {
	for _, f := range append([]*File{s.book}, s.book.Others...) {
		for _, k := range f.Kinds {
			for _, a := range k.Actions {
				if slices.ContainsFunc(a.Rules, func(r *Rule) bool { return r.Code == code }) {
					return true
				}
			}
		}
	}
	return false
}

// plainStep reads a step but for what is refused of it.
func (s *steps) plainStep(n *yaml.Node, path string, got map[string]entry) *Step {
	step := &Step{Line: n.Line, Column: n.Column, Path: path}
	text := func(name string) string {
		if m, ok := got[name]; ok {
			v, _ := s.scalar(m)
			return v
		}
		return ""
	}
	step.Asset, step.Actor, step.Tag, step.Replaces = text("asset"), text("by"), text("tag"), text("replaces")
	if m, ok := got["by"]; ok && !slices.ContainsFunc(s.examples.Actors, func(p Player) bool { return p.Name == step.Actor }) {
		s.fail(m.value, m.path, notAmong, step.Actor, both("actors of the examples", "示例人员"))
	}
	action := s.action(step, got)
	if action == nil {
		return nil
	}
	step.Evidence = action.Asks.Evidence
	if m, ok := got["evidence"]; ok {
		step.Evidence = int(s.integer(m, 0, rootline.MaxEvidence))
	}
	step.Amount = s.optional(got, "amount", 0, strictjson.MaxInteger)
	if m, ok := got["after"]; ok {
		d, err := time.ParseDuration(text("after"))
		if err != nil || d < 0 || d > 10*365*24*time.Hour {
			s.fail(m.value, m.path, both("expected a time that passes, like 48h or 30m, found %q", "应为经过的时间，如 48h 或 30m，实为 %q"), text("after"))
		}
		step.After = d
	}
	if m, ok := got["place"]; ok {
		step.Place = s.position(m)
	}
	if m, ok := got["state"]; ok {
		step.State = text("state")
		if step.Book != nil && step.Book.Kind(step.Kind).State(step.State) == nil {
			s.fail(m.value, m.path, noState, step.State, step.Kind)
		}
	}
	if m, ok := got["corrects"]; ok {
		step.Corrects = s.boolean(m)
	}
	if m, ok := got["data"]; ok {
		step.Data = s.data(action, m)
	}
	s.others(step, got)
	return step
}

// action finds the action of a step and the kind of its asset.
func (s *steps) action(step *Step, got map[string]entry) *Action {
	m, ok := got["do"]
	if !ok {
		return nil
	}
	name, _ := s.scalar(m)
	switch parts := strings.Split(name, "/"); len(parts) {
	case 1:
		of := s.kinds[step.Asset]
		step.Book, step.Kind = of.book, of.name
	case 3:
		at := slices.IndexFunc(s.book.Others, func(f *File) bool { return f.Name == parts[0] })
		if at < 0 {
			s.notBeside(parts[0], m)
			return nil
		}
		step.Book, step.Kind, name = s.book.Others[at].Rulebook, parts[1], parts[2]
	default:
		step.Book, step.Kind = s.book.Rulebook, parts[0]
		name = strings.Join(parts[1:], "/")
	}
	step.Action = name
	if step.Kind == RegistrySteps {
		if name != rootline.ActRecall && name != "release" {
			s.fail(m.value, m.path, noAction, RegistrySteps, name)
			return nil
		}
		step.Book = nil
		return &Action{Name: name}
	}
	if step.Kind == "" {
		s.fail(m.value, m.path, both("the history does not know %q yet; an asset begins with its kind and action, like tree/select", "本段历程尚无 %q；资产以类别和操作开始，如 tree/select"), step.Asset)
		return nil
	}
	kind := step.Book.Kind(step.Kind)
	if kind == nil {
		s.fail(m.value, m.path, noKind, step.Kind)
		return nil
	}
	action := kind.Action(name)
	if action == nil {
		s.fail(m.value, m.path, noAction, kind.Name, name)
	}
	return action
}

// notBeside says why an action of another rulebook cannot be done.
func (s *steps) notBeside(name string, m entry) {
	if slices.Contains(s.book.Lacks(), name) {
		s.fail(m.value, m.path, both("the rulebook %q was not given: give its text beside this one", "未提供规则手册 %q：请与本手册一并提供其文本"), name)
		return
	}
	s.fail(m.value, m.path, both("this rulebook reads no %q: name its kind in refs, inputs, under or reads first", "本规则手册未读取 %q：请先在 refs、inputs、under 或 reads 中写明其类别"), name)
}

// learn notes the kinds of what a step brings into the history.
func (s *steps) learn(step *Step) {
	if step.Kind == RegistrySteps {
		return
	}
	s.kinds[step.Asset] = ofKind{step.Book, step.Kind}
	kind := step.Book.Kind(step.Kind)
	if step.List != nil {
		for _, item := range step.List.Items {
			s.kinds[item] = ofKind{step.Book, kind.Lists}
		}
	}
	for _, part := range step.Into {
		s.kinds[part.Lot] = ofKind{step.Book, step.Kind}
	}
}
