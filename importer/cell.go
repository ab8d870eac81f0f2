package importer

import (
	"errors"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/numeral"
)

// cellReader turns a cell into a value.
type cellReader struct {
	spec   Cell
	factor *big.Rat
	layout layout
}

func newCellReader(name string, spec Cell) (*cellReader, error) {
	where := "data." + name
	bad := func(part, reason string) (*cellReader, error) {
		return nil, &MappingError{Where: where + part, Reason: reason}
	}
	if spec.Type == "" {
		spec.Type = Text
	}
	r := &cellReader{spec: spec, factor: big.NewRat(1, 1)}
	isText, isInteger := spec.Type == Text, spec.Type == Integer
	switch {
	case !rootline.ValidFieldName(name):
		return bad("", "a name of the data begins with a small letter and has letters and digits")
	case (spec.Column == "") == (spec.Constant == ""):
		return bad("", "give a column or a constant")
	case !slices.Contains([]CellType{Text, Integer, Year, Date, YesNo}, spec.Type):
		return bad(".type", "text, integer, year, date or yes-no")
	case (spec.From == "") != (spec.To == "") || spec.From != "" && !isInteger:
		return bad("", "from and to go together, with the type integer")
	case spec.Round != "" && spec.Round != "nearest" || spec.Round != "" && !isInteger:
		return bad(".round", "nearest, or nothing, with the type integer")
	case !spec.Decimal.Valid() || spec.Decimal != numeral.Unsaid && !isInteger:
		return bad(".decimal", "a point or a comma, with the type integer")
	case spec.Prefix != "" && !isText:
		return bad(".prefix", "only texts have a prefix")
	case (spec.Layout != "") != (spec.Type == Date):
		return bad(".layout", "a date needs a layout, and nothing else has one")
	case spec.Type == YesNo && !yesAndNo(spec.Choices):
		return bad(".choices", "say which cells are yes and which are no")
	}
	if spec.From != "" {
		if r.factor = factor(spec.From, spec.To); r.factor == nil {
			return bad("", "cannot turn "+spec.From+" into "+spec.To+"; units are "+strings.Join(sortedNames(units), ", "))
		}
	}
	if spec.Type == Date {
		var err error
		if r.layout, err = layoutOf(where+".layout", spec.Layout); err != nil {
			return nil, err
		}
	}
	if spec.Constant != "" {
		if _, f := r.value(spec.Constant, numeral.Point); f != nil {
			return bad(".constant", f.Says.En)
		}
	}
	if spec.Otherwise != "" {
		if _, f := r.value(spec.Otherwise, numeral.Point); f != nil {
			return bad(".otherwise", f.Says.En)
		}
	}
	return r, nil
}

func yesAndNo(choices map[string]string) bool {
	for _, v := range choices {
		if v != "yes" && v != "no" {
			return false
		}
	}
	return len(choices) > 0
}

// read gives the cell's value; an absent one when there is nothing to say.
func (r *cellReader) read(cell string) (rootline.Value, *Fault) {
	if r.spec.Constant != "" {
		return r.value(r.spec.Constant, numeral.Point)
	}
	cell = strings.TrimSpace(cell)
	if !slices.Contains(r.spec.Empty, cell) {
		if wrong := unreadable(r.spec.Column, cell); wrong != nil {
			return rootline.Value{}, wrong
		}
	}
	if cell == "" || slices.Contains(r.spec.Empty, cell) {
		switch {
		case r.spec.Otherwise != "":
			return r.value(r.spec.Otherwise, numeral.Point)
		case r.spec.Required:
			return rootline.Value{}, fault(r.spec.Column, cell, CodeEmpty)
		}
		return rootline.Value{}, nil
	}
	return r.value(cell, r.spec.Decimal)
}

// value reads a cell, whose numbers have the mark before decimals; those that a mapping itself writes have a point.
func (r *cellReader) value(cell string, mark numeral.Mark) (rootline.Value, *Fault) {
	text := cell
	if len(r.spec.Choices) > 0 {
		chosen, ok := r.spec.Choices[cell]
		if !ok {
			return rootline.Value{}, fault(r.spec.Column, cell, CodeChoice, strings.Join(sortedNames(r.spec.Choices), ", "))
		}
		text, mark = chosen, numeral.Point
	}
	switch r.spec.Type {
	case Integer:
		return r.integer(cell, text, mark)
	case Year:
		t, err := time.Parse("2006", text)
		if err != nil {
			return rootline.Value{}, fault(r.spec.Column, cell, CodeYear)
		}
		return rootline.IntegerOf(int64(t.Year())), nil
	case Date:
		t, ok := r.layout.read(text, time.UTC)
		if !ok {
			return rootline.Value{}, fault(r.spec.Column, cell, CodeMoment, r.spec.Layout)
		}
		return rootline.StringOf(t.Format(time.DateOnly)), nil
	case YesNo:
		return rootline.BoolOf(text == "yes"), nil
	}
	return rootline.StringOf(r.spec.Prefix + text), nil
}

func (r *cellReader) integer(cell, text string, mark numeral.Mark) (rootline.Value, *Fault) {
	n, err := numeral.Read(text, mark)
	var either *numeral.AmbiguousError
	if errors.As(err, &either) {
		return rootline.Value{}, fault(r.spec.Column, cell, CodeAmbiguous, numeral.Write(either.Grouped), numeral.Write(either.Decimal))
	}
	if err != nil {
		return rootline.Value{}, fault(r.spec.Column, cell, CodeNumber)
	}
	n.Mul(n, r.factor)
	if !n.IsInt() && r.spec.Round == "" {
		unit := ""
		if r.spec.To != "" {
			unit = " (" + r.spec.To + ")"
		}
		return rootline.Value{}, fault(r.spec.Column, cell, CodeInexact, unit)
	}
	whole, ok := toInteger(round(n))
	if !ok {
		return rootline.Value{}, fault(r.spec.Column, cell, CodeTooLarge)
	}
	return rootline.IntegerOf(whole), nil
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
