package importer

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Plan is a mapping bound to the heading of one table. It makes events of rows and does nothing else: no clock, no
// chance, no I/O, so that the same row gives the same event in every run.
type Plan struct {
	*Mapping
	// Heading is the table's.
	Heading []string

	key      []int
	at       int
	lat, lon int
	moment   *momentReader
	data     []binding
	action   *rulebook.Action
}

// binding is one member of the data and the column it comes from.
type binding struct {
	name   string
	column int
	reader *cellReader
	// field is what the rulebook says of it, where it is known.
	field *rulebook.Field
}

// Bind finds the mapping's columns in a heading. With a rulebook (nil for none) it also checks that the action is there and
// that the data are what it asks, and later each value by the rulebook's own bounds. Every error is a *MappingError.
func (m *Mapping) Bind(heading []string, book *rulebook.Rulebook) (*Plan, error) {
	p := &Plan{Mapping: m, Heading: heading, at: -1, lat: -1, lon: -1}
	var missing, twice []string
	find := func(column string) int {
		i := slices.Index(heading, column)
		if i >= 0 && column != "" && slices.Contains(heading[i+1:], column) {
			twice = append(twice, column)
		}
		if i < 0 && column != "" {
			missing = append(missing, column)
		}
		return i
	}
	for _, column := range m.Key {
		p.key = append(p.key, find(column))
	}
	p.at = find(m.At.Column)
	if m.Position != nil {
		p.lat, p.lon = find(m.Position.Lat), find(m.Position.Lon)
	}
	var err error
	if p.moment, err = newMomentReader("at", m.At); err != nil {
		return nil, err
	}
	for _, name := range sortedNames(m.Data) {
		r, err := newCellReader(name, m.Data[name])
		if err != nil {
			return nil, err
		}
		p.data = append(p.data, binding{name: name, column: find(r.spec.Column), reader: r})
	}
	if len(missing) > 0 {
		return nil, &MappingError{Reason: "the table has no column " + strings.Join(missing, ", ") + "; it has " + strings.Join(heading, ", ")}
	}
	if len(twice) > 0 {
		return nil, &MappingError{Reason: "the heading has " + strings.Join(twice, ", ") + " twice, and the rows may say two things: rename one of the columns in the file"}
	}
	if book == nil {
		return p, nil
	}
	return p, p.follow(book)
}

// follow compares the mapping with the rulebook.
func (p *Plan) follow(book *rulebook.Rulebook) error {
	kind := book.Kind(p.Kind)
	if kind == nil {
		return &MappingError{Where: "kind", Reason: p.Rulebook + " has no kind " + p.Kind}
	}
	p.action = kind.Action(p.Action)
	if p.action == nil || !p.action.Creates {
		return &MappingError{Where: "action", Reason: p.Action + " is no action of " + p.Rulebook + " that creates a " + p.Kind}
	}
	if beyond := beyondTables(p.action); len(beyond) > 0 {
		return &MappingError{Where: "action", Reason: "the action " + p.Action + " asks for what no cell gives: " + strings.Join(beyond, ", ") +
			". Record it with a form, or with rootline record, where --set takes lists"}
	}
	for i := range p.data {
		b := &p.data[i]
		at := slices.IndexFunc(p.action.Asks.Data, func(f rulebook.Field) bool { return f.Name == b.name })
		if at < 0 {
			return &MappingError{Where: "data." + b.name, Reason: "the action " + p.Action + " does not ask for it; it asks for " + asked(p.action)}
		}
		b.field = &p.action.Asks.Data[at]
		if to := p.Data[b.name].To; to != "" && to != b.field.Unit {
			return &MappingError{Where: "data." + b.name + ".to", Reason: "the rulebook keeps it in " + b.field.Unit}
		}
	}
	for _, f := range p.action.Asks.Data {
		if _, mapped := p.Data[f.Name]; !mapped && !f.Optional {
			return &MappingError{Where: "data", Reason: "the action " + p.Action + " needs " + f.Name}
		}
	}
	if p.action.Asks.Place == rulebook.Required && p.Position == nil {
		return &MappingError{Where: "position", Reason: "the action " + p.Action + " needs a position"}
	}
	if p.action.Asks.Place == rulebook.No && p.Position != nil {
		return &MappingError{Where: "position", Reason: "the action " + p.Action + " does not ask for a position"}
	}
	return nil
}

// beyondTables names what an action asks and no table gives.
func beyondTables(a *rulebook.Action) []string {
	var names []string
	note := func(is bool, what string) {
		if is {
			names = append(names, what)
		}
	}
	asks := &a.Asks
	note(asks.Amount == rulebook.Required, "amount")
	note(asks.Evidence > 0, "evidence")
	note(asks.Inputs != nil && asks.Inputs.Min > 0, "inputs")
	note(asks.Refs != nil && asks.Refs.Min > 0, "refs")
	note(asks.List, "list")
	note(asks.Into, "into")
	note(asks.Tag != "", "tag")
	note(asks.Corrects, "corrects")
	for _, f := range asks.Data {
		note(!f.Optional && (f.Type == rulebook.Integers || f.Type == rulebook.Strings || f.Type == rulebook.Entries), f.Name)
	}
	return names
}

func asked(a *rulebook.Action) string {
	names := make([]string, len(a.Asks.Data))
	for i, f := range a.Asks.Data {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// RowKey is what tells the row from all others: its key columns, trimmed, as a JSON list.
func (p *Plan) RowKey(row Row) (string, *Fault) {
	parts := make([]string, len(p.key))
	for i, column := range p.key {
		parts[i] = strings.TrimSpace(row.Cells[column])
		if parts[i] == "" {
			return "", fault(p.Key[i], "", CodeEmpty)
		}
		if wrong := unreadable(p.Key[i], parts[i]); wrong != nil {
			return "", wrong
		}
	}
	b, err := json.Marshal(parts)
	if err != nil {
		return "", fault("", "", CodeEventForm, err)
	}
	return string(b), nil
}

// Event makes the row's event, without ID and Asset, or says all that is wrong with the row.
func (p *Plan) Event(row Row) (*rootline.Event, []Fault) {
	var faults []Fault
	note := func(f *Fault) {
		if f != nil {
			faults = append(faults, *f)
		}
	}
	e := &rootline.Event{Kind: p.Kind, Action: p.Action, Rulebook: p.Rulebook}
	var f *Fault
	e.At, f = p.moment.read(row.cell(p.at))
	note(f)
	e.Place, f = p.position(row)
	note(f)
	fields := rootline.Fields{}
	for _, b := range p.data {
		v, f := b.read(row)
		note(f)
		if v.Kind() != rootline.Absent {
			fields[b.name] = v
		}
	}
	data, err := json.Marshal(fields)
	if err != nil {
		note(fault("", "", CodeEventForm, err))
	}
	if len(fields) > 0 {
		e.Data = data
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return e, nil
}

func (b *binding) read(row Row) (rootline.Value, *Fault) {
	v, f := b.reader.read(row.cell(b.column))
	if f != nil || b.field == nil {
		return v, f
	}
	if v.Kind() == rootline.Absent {
		if !b.field.Optional {
			return v, fault(b.reader.spec.Column, row.cell(b.column), CodeEmpty)
		}
		return v, nil
	}
	if refused := b.field.Check(v); refused != nil {
		return v, &Fault{Column: b.reader.spec.Column, Value: row.cell(b.column), Code: refused.Code, Says: refused.Says}
	}
	return v, nil
}

func (p *Plan) position(row Row) (*rootline.Position, *Fault) {
	if p.Position == nil {
		return nil, nil
	}
	lat, lon := strings.TrimSpace(row.cell(p.lat)), strings.TrimSpace(row.cell(p.lon))
	absent := func(cell string) bool { return cell == "" || slices.Contains(p.Position.Empty, cell) }
	if absent(lat) && absent(lon) {
		if p.Position.Required || p.action != nil && p.action.Asks.Place == rulebook.Required {
			return nil, fault(p.Position.Lat, lat, CodeEmpty)
		}
		return nil, nil
	}
	if wrong := cmp.Or(unreadable(p.Position.Lat, lat), unreadable(p.Position.Lon, lon)); wrong != nil {
		return nil, wrong
	}
	at := &rootline.Position{Accuracy: p.Position.Accuracy}
	var ok bool
	if p.lat == p.lon {
		if at.Point, ok = ReadPoint(lat); !ok {
			return nil, fault(p.Position.Lat, lat, CodePoint)
		}
		return at, nil
	}
	if at.Lat, ok = Degrees(lat, Latitude); !ok {
		return nil, fault(p.Position.Lat, lat, CodePosition)
	}
	if at.Lon, ok = Degrees(lon, Longitude); !ok {
		return nil, fault(p.Position.Lon, lon, CodePosition)
	}
	return at, nil
}

// Blame finds the cell that a refusal of the ledger is about.
func (p *Plan) Blame(row Row, refused *rootline.Error) Fault {
	f := Fault{Code: refused.Code, Says: refused.Says}
	name, _, _ := strings.Cut(strings.TrimPrefix(refused.Field, "/data/"), "/")
	switch {
	case refused.Field == "/at" && p.at >= 0:
		f.Column, f.Value = p.At.Column, row.cell(p.at)
	case strings.HasPrefix(refused.Field, "/place") && p.Position != nil:
		f.Column, f.Value = p.Position.Lat, row.cell(p.lat)+" "+row.cell(p.lon)
	case strings.HasPrefix(refused.Field, "/data/"):
		for _, b := range p.data {
			if b.name == name {
				f.Column, f.Value = b.reader.spec.Column, row.cell(b.column)
			}
		}
	case refused.Field == "" && p.action != nil:
		f.Column, f.Value = p.read(row, refused)
	}
	return f
}

// eventMembers are what a rule's check reads of the event: its place, and members of its data.
var eventMembers = regexp.MustCompile(`\bevent\.(place|data\.[a-zA-Z0-9]+)`)

// read gives the columns that the rule looked at, and what stands in them: a position outside its plot is about both.
func (p *Plan) read(row Row, refused *rootline.Error) (columns, values string) {
	at := slices.IndexFunc(p.action.Rules, func(r *rulebook.Rule) bool {
		return strings.Join([]string{p.Rulebook, p.Kind, p.Action, string(r.Code)}, "/") == refused.Rule
	})
	if at < 0 {
		return "", ""
	}
	var names, cells []string
	add := func(name string, column int) {
		if column >= 0 && !slices.Contains(names, name) {
			names, cells = append(names, name), append(cells, row.cell(column))
		}
	}
	for _, member := range eventMembers.FindAllStringSubmatch(p.action.Rules[at].Check, -1) {
		if member[1] == "place" && p.Position != nil {
			add(p.Position.Lat, p.lat)
			add(p.Position.Lon, p.lon)
		}
		for _, b := range p.data {
			if "data."+b.name == member[1] {
				add(b.reader.spec.Column, b.column)
			}
		}
	}
	return strings.Join(names, ", "), strings.Join(cells, ", ")
}
