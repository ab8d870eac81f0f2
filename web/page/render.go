package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"time"

	"github.com/rootline/rootline"
)

//go:embed templates/*.tmpl
var files embed.FS

var (
	itemPage    = parse("item.tmpl", "event.tmpl", "values.tmpl", "map.tmpl")
	unknownPage = parse("unknown.tmpl")
	problemPage = parse("problem.tmpl")
)

func parse(names ...string) *template.Template {
	paths := []string{"templates/layout.tmpl", "templates/shape.tmpl"}
	for _, n := range names {
		paths = append(paths, "templates/"+n)
	}
	return template.Must(template.ParseFS(files, paths...))
}

// view is what a template sees: the language, its words, and the subject of the page.
type view struct {
	Lang string
	W    *words
	// Path is the page's own path, for the language links; "" where there is none to come back to.
	Path    string
	Project rootline.Text
	// Zone is that of the works; nil is UTC.
	Zone    *time.Location
	Heading string
	Item    *Item
	Unknown *Unknown
	Check   *Check
	Problem *Problem
}

// Render writes the page of an item in a language that Language chose. It writes all or nothing.
func Render(w io.Writer, lang string, item Item) error {
	v := newView(lang, item.Project)
	v.Item, v.Path, v.Zone = &item, itemPath(item.Code), item.Zone
	v.Heading = v.headline().Name
	return v.write(w, v, itemPage)
}

// RenderUnknown writes the page of a code without an asset; the answer's status is 404.
func RenderUnknown(w io.Writer, lang string, unknown Unknown) error {
	v := newView(lang, unknown.Project)
	v.Unknown, v.Path, v.Zone = &unknown, itemPath(unknown.Code), unknown.Zone
	switch {
	case unknown.IsRoll():
		v.Heading = v.W.RollTitle
	case unknown.IssuedTo != nil:
		v.Heading = v.W.BlankTitle
	case unknown.Valid():
		v.Heading = v.W.UnknownTitle
	default:
		v.Heading = v.W.NoCodeTitle
	}
	return v.write(w, v, unknownPage)
}

// RenderProblem writes the page of a request that failed.
func RenderProblem(w io.Writer, lang string, problem Problem) error {
	v := newView(lang, problem.Project)
	v.Problem, v.Heading = &problem, v.W.ProblemTitle
	return v.write(w, v, problemPage)
}

func newView(lang string, project rootline.Text) view {
	if lang == Chinese {
		return view{Lang: Chinese, W: &chinese, Project: project}
	}
	return view{Lang: English, W: &english, Project: project}
}

// write writes a page; all is the view with what the page has besides.
func (v view) write(w io.Writer, all any, t *template.Template) error {
	var page bytes.Buffer
	if err := t.ExecuteTemplate(&page, "layout", all); err != nil {
		return fmt.Errorf("page %s: %w", v.Path, err)
	}
	// None of ours turns the order of others, so that whatever does was stored by somebody.
	_, err := io.WriteString(w, rootline.Shown(page.String()))
	return err
}

// itemPath is the path of an item's page.
func itemPath(code string) string { return "/8004/" + url.PathEscape(code) }
