package rulebook

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// reader walks the YAML and collects mistakes. It goes on after each, so that the author sees them all at once.
type reader struct {
	lines    []string
	problems Problems

	// What is checked once all kinds and their actions are read.
	moneyKinds  []moneyKind
	laterMoney  []pendingMoney
	laterClocks []pendingClock
}

// entry is one key of a mapping with its value and the value's pointer.
type entry struct {
	key, value *yaml.Node
	name       string
	path       string
}

func (r *reader) fail(n *yaml.Node, path string, says rootline.Text, args ...any) {
	r.failAt(n.Line, n.Column, path, says, args...)
}

func (r *reader) failAt(line, column int, path string, says rootline.Text, args ...any) {
	code := sortOf(says)
	says = says.Fill(args...)
	r.problems = append(r.problems, Problem{Code: code, Line: line, Column: column, Path: path, Message: says.En, Zh: says.Zh, args: args})
}

var syntaxLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// document parses the text and returns its root, nil when it is no YAML.
func (r *reader) document(text []byte) *yaml.Node {
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		m := syntaxLine.FindStringSubmatch(err.Error())
		line, _ := strconv.Atoi(m[1])
		r.failAt(line, min(line, 1), "", notYAML, rootline.Technical(m[2]))
		return nil
	}
	var more yaml.Node
	if dec.Decode(&more) == nil {
		r.fail(&more, "", both("a rulebook is one YAML document", "规则手册应为一个 YAML 文档"))
	}
	if len(doc.Content) != 1 {
		r.failAt(1, 1, "", both("the rulebook is empty", "规则手册为空"))
		return nil
	}
	return doc.Content[0]
}

// entries reads a mapping whose keys are names of the author's own.
func (r *reader) entries(n *yaml.Node, path string, most int) []entry {
	if n.Kind != yaml.MappingNode {
		r.fail(n, path, wantsMapping, describe(n))
		return nil
	}
	var list []entry
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" || k.Anchor != "" {
			r.fail(k, path, both("a key is a plain word", "键应为普通文字"))
			continue
		}
		e := entry{key: k, value: n.Content[i+1], name: k.Value, path: path + "/" + k.Value}
		if seen[e.name] {
			r.fail(k, e.path, twice, e.name)
			continue
		}
		seen[e.name] = true
		list = append(list, e)
	}
	if len(list) > most {
		r.fail(n, path, tooMany, most, len(list))
		list = list[:most]
	}
	return list
}

// members reads a mapping whose keys the language defines.
func (r *reader) members(n *yaml.Node, path string, known ...string) map[string]entry {
	got := map[string]entry{}
	for _, e := range r.entries(n, path, 1000) {
		if !slices.Contains(known, e.name) {
			r.fail(e.key, e.path, unknownWord, e.name, strings.Join(known, ", "))
			continue
		}
		got[e.name] = e
	}
	return got
}

// require complains about each absent member.
func (r *reader) require(n *yaml.Node, path string, got map[string]entry, names ...string) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for _, name := range names {
		if _, ok := got[name]; !ok {
			r.fail(n, path, isMissing, name)
		}
	}
}

// scalar reads a value of one word or line, whatever YAML takes it for.
func (r *reader) scalar(e entry) (string, bool) {
	if e.value.Kind != yaml.ScalarNode || e.value.Tag == "!!null" {
		r.fail(e.value, e.path, wantsSingle, describe(e.value))
		return "", false
	}
	return e.value.Value, true
}

func (r *reader) str(e entry, most int) string {
	s, ok := r.scalar(e)
	switch {
	case !ok:
		return ""
	case e.value.Tag != "!!str":
		r.fail(e.value, e.path, wantsText, s)
	case strings.TrimSpace(s) == "":
		r.fail(e.value, e.path, empty)
	case utf8.RuneCountInString(s) > most:
		r.fail(e.value, e.path, tooLong, most)
	}
	return s
}

func (r *reader) integer(e entry, least, most int64) int64 {
	s, ok := r.scalar(e)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < least || n > most || e.value.Tag != "!!int" {
		r.fail(e.value, e.path, wantsInteger, least, most, s)
		return 0
	}
	return n
}

func (r *reader) boolean(e entry) bool {
	s, ok := r.scalar(e)
	if ok && s != "true" && s != "false" {
		r.fail(e.value, e.path, wantsBoolean, s)
	}
	return s == "true"
}

// word reads one of a few words.
func (r *reader) word(e entry, words ...string) string {
	s, ok := r.scalar(e)
	if ok && !slices.Contains(words, s) {
		r.fail(e.value, e.path, wantsOneOf, strings.Join(words, ", "), s)
		return words[0]
	}
	return s
}

// words reads a word or a list of them; known maps what is allowed to what it is called, in plural.
func (r *reader) words(e entry, plural rootline.Text, known func(string) bool) []string {
	var list []string
	for _, n := range items(e.value) {
		s, ok := r.scalar(entry{value: n, path: e.path})
		switch {
		case !ok:
		case !known(s):
			r.fail(n, e.path, notAmong, s, plural)
		case slices.Contains(list, s):
			r.fail(n, e.path, twice, s)
		default:
			list = append(list, s)
		}
	}
	if len(list) == 0 && len(items(e.value)) == 0 {
		r.fail(e.value, e.path, empty)
	}
	return list
}

// items are the nodes of a list; a single value is a list of one.
func items(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// text reads words in both languages; more are other members beside them, which it leaves alone.
func (r *reader) text(e entry, more ...string) rootline.Text {
	got := r.members(e.value, e.path, append([]string{"en", "zh"}, more...)...)
	r.require(e.value, e.path, got, "en", "zh")
	var t rootline.Text
	if en, ok := got["en"]; ok {
		t.En = r.str(en, maxTitle)
	}
	if zh, ok := got["zh"]; ok {
		t.Zh = r.str(zh, maxTitle)
	}
	return t
}

// named reads a mapping of names to what they mean.
func (r *reader) named(e entry, most int, valid func(string) bool) []entry {
	list := r.entries(e.value, e.path, most)
	for _, one := range list {
		if !valid(one.name) {
			r.fail(one.key, one.path, noName, one.name)
		}
	}
	if len(list) == 0 && e.value.Kind == yaml.MappingNode && len(e.value.Content) == 0 {
		r.fail(e.value, e.path, empty)
	}
	return list
}

// plain refuses what makes YAML more than a tree: aliases, anchors and types of its own.
func (r *reader) plain(n *yaml.Node, depth int) bool {
	switch {
	case depth > limits.RulebookNesting:
		r.fail(n, "", both("nested too deeply", "嵌套过深"))
		return false
	case n.Kind == yaml.AliasNode, n.Anchor != "":
		r.fail(n, "", both("anchors and aliases are not used in rulebooks", "规则手册不使用锚点与别名"))
		return false
	case n.Style&yaml.TaggedStyle != 0:
		r.fail(n, "", both("tags are not used in rulebooks", "规则手册不使用 YAML 标签"))
		return false
	}
	ok := true
	for _, c := range n.Content {
		ok = r.plain(c, depth+1) && ok
	}
	return ok
}

// isNothing reports whether a value was left out: "key:".
func isNothing(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// describe says what stands in the file.
func describe(n *yaml.Node) rootline.Text {
	switch {
	case n.Kind == yaml.MappingNode:
		return both("a mapping", "映射")
	case n.Kind == yaml.SequenceNode:
		return both("a list", "列表")
	case isNothing(n):
		return both("nothing", "空值")
	default:
		s := strconv.Quote(n.Value)
		return both(s, s)
	}
}
