package importer

import (
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/numeral"
)

// Mapping says how one row of a table becomes one event. It is read from YAML; docs/examples has one with comments.
type Mapping struct {
	// Source names the data set: "melbourne-trees". Together with the ledger it names the journal, so it stays the same
	// for as long as the rows' keys mean the same things.
	Source string `yaml:"source"`
	// About is for people: where the data are from, and under which licence.
	About string `yaml:"about"`

	Rulebook string `yaml:"rulebook"`
	Kind     string `yaml:"kind"`
	Action   string `yaml:"action"`

	Table Format `yaml:"table"`
	// Key is the columns that together tell rows apart for good: an inventory number. Not the number of the line.
	Key []string `yaml:"key"`
	// At is when the act was done.
	At       Moment        `yaml:"at"`
	Position *PositionCell `yaml:"position"`
	// Data are the members of the event's data, by name.
	Data map[string]Cell `yaml:"data"`
}

// Format is how the file is written.
type Format struct {
	// Delimiter is one character; a comma when it is empty. "\t" is a tab.
	Delimiter string `yaml:"delimiter"`
	// Comment is a character: lines that begin with it are skipped. Empty for none.
	Comment string `yaml:"comment"`
	// Encoding is utf-8 (the default), gb18030, which spreadsheets in Chinese write, windows-1252 (latin-1), utf-16le or utf-16be.
	Encoding string `yaml:"encoding"`
	// Heading says which of the rows with something in them names the columns, counted from 1; 0 is the first, too.
	Heading int `yaml:"heading"`
	// Sheet is the sheet of a workbook, for the desk; a CSV file has none.
	Sheet string `yaml:"sheet"`
}

// CellType is what a cell's text stands for.
type CellType string

// The types of cells.
const (
	// Text is the cell without space around it.
	Text CellType = "text"
	// Integer is a decimal number that is whole after its unit is converted.
	Integer CellType = "integer"
	// Year is an integer of four digits.
	Year CellType = "year"
	// Date becomes a text, "2026-03-12".
	Date CellType = "date"
	// YesNo is a boolean; Choices says which cells are "yes" and which "no".
	YesNo CellType = "yes-no"
)

// Cell is where a member of the data comes from. Exactly one of Column and Constant is given.
type Cell struct {
	Column   string   `yaml:"column"`
	Constant string   `yaml:"constant"`
	Type     CellType `yaml:"type"`
	// Empty are the cells that mean "not known", besides empty ones: "0", "n/a".
	Empty []string `yaml:"empty"`
	// Required refuses a row without a value; otherwise the member is left out.
	Required bool `yaml:"required"`
	// Otherwise is the cell to take when there is none.
	Otherwise string `yaml:"otherwise"`
	// From and To are units, of integers: from cm to mm.
	From string `yaml:"from"`
	To   string `yaml:"to"`
	// Decimal is the mark before decimals in the column's numbers, "." or ","; the other may group thousands. Without it, a
	// number that may be read in two ways ("1,000") is refused.
	Decimal numeral.Mark `yaml:"decimal"`
	// Round is how a number that is not whole becomes so: "" refuses it, "nearest" rounds halves away from zero.
	Round string `yaml:"round"`
	// Layout is the form of a date, like dd/MM/yyyy.
	Layout string `yaml:"layout"`
	// Choices turns cells into values. A cell that is not among them is refused.
	Choices map[string]string `yaml:"choices"`
	// Prefix is put before a text: "com:".
	Prefix string `yaml:"prefix"`
}

// Moment is when the act was done: from a column, or the same for all rows.
type Moment struct {
	Column string `yaml:"column"`
	// Constant is like 2026-03-12T08:15:00Z.
	Constant string `yaml:"constant"`
	// Layout is the form of the column's dates, like dd/MM/yyyy or yyyy-MM-dd HH:mm:ss.
	Layout string `yaml:"layout"`
	// Zone is where the dates were written, like Australia/Melbourne; UTC when it is empty.
	Zone string `yaml:"zone"`
	// Empty are the cells that mean "not known". Otherwise, in the form of Constant, is taken then.
	Empty     []string `yaml:"empty"`
	Otherwise string   `yaml:"otherwise"`
}

// PositionCell is where the thing is, from two columns in degrees of WGS 84 as Degrees reads them, or from one that Lat and Lon
// both name and that ReadPoint reads.
type PositionCell struct {
	Lat string `yaml:"lat"`
	Lon string `yaml:"lon"`
	// Accuracy is the radius in metres within which the positions are fairly sure; 0 leaves it unsaid.
	Accuracy int64 `yaml:"accuracy"`
	// Empty are the cells that mean "not known", besides empty ones. Required refuses a row without a position.
	Empty    []string `yaml:"empty"`
	Required bool     `yaml:"required"`
}

// MappingError says what is wrong with a mapping, or with the table it is for.
type MappingError struct {
	// Where is the member of the mapping: "data.dbh.from".
	Where  string
	Reason string
}

// Error implements error.
func (e *MappingError) Error() string {
	if e.Where == "" {
		return "mapping: " + e.Reason
	}
	return "mapping, " + e.Where + ": " + e.Reason
}

// wrong returns the first thing that is wrong with the mapping itself.
func (m *Mapping) wrong() *MappingError {
	name, _, versioned := rootline.SplitRulebook(m.Rulebook)
	for _, c := range []struct {
		ok            bool
		where, reason string
	}{
		{rootline.ValidName(m.Source), "source", "a name like melbourne-trees is needed: lower-case letters, digits and hyphens"},
		{versioned && name != "registry", "rulebook", "the rulebook with its version is needed, like forestation@1"},
		{rootline.ValidName(m.Kind), "kind", "the kind of the things is needed, like tree"},
		{rootline.ValidName(m.Action), "action", "the action that creates them is needed, like inventory"},
		{len(m.Key) > 0, "key", "name the columns that tell rows apart for good"},
		{len(m.Table.Delimiter) <= 1, "table.delimiter", "one character"},
		{len(m.Table.Comment) <= 1, "table.comment", "one character"},
		{m.Table.Encoding == "" || slices.Contains(encodings, m.Table.Encoding), "table.encoding", strings.Join(encodings, ", ")},
		{m.Table.Heading >= 0 && m.Table.Heading <= 100, "table.heading", "the row of the heading, from 1 to 100"},
		{m.Position == nil || m.Position.Lat != "" && m.Position.Lon != "", "position", "name the columns of latitude (lat) and longitude (lon)"},
		{m.Position == nil || m.Position.Accuracy >= 0 && m.Position.Accuracy <= rootline.MaxAccuracy, "position.accuracy", "metres, from 0 to 10,000"},
		{(m.At.Column == "") != (m.At.Constant == ""), "at", "give a column or a constant"},
	} {
		if !c.ok {
			return &MappingError{Where: c.where, Reason: c.reason}
		}
	}
	return nil
}
