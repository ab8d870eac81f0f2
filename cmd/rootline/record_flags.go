package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/importer"
	"github.com/rootline/rootline/numeral"
)

// eventFlags describe one event.
type eventFlags struct {
	asset, kind, under, action, rulebook, at string
	lat, lon                                 string
	accuracy, amount                         int64
	set, inputs, refs, evidence              []string
	tag, replaces, corrects                  string
	newCode                                  bool
}

func (f *eventFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.asset, "asset", "", "code of the asset")
	flags.BoolVar(&f.newCode, "new", false, "make a new code for the asset, with the organisation's prefix")
	flags.StringVar(&f.kind, "kind", "", "kind of a new asset, like tree")
	flags.StringVar(&f.under, "under", "", "code of the asset that a new one lies under, like its division")
	flags.StringVar(&f.action, "action", "", "what was done, in the rulebook's words, like plant")
	flags.StringVar(&f.rulebook, "rulebook", "", "rulebook with its version, like forestation@1")
	flags.StringVar(&f.at, "at", "", "when it was done, like 2026-03-12T08:15:00Z (default: now)")
	flags.StringVar(&f.lat, "lat", "", "latitude in degrees of WGS 84, like 38.912345 or 38°54'44\"N")
	flags.StringVar(&f.lon, "lon", "", "longitude in degrees of WGS 84")
	flags.Var((*wholeNumber)(&f.accuracy), "accuracy", "accuracy of the position, in metres")
	flags.Var((*wholeNumber)(&f.amount), "amount", "amount, in the smallest unit of the kind, like 40000")
	flags.StringArrayVar(&f.set, "set", nil, "NAME=VALUE of the data; digits make a number, true and false a yes or no, quotes a text, and brackets a list: --set 'batch=\"0012\"', --set 'faults=[{\"course\":4}]' (repeatable). What it cannot say, a file can")
	flags.StringArrayVar(&f.inputs, "input", nil, "CODE=AMOUNT of an asset that is used up (repeatable)")
	flags.StringArrayVar(&f.refs, "ref", nil, "code of an asset that is only looked at (repeatable)")
	flags.StringArrayVar(&f.evidence, "evidence", nil, "file that is uploaded as evidence (repeatable)")
	flags.StringVar(&f.tag, "tag", "", "code that is bound to the asset")
	flags.StringVar(&f.replaces, "replaces", "", "code that --tag takes over from")
	flags.StringVar(&f.corrects, "corrects", "", "id of the earlier event that this one puts right")
}

// given reports whether any flag describes an event.
func (f *eventFlags) given(flags *pflag.FlagSet) bool {
	given := false
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(eventFlags).register(own)
	flags.Visit(func(flag *pflag.Flag) { given = given || own.Lookup(flag.Name) != nil })
	return given
}

// event makes the event. Every error is about how the command was called.
func (f *eventFlags) event(flags *pflag.FlagSet) (*rootline.Event, error) {
	if f.action == "" || f.rulebook == "" {
		return nil, errors.New("name a file of events, or give at least --action, --rulebook, and --asset or --new")
	}
	if (f.asset != "") == f.newCode && f.rulebook != rootline.Registry {
		return nil, errors.New("give the code with --asset, or let one be made with --new")
	}
	e := &rootline.Event{
		Asset: f.asset, Kind: f.kind, Under: f.under, Action: f.action, Rulebook: f.rulebook, Amount: f.amount,
		Refs: f.refs, Tag: f.tag, Replaces: f.replaces, Corrects: f.corrects,
	}
	var err error
	if f.at != "" {
		if e.At, err = rootline.ParseInstant(f.at); err != nil {
			return nil, fmt.Errorf("--at: %w", err)
		}
	}
	if e.Place, err = f.position(flags); err != nil {
		return nil, err
	}
	for _, in := range f.inputs {
		code, amount, _ := strings.Cut(in, "=")
		n, err := numeral.Whole(amount)
		if err != nil {
			return nil, fmt.Errorf("--input %q is not like CODE=3: %w", in, err)
		}
		e.Inputs = append(e.Inputs, rootline.Input{Asset: code, Amount: n})
	}
	e.Data, err = f.body()
	return e, err
}

func (f *eventFlags) position(flags *pflag.FlagSet) (*rootline.Position, error) {
	if !flags.Changed("lat") && !flags.Changed("lon") {
		return nil, nil
	}
	lat, okLat := importer.Degrees(f.lat, importer.Latitude)
	lon, okLon := importer.Degrees(f.lon, importer.Longitude)
	p := &rootline.Position{Point: rootline.Point{Lat: lat, Lon: lon}, Accuracy: f.accuracy}
	if !okLat || !okLon {
		return nil, errors.New("--lat and --lon are degrees of WGS 84, like 38.912345 and 115.912345, or like 38°54'44\"N")
	}
	return p, nil
}

// body makes the data of --set.
func (f *eventFlags) body() (json.RawMessage, error) {
	if len(f.set) == 0 {
		return nil, nil
	}
	fields := rootline.Fields{}
	for _, pair := range f.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !rootline.ValidFieldName(name) {
			return nil, fmt.Errorf("--set %q is not like height=2100", pair)
		}
		v, err := valueOf(value)
		if err != nil {
			return nil, fmt.Errorf("--set %s: %w", name, err)
		}
		fields[name] = v
	}
	return json.Marshal(fields)
}

// valueOf takes digits for a number, what stands in quotes for a text, as in batch="0012", and what stands in brackets for a list as
// JSON writes it, of numbers, texts or entries. A number with separators that may be read in two ways is refused; any other is a
// text, like the grade 42.5.
func valueOf(s string) (rootline.Value, error) {
	if strings.HasPrefix(s, `"`) {
		var text string
		if err := json.Unmarshal([]byte(s), &text); err != nil {
			return rootline.Value{}, fmt.Errorf("%s is no text in quotes, like \"0012\"", s)
		}
		return rootline.StringOf(text), nil
	}
	if strings.HasPrefix(s, "[") {
		var list rootline.Value
		if err := json.Unmarshal([]byte(s), &list); err != nil {
			return rootline.Value{}, fmt.Errorf("%s is no list, like [3,5] or [{\"code\":\"crack\",\"length\":40}]; a text is put in quotes", s)
		}
		return list, nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return rootline.IntegerOf(n), nil
	}
	if s == "true" || s == "false" {
		return rootline.BoolOf(s == "true"), nil
	}
	_, err := numeral.Read(s, numeral.Unsaid)
	if either := (*numeral.AmbiguousError)(nil); errors.As(err, &either) {
		return rootline.Value{}, fmt.Errorf("%w; a text is put in quotes", err)
	}
	return rootline.StringOf(s), nil
}

// wholeNumber is a flag that is read as people write numbers, and refused where that may mean two things.
type wholeNumber int64

// Set implements pflag.Value.
func (n *wholeNumber) Set(s string) error {
	v, err := numeral.Whole(s)
	if err != nil {
		return err
	}
	*n = wholeNumber(v)
	return nil
}

// String implements pflag.Value.
func (n *wholeNumber) String() string { return strconv.FormatInt(int64(*n), 10) }

// Type implements pflag.Value.
func (*wholeNumber) Type() string { return "int" }

// readEvidence reads a file and finds its media type: by its name, else by its first bytes.
func readEvidence(path string) (content []byte, media string, err error) {
	if content, err = os.ReadFile(path); err != nil {
		return nil, "", err
	}
	if media = mime.TypeByExtension(filepath.Ext(path)); media == "" {
		media = http.DetectContentType(content)
	}
	return content, media, nil
}
