package labels

import (
	"net/url"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels/symbol"
	"github.com/rootline/rootline/limits"
)

// MaxLabels is how many labels one job prints at most.
const MaxLabels = limits.LabelsOfSet

// MinModule is the smallest module that is printed: 0.33 mm, below which the cameras of phones fail outdoors.
const MinModule = 330

// Job is what to print.
type Job struct {
	Template Template
	// Origin is the address that the QR codes lead to: scheme and host, "https://works.example".
	Origin string
	Labels []Label
	// Start is the cell of the first sheet to begin at, counted from 1 row by row, so that a sheet that was begun can be
	// used up. 0 is the same as 1.
	Start int
	// Symbol is the side of the QR code without its quiet zone. 0 is what suits the template.
	Symbol Length
	// Text are lines that every label has, above its own.
	Text        []string
	Calibration Calibration
	// Font is the path of a font for what the built-in one lacks, such as Chinese. Without it, ROOTLINE_FONT names one,
	// and without that, the usual places of the system are searched.
	Font string
}

// Label is one label.
type Label struct {
	Code string
	// Text are lines of its own.
	Text []string
}

// Blank makes fresh codes for labels that are bound later, in the field. Whoever prints them keeps the list: a roll is
// issued with it. The error is a refusal.
func Blank(prefix string, count int) ([]string, error) {
	switch {
	case !rootline.ValidPrefix(prefix):
		return nil, refuse(CodePrefix, prefix)
	case count < 1:
		return nil, refuse(CodeNone)
	case count > MaxLabels:
		return nil, refuse(CodeTooMany, count, MaxLabels)
	}
	codes := make([]string, count)
	for i := range codes {
		codes[i] = rootline.NewCode(prefix)
	}
	return codes, nil
}

// Plan is a job that was found printable.
type Plan struct {
	// Labels and Pages are how many there will be.
	Labels, Pages int
	// Left are the labels that are not printed, as their own text cannot be set.
	Left []Left
	// Module and Symbol are the sides of a module and of the QR code without its quiet zone, as printed.
	Module, Symbol Length
	// Version and Level are the QR code's: 3 and "Q".
	Version int
	Level   string

	job    *Job
	prefix string // what a QR code says before the code
	coder  *symbol.Coder
	layout *layout
	faces  faces
	// textSize is the size of the text's letters.
	textSize Length
}

// Left is a label that is left out of a job, and why.
type Left struct {
	Code string
	Why  *rootline.Error
}

// Prepare checks a job and works out how it is printed. Every error is a refusal (*rootline.Error) with a code of this
// package. A label whose own text no font has, or that does not fit, is left out; with no label left, the job is refused for
// what the first is.
func (j *Job) Prepare() (*Plan, error) {
	prefix, err := linkPrefix(j.Origin)
	if err != nil {
		return nil, err
	}
	longest, err := j.check()
	if err != nil {
		return nil, err
	}
	coder, err := symbol.New(len(prefix) + longest)
	if err != nil {
		return nil, refuse(CodeAddress, j.Origin)
	}
	p := &Plan{Version: coder.Version(), Level: coder.Level(), prefix: prefix, coder: coder}
	if p.faces, err = j.faces(); err != nil {
		return nil, err
	}
	if p.layout, err = arrange(j, coder.Size(), longest); err != nil {
		return nil, err
	}
	p.Module, p.Symbol = p.layout.module, p.layout.module*Length(coder.Size())
	job := *j
	job.Labels = p.faces.settable(j, p.layout.text, &p.Left)
	if len(job.Labels) == 0 {
		return nil, p.Left[0].Why
	}
	p.job, p.Labels = &job, len(job.Labels)
	p.Pages = (j.first() + p.Labels + j.Template.Cells() - 1) / j.Template.Cells()
	p.textSize = p.faces.sizeText(&job, p.layout.text)
	return p, nil
}

// check looks at what does not depend on the layout, and finds the longest code's length.
func (j *Job) check() (longest int, err error) {
	switch n := len(j.Labels); {
	case n == 0:
		return 0, refuse(CodeNone)
	case n > MaxLabels:
		return 0, refuse(CodeTooMany, n, MaxLabels)
	case j.Start < 0 || j.Start > j.Template.Cells():
		return 0, refuse(CodeStart, j.Start, j.Template.Name, j.Template.Cells())
	}
	for i := range j.Labels {
		if !rootline.ValidCode(j.Labels[i].Code) {
			return 0, refuse(CodeCode, i+1, clip(j.Labels[i].Code))
		}
		longest = max(longest, len(j.Labels[i].Code))
	}
	return longest, j.Calibration.Check()
}

// first is the cell of the first label, from 0.
func (j *Job) first() int { return max(0, j.Start-1) }

// linkPrefix is what a QR code says before the code: the address of an item's page in upper case, which the alphanumeric
// mode of QR packs tighter. Schemes and hosts know no case (RFC 3986, section 6.2.2.1).
func linkPrefix(origin string) (string, error) {
	u, err := url.Parse(strings.TrimRight(origin, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", refuse(CodeAddress, clip(origin))
	}
	// A host like [::1] or one with an underscore has characters that the alphanumeric mode lacks.
	if strings.ContainsFunc(u.Host, func(r rune) bool { return !strings.ContainsRune(hostCharacters, r) }) {
		return "", refuse(CodeAddress, clip(origin))
	}
	return strings.ToUpper(u.Scheme + "://" + u.Host + "/8004/"), nil
}

const hostCharacters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:"

// clip keeps a message short whatever was given.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
