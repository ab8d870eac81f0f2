package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/gateway/labels"
)

// labelOptions are the flags of labels.
type labelOptions struct {
	template, out, origin, prefix, codes string
	start, blank                         int
	size                                 millimetres
	text                                 []string
	offsetX, offsetY                     millimetres
	scaleX, scaleY                       factor
	calibration, list                    bool
}

func newLabelsCmd(env *environment) *cobra.Command {
	o := &labelOptions{}
	cmd := &cobra.Command{
		Use:   "labels --out LABELS.pdf {CODE… | FILE | --blank N --prefix PREFIX | --calibration}",
		Short: "Print QR labels: sheets or rolls as a PDF",
		Long: `Writes labels as a PDF: a QR code that leads to the item's page, the code in groups of four, and lines of text.

What is given are codes, or one file (a dash: the input) with a code a line; after the code, separated by tabs, may stand
lines of text for that label. --blank makes fresh codes instead and keeps their list in a file: bind each label in the
field, or issue the roll with that list.

Print at 100 %, not fitted to the page. Where the labels are off, print --calibration, measure it and set what it says.`,
		Example: `  rootline labels --template a4-70x37 --start 5 --out labels.pdf codes.txt
  rootline labels --template roll-50x30 --blank 500 --prefix 9520001 --out roll.pdf
  rootline labels --template a4-70x37 --calibration --out measure.pdf`,
		GroupID: groupDevice,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.list {
				return listTemplates(env)
			}
			return runLabels(cmd.Context(), env, o, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.template, "template", "a4-70x37", "sheet or roll; --templates lists them")
	flags.BoolVar(&o.list, "templates", false, "list the templates")
	flags.StringVar(&o.out, "out", "", "the PDF to write")
	flags.StringVar(&o.origin, "origin", "", "address that the QR codes lead to, https://works.example (default: the gateway's)")
	flags.IntVar(&o.start, "start", 1, "cell of the first sheet to start at, row by row")
	flags.IntVar(&o.blank, "blank", 0, "make that many fresh codes")
	flags.StringVar(&o.prefix, "prefix", "", "company prefix of the fresh codes")
	flags.StringVar(&o.codes, "codes", "", "file for the list of the fresh codes (default: beside --out, with .codes.txt)")
	flags.StringArrayVar(&o.text, "text", nil, "a line of text on every label; give it again for another line")
	flags.Var(&o.size, "size", "side of the QR code in mm (default: what suits the template)")
	flags.BoolVar(&o.calibration, "calibration", false, "write a page to measure instead of labels")
	flags.Var(&o.offsetX, "offset-x", "move everything to the right, in mm")
	flags.Var(&o.offsetY, "offset-y", "move everything down, in mm")
	flags.Var(&o.scaleX, "scale-x", "stretch everything across, such as 1.004")
	flags.Var(&o.scaleY, "scale-y", "stretch everything down")
	return cmd
}

func listTemplates(env *environment) error {
	for _, t := range labels.Templates() {
		env.say("%-14s %s, %d on a page", t.Name, t.Title.En, t.Cells())
	}
	return nil
}

func runLabels(ctx context.Context, env *environment, o *labelOptions, args []string) error {
	if o.out == "" {
		return &usageError{errors.New("--out names the PDF to write")}
	}
	t, err := labels.TemplateNamed(o.template)
	if err != nil {
		return &usageError{err}
	}
	calibration := labels.Calibration{
		OffsetX: int64(o.offsetX), OffsetY: int64(o.offsetY), ScaleX: int64(o.scaleX), ScaleY: int64(o.scaleY),
	}
	if o.calibration {
		err := writeWhole(o.out, func(w io.Writer) error { return labels.WriteCalibration(w, t, calibration) })
		if err == nil {
			env.say("Calibration page written to %s.", o.out)
		}
		return err
	}
	job := labels.Job{Template: t, Start: o.start, Symbol: int64(o.size), Text: o.text, Calibration: calibration}
	if job.Origin, err = labelOrigin(env, o); err != nil {
		return err
	}
	if job.Labels, err = o.labels(env, args); err != nil {
		return err
	}
	plan, err := job.Prepare()
	if err != nil {
		return err
	}
	for _, l := range plan.Left {
		env.say("Left out: %s. %s", l.Code, l.Why.Says.En)
	}
	if o.blank > 0 {
		// The list goes first: a label whose code nobody knows is worth nothing.
		if err := o.keepCodes(env, job.Labels); err != nil {
			return err
		}
	}
	show := newCounter(env, "labels")
	err = writeWhole(o.out, func(w io.Writer) error { return plan.Write(ctx, w, show.show) })
	show.end()
	if err != nil {
		return err
	}
	env.say("%d labels on %d pages written to %s.", plan.Labels, plan.Pages, o.out)
	env.say("QR codes of %.1f mm, version %d-%s, modules of %.3f mm.", mm(plan.Symbol), plan.Version, plan.Level, mm(plan.Module))
	return nil
}

// labelOrigin is where the QR codes lead. A label lasts for years: what leads to one machine is only printed when it is
// asked for by name.
func labelOrigin(env *environment, o *labelOptions) (string, error) {
	if o.origin != "" {
		return o.origin, nil
	}
	at := ""
	if d, err := env.device(); err == nil { // labels need no device; it only knows which gateway is meant
		at = d.Gateway
	}
	g, err := env.gateway(at, 0)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(g.URL())
	if err != nil {
		return "", err
	}
	if onlyHere(u) {
		return "", &usageError{fmt.Errorf("the gateway's address, %s, is this machine's own. Name the site that the QR codes lead to with --origin", g.URL())}
	}
	return u.Scheme + "://" + u.Host, nil
}

// onlyHere reports whether an address is of this machine only, or of none: on paper it leads nowhere.
func onlyHere(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsUnspecified()
	}
	return host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// labels finds what to print.
func (o *labelOptions) labels(env *environment, args []string) ([]labels.Label, error) {
	switch {
	case o.blank != 0 && len(args) > 0:
		return nil, &usageError{errors.New("give codes, or --blank, but not both")}
	case o.blank != 0:
		codes, err := labels.Blank(o.prefix, o.blank)
		if err != nil {
			return nil, &usageError{err}
		}
		return labelled(codes), nil
	case o.prefix != "" || o.codes != "":
		return nil, &usageError{errors.New("--prefix and --codes go with --blank")}
	case len(args) == 0:
		return nil, &usageError{errors.New("give codes, a file of them, or --blank")}
	case len(args) == 1 && isFile(args[0]):
		content, err := readAll(env.in, args[0])
		if err != nil {
			return nil, err
		}
		return readLabels(string(content)), nil
	}
	return labelled(args), nil
}

func isFile(arg string) bool {
	if arg == "-" {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil || strings.ContainsAny(arg, "./\\")
}

func labelled(codes []string) []labels.Label {
	all := make([]labels.Label, len(codes))
	for i, c := range codes {
		all[i].Code = strings.ReplaceAll(c, " ", "")
	}
	return all
}

// readLabels reads a label a line: the code, then lines of text, separated by tabs. Groups of four are one code.
func readLabels(content string) []labels.Label {
	var all []labels.Label
	for line := range strings.Lines(strings.TrimPrefix(content, "\ufeff")) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if code := strings.ReplaceAll(cells[0], " ", ""); code != "" {
			all = append(all, labels.Label{Code: code, Text: cells[1:]})
		}
	}
	return all
}

// keepCodes writes the list of fresh codes, one a line: the form in which a roll's list is stored as evidence. It
// replaces no file.
func (o *labelOptions) keepCodes(env *environment, fresh []labels.Label) error {
	path := o.codes
	if path == "" {
		path = strings.TrimSuffix(o.out, filepath.Ext(o.out)) + ".codes.txt"
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already, and its codes may be on labels. Name another file with --codes", path)
	}
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, l := range fresh {
		b.WriteString(l.Code + "\n")
	}
	_, err = file.WriteString(b.String())
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		env.say("The list of the %d codes is in %s. Keep it, and issue the roll with it: rootline issue %[2]s", len(fresh), path)
	}
	return err
}
