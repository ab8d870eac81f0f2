package rulebook

import (
	"bytes"
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rootline/rootline/limits"
)

// MaxFileBytes bounds a file: its rules and its examples together.
const MaxFileBytes = limits.RulebookFile

// File is a rulebook as its author keeps it: the rules, and below them the examples that show what they allow and
// refuse. Only the rules are adopted. Every transaction reads them, so that the ledger holds nothing that no rule needs;
// the examples are for those who write the rules and for those who are asked to vote for them.
type File struct {
	*Rulebook
	// Rules is the text that is adopted, exactly.
	Rules []byte
	// Examples is nil when the file has none.
	Examples *Examples
	// Others are the rulebooks that this one reads, as they were given beside it. The examples may do their actions.
	Others []*File
}

// Lacks are the names of the rulebooks that this one, or one beside it, reads and that were not given beside it.
func (f *File) Lacks() []string {
	var names []string
	for _, of := range append([]*File{f}, f.Others...) {
		for _, name := range of.BooksRead() {
			if name != f.Name && !slices.Contains(names, name) && !slices.ContainsFunc(f.Others, func(o *File) bool { return o.Name == name }) {
				names = append(names, name)
			}
		}
	}
	return names
}

// beside are those of some rulebooks that another one reads, itself or through one of them.
func beside(book *Rulebook, others []*File) []*File {
	var list []*File
	for todo := book.BooksRead(); len(todo) > 0; todo = todo[1:] {
		for _, of := range others {
			if of.Name == todo[0] && of.Name != book.Name && !slices.ContainsFunc(list, func(o *File) bool { return o.Name == of.Name }) {
				list = append(list, of)
				todo = append(todo, of.BooksRead()...)
			}
		}
	}
	return list
}

// examplesKey begins the last part of a file.
var examplesKey = regexp.MustCompile(`(?m)^examples[ \t]*:`)

// Split takes a file's text apart: the rules, which are adopted, and the examples from the line "examples:" to the end. A
// text without examples comes back as it is.
func Split(text []byte) (rules, examples []byte) {
	at := examplesKey.FindIndex(text)
	if at == nil {
		return text, nil
	}
	return append(bytes.TrimRight(slices.Clone(text[:at[0]]), " \t\r\n"), '\n'), text[at[0]:]
}

// ParseFile reads a rulebook with its examples. The error is Problems, each with what to write instead where that can be
// told; those of the examples are looked for when the rules have none. The examples may do what the others, those that the
// rulebook reads, allow: "floodway/fill-layer/begin".
func ParseFile(text []byte, others ...*File) (*File, error) {
	if len(text) > MaxFileBytes {
		r := &reader{}
		r.failAt(0, 0, "", both("the file has %d bytes; at most %d are allowed", "文件有 %d 字节，最多允许 %d 字节"), len(text), MaxFileBytes)
		return nil, r.problems
	}
	rules, examples := Split(text)
	book, err := Parse(rules)
	if ps := AsProblems(err); ps != nil {
		return nil, advise(rules, ps)
	}
	if err != nil {
		return nil, err
	}
	f := &File{Rulebook: book, Rules: rules, Others: beside(book, others)}
	if examples == nil {
		return f, nil
	}
	r := &reader{}
	f.Examples = r.examplesPart(f, text, len(text)-len(examples))
	if len(r.problems) == 0 {
		return f, nil
	}
	return nil, advise(text, r.sorted())
}

// sorted are the mistakes in the order of the lines, as many as are reported.
func (r *reader) sorted() Problems {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(r.problems) > MaxProblems {
		r.problems = r.problems[:MaxProblems]
	}
	return r.problems
}

// examplesPart reads what follows the rules. The lines before stand empty, so that mistakes show their place in the file.
func (r *reader) examplesPart(book *File, text []byte, from int) (e *Examples) {
	defer func() {
		if p := recover(); p != nil {
			r.failAt(0, 0, "", cannotRead, p)
		}
	}()
	if !utf8.Valid(text) {
		r.failAt(0, 0, "", notUTF8)
		return nil
	}
	r.lines = strings.Split(string(text), "\n")
	padded := append(bytes.Repeat([]byte("\n"), bytes.Count(text[:from], []byte("\n"))), text[from:]...)
	root := r.document(padded)
	if root == nil || !r.plain(root, 0) {
		return nil
	}
	for _, m := range r.entries(root, "", 1000) {
		if m.name == "examples" {
			e = r.examples(book, m)
		} else {
			r.fail(m.key, m.path, both("the examples come last in a file; nothing follows them", "示例位于文件末尾，其后不得有其他内容"))
		}
	}
	return e
}

// AsProblems returns the mistakes inside an error of Parse or ParseFile, nil when it is none of theirs.
func AsProblems(err error) Problems {
	var ps Problems
	if errors.As(err, &ps) {
		return ps
	}
	return nil
}
