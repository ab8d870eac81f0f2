package rulebook

import (
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

// Table gives numbers by key: the thresholds of a class, where rules would else nest conditions.
type Table struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title,omitzero"`
	// Clause is the clause of the standard or contract that the numbers are from.
	Clause rootline.Text `json:"clause,omitzero"`
	// Columns are the names of the numbers of a row; none when a row is one number.
	Columns []string `json:"columns,omitempty"`
	Rows    []Row    `json:"rows"`
	// Default is what every other key has, one number for each column; empty when another key leaves a rule undecided.
	Default []int64 `json:"default,omitempty"`
}

// Row is the numbers of one key, in the order of the columns.
type Row struct {
	Key    string  `json:"key"`
	Values []int64 `json:"values"`
}

// find returns the numbers of a key, nil when there are none.
func (t *Table) find(key string) []int64 {
	for i := range t.Rows {
		if t.Rows[i].Key == key {
			return t.Rows[i].Values
		}
	}
	return t.Default
}

// Table returns the table of that name, nil when there is none.
func (r *Rulebook) Table(name string) *Table {
	for _, t := range r.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func (r *reader) tables(book *Rulebook, e entry) {
	for _, one := range r.named(e, limits.Tables, rootline.ValidFieldName) {
		book.Tables = append(book.Tables, r.table(one))
	}
}

func (r *reader) table(e entry) *Table {
	t := &Table{Name: e.name}
	got := r.members(e.value, e.path, "title", "clause", "rows", "default")
	r.require(e.value, e.path, got, "rows")
	if m, ok := got["title"]; ok {
		t.Title = r.text(m)
	}
	if m, ok := got["clause"]; ok {
		t.Clause = r.clause(m)
	}
	if m, ok := got["rows"]; ok {
		for i, one := range r.named(m, limits.TableRows, validChoice) {
			t.Rows = append(t.Rows, Row{one.name, r.row(t, one, i == 0)})
		}
	}
	if m, ok := got["default"]; ok {
		t.Default = r.row(t, m, false)
	}
	return t
}

// row reads the numbers of a key: one, or one for each column. The first row says which columns there are.
func (r *reader) row(t *Table, e entry, first bool) []int64 {
	number := func(m entry) int64 { return r.integer(m, -strictjson.MaxInteger, strictjson.MaxInteger) }
	if e.value.Kind != yaml.MappingNode {
		if !first && len(t.Columns) > 0 {
			r.fail(e.value, e.path, both("expected a number for each of %s", "应为各列的数值：%s"), inARow(t.Columns))
			return nil
		}
		return []int64{number(e)}
	}
	columns := r.named(e, limits.TableColumns, rootline.ValidFieldName)
	if first {
		for _, c := range columns {
			t.Columns = append(t.Columns, c.name)
		}
	}
	values := make([]int64, len(t.Columns))
	given := 0
	for _, c := range columns {
		at := slices.Index(t.Columns, c.name)
		if at < 0 {
			r.fail(c.key, c.path, both("the first row has no column %q", "首行没有 %q 列"), c.name)
			continue
		}
		values[at] = number(c)
		given++
	}
	if given < len(t.Columns) || len(t.Columns) == 0 {
		r.fail(e.key, e.path, both("each row has the same numbers; this one lacks some of %s", "各行的数值须一致；此行缺少部分列：%s"), inARow(t.Columns))
	}
	return values
}

const lookupFunction = "lookup"

// lookup is the function that reads the tables of a book: lookup("compaction", asset.class), with a column where the table has
// several.
func (r *Rulebook) lookup() cel.EnvOption {
	find := func(args ...ref.Val) ref.Val {
		name, _ := args[0].(types.String)
		key := ""
		switch k := args[1].(type) {
		case types.String:
			key = string(k)
		case types.Int:
			key = strconv.FormatInt(int64(k), 10)
		}
		t := r.Table(string(name))
		if t == nil {
			return types.NewErr("there is no table %s", string(name))
		}
		column := 0
		if len(args) > 2 {
			c, _ := args[2].(types.String)
			column = slices.Index(t.Columns, string(c))
		}
		values := t.find(key)
		if column < 0 || column >= len(values) {
			return types.NewErr("the table %s has nothing for %q", t.Name, shorten(key))
		}
		return types.Int(values[column])
	}
	var options []cel.FunctionOpt
	for _, key := range []*cel.Type{cel.StringType, cel.IntType} {
		id := lookupFunction + "_" + key.TypeName()
		options = append(options,
			cel.Overload(id, []*cel.Type{cel.StringType, key}, cel.IntType, cel.FunctionBinding(find)),
			cel.Overload(id+"_column", []*cel.Type{cel.StringType, key, cel.StringType}, cel.IntType, cel.FunctionBinding(find)))
	}
	return cel.Function(lookupFunction, options...)
}

// inspectLookup checks a lookup against its table: that both are there, and that every key that may come has its row.
func (c *compiler) inspectLookup(args []ast.Expr, tree *ast.AST, fail func(ast.Expr, rootline.Text, ...any)) {
	name, ok := wordOf(args[0])
	t := c.book.Table(name)
	switch {
	case !ok:
		fail(args[0], both("the table is named here as it is called, like lookup(\"strength\", asset.class)", "此处须直接写出表名，例如 lookup(\"strength\", asset.class)"))
		return
	case t == nil:
		fail(args[0], both("there is no table %q", "没有表 %q"), name)
		return
	case len(args) == 2 && len(t.Columns) > 0:
		fail(args[0], both("the table %q has several numbers for a key: say which, of %s", "表 %q 的每个键有多个数值：请写明列名：%s"), name, inARow(t.Columns))
		return
	case len(args) == 3:
		if column, ok := wordOf(args[2]); !ok || !slices.Contains(t.Columns, column) {
			fail(args[2], both("the column is one of %s, as it is called", "列名须直接写出，为以下之一：%s"), inARow(t.Columns))
			return
		}
	}
	if len(t.Default) > 0 {
		return
	}
	keys, known := c.keysOf(args[1], tree)
	if !known {
		fail(args[1], both("it is not known which keys may come here: look up a field with \"choices\", or with \"min\" and \"max\" at most %d apart, or give the table a \"default\"", "无法得知此处可能的键：请以列有 \"choices\"、或 \"min\" 与 \"max\" 相差至多 %d 的字段查表，或为表设 \"default\""), limits.TableRows)
		return
	}
	var missing []string
	for _, key := range keys {
		if t.find(key) == nil {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		fail(args[1], both("the table %q has no row for %s. Add what is missing, or a \"default\"", "表 %q 缺少以下各行：%s。请补充，或设 \"default\""), name, inARow(missing))
	}
}

// inARow names several.
func inARow(names []string) string { return strings.Join(names, ", ") }

// wordOf is the text that stands in a rule.
func wordOf(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}

// keysOf are the values that an expression may have: those of a field, of both sides of a condition, or what is written.
func (c *compiler) keysOf(e ast.Expr, tree *ast.AST) (keys []string, known bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		switch v := e.AsLiteral().(type) {
		case types.String:
			return []string{string(v)}, true
		case types.Int:
			return []string{strconv.FormatInt(int64(v), 10)}, true
		}
	case ast.CallKind:
		if call := e.AsCall(); call.FunctionName() == operators.Conditional {
			yes, knowsYes := c.keysOf(call.Args()[1], tree)
			no, knowsNo := c.keysOf(call.Args()[2], tree)
			return append(yes, no...), knowsYes && knowsNo
		}
	case ast.SelectKind:
		return c.keysOfMember(tree.GetType(e.AsSelect().Operand().ID()), e.AsSelect().FieldName())
	}
	return nil, false
}

// keysOfMember are the values that a member of an object may have.
func (c *compiler) keysOfMember(of *types.Type, name string) (keys []string, known bool) {
	fields := c.fieldsOf(of, name)
	for _, f := range fields {
		switch {
		case len(f.Choices) > 0:
			for _, choice := range f.Choices {
				keys = append(keys, choice.Value)
			}
		case f.Type == Integer && f.Min != nil && f.Max != nil && *f.Max-*f.Min < limits.TableRows:
			for n := *f.Min; n <= *f.Max; n++ {
				keys = append(keys, strconv.FormatInt(n, 10))
			}
		default:
			return nil, false
		}
	}
	return keys, len(fields) > 0
}

// fieldsOf are the fields behind a member of an object: one, or one of each kind that the object may be of; none where one of
// these kinds is not known here.
func (c *compiler) fieldsOf(of *types.Type, name string) (fields []*Field) {
	elsewhere := false
	a := c.action
	add := func(f *Field) {
		if f != nil {
			fields = append(fields, f)
		}
	}
	kinds := func(in *InputAsk) {
		if in == nil {
			return
		}
		for _, ks := range in.Kinds {
			k := c.book.Kind(ks.Kind)
			if k == nil {
				elsewhere = true // of another rulebook, which is not here
				continue
			}
			add(k.Field(name))
		}
	}
	switch {
	case isEntry(of):
		return c.entryFields(of, name)
	case of.IsExactType(dataType):
		add(fieldIn(a.Asks.Data, name))
	case of.IsExactType(assetType):
		add(a.kind.Field(name))
	case of.IsExactType(usedType):
		kinds(a.Asks.Inputs)
	case of.IsExactType(refType):
		kinds(a.Asks.Refs)
	case of.IsExactType(underType):
		if a.kind.Under != nil {
			kinds(&InputAsk{Kinds: a.kind.Under.Kinds})
		}
	}
	if elsewhere {
		return nil
	}
	return fields
}

// entryFields are the members of that name of all entries of a type that the action sees; of the own
// rulebook and as it reads those of others.
func (c *compiler) entryFields(of *types.Type, name string) (fields []*Field) {
	lists := [][]Field{c.action.Asks.Data}
	for _, k := range c.book.Kinds {
		lists = append(lists, k.Fields)
	}
	for _, f := range c.book.Reads {
		lists = append(lists, f.Fields)
	}
	for _, list := range lists {
		for i := range list {
			if f := &list[i]; f.Type == Entries && entryType(f).IsExactType(of) {
				if m := fieldIn(f.Members, name); m != nil {
					fields = append(fields, m)
				}
			}
		}
	}
	return fields
}
