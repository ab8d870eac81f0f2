package importer

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// trees is synthetic. It has the traps of real inventories: notes above the heading, missing diameters, quotes and
// commas, two trees on one spot, a cell of two lines.
const trees = `# A synthetic table, in the form of a city's inventory
# Columns: CoM ID, Common Name ...
CoM ID,Common Name,Scientific Name,Genus,Family,Diameter Breast Height,Year Planted,Precinct,Located In,Upload Date,Latitude,Longitude
1001,Peppercorn Tree,Schinus molle,Schinus,Anacardiaceae,63,1999,,Park,01/10/2021,-37.792416878216265,144.92276688731116
1002,"Wattle, ""Lightwood""",Acacia implexa,Acacia,Fabaceae,,2013,,Park,01/10/2021,-37.78354070287857,144.9446299304678
1003,Elm,Ulmus unknown,Ulmus,Ulmaceae,0,1997,,Street,01/10/2021,-37.78354070287857,144.9446299304678
1004,"Two
lines",Quercus robur,Quercus,Fagaceae,12.5,2003,Carlton,,01/10/2021,-37.8,145
`

const treeMap = `
source: some-trees
rulebook: forestation@1
kind: tree
action: inventory
table: {comment: "#"}
key: [CoM ID]
at: {column: Upload Date, layout: dd/MM/yyyy, zone: Australia/Melbourne}
position: {lat: Latitude, lon: Longitude, accuracy: 5}
data:
  species: {column: Scientific Name}
  commonName: {column: Common Name}
  dbh: {column: Diameter Breast Height, type: integer, from: cm, to: mm, empty: ["0"]}
  yearPlanted: {column: Year Planted, type: year}
  locality: {column: Located In, choices: {Park: park, Street: street}}
  source: {column: CoM ID, prefix: "com-id:"}
`

func book(t testing.TB) *rulebook.Rulebook {
	t.Helper()
	b, err := rulebook.Parse(rulebook.Shipped()["forestation@1"])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func mapping(t testing.TB, text string) *Mapping {
	t.Helper()
	m, err := ParseMapping([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// open binds a table to a mapping and reads all its rows.
func open(t testing.TB, csv, mapText string) (*Plan, []Row) {
	t.Helper()
	m := mapping(t, mapText)
	table, err := OpenTable(write(t, "t.csv", csv), m.Table)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	p, err := m.Bind(table.Heading, book(t))
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return p, rows
}

func TestEventsOfTrees(t *testing.T) {
	p, rows := open(t, trees, treeMap)
	want := []struct {
		line     int
		data     string
		lat, lon int64
	}{
		{4, `{"commonName":"Peppercorn Tree","dbh":630,"locality":"park","source":"com-id:1001","species":"Schinus molle","yearPlanted":1999}`, -37792417, 144922767},
		{5, `{"commonName":"Wattle, \"Lightwood\"","locality":"park","source":"com-id:1002","species":"Acacia implexa","yearPlanted":2013}`, -37783541, 144944630},
		{6, `{"commonName":"Elm","locality":"street","source":"com-id:1003","species":"Ulmus unknown","yearPlanted":1997}`, -37783541, 144944630},
		{7, `{"commonName":"Two\nlines","dbh":125,"source":"com-id:1004","species":"Quercus robur","yearPlanted":2003}`, -37800000, 145000000},
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows", len(rows))
	}
	for i, w := range want {
		e, faults := p.Event(rows[i])
		if len(faults) > 0 {
			t.Errorf("row %d: %+v", i, faults)
			continue
		}
		if rows[i].Line != w.line || string(e.Data) != w.data || e.Place.Lat != w.lat || e.Place.Lon != w.lon || e.Place.Accuracy != 5 {
			t.Errorf("row %d, line %d: %s %+v", i, rows[i].Line, e.Data, e.Place)
		}
		// Midnight in Melbourne, before its summer time began, is 14:00 UTC of the day before.
		if e.At.String() != "2021-09-30T14:00:00Z" || e.Kind != "tree" || e.Action != "inventory" || e.Rulebook != "forestation@1" || e.ID != "" || e.Asset != "" {
			t.Errorf("row %d: %+v", i, e)
		}
	}
	if key, f := p.RowKey(rows[1]); f != nil || key != `["1002"]` {
		t.Errorf("%s %v", key, f)
	}
}

func TestFaults(t *testing.T) {
	good := map[string]string{
		"CoM ID": "1", "Scientific Name": "Ulmus", "Diameter Breast Height": "10", "Year Planted": "2001",
		"Located In": "Park", "Upload Date": "01/10/2021", "Latitude": "-37.5", "Longitude": "145.5",
	}
	for _, c := range []struct {
		column, value string
		code          rootline.Code
	}{
		{"Scientific Name", "", CodeEmpty},
		{"Scientific Name", "  ", CodeEmpty},
		{"Scientific Name", "Ul\xffmus", CodeEncoding},
		{"Scientific Name", strings.Repeat("x", 101), rootline.CodeBadData},
		{"Diameter Breast Height", "1,050", CodeAmbiguous},
		{"Diameter Breast Height", "10.500", CodeAmbiguous},
		{"Diameter Breast Height", "10 cm", CodeNumber},
		{"Diameter Breast Height", "1e3", CodeNumber},
		{"Diameter Breast Height", "0x10", CodeNumber},
		{"Diameter Breast Height", "1/2", CodeNumber},
		{"Diameter Breast Height", "ten", CodeNumber},
		{"Diameter Breast Height", "10.25", CodeInexact},
		{"Diameter Breast Height", "99999999999999999999", CodeTooLarge},
		{"Diameter Breast Height", "5000", rootline.CodeBadData},
		{"Diameter Breast Height", "-3", rootline.CodeBadData},
		{"Year Planted", "99", CodeYear},
		{"Year Planted", "unknown", CodeYear},
		{"Year Planted", "1400", rootline.CodeBadData},
		{"Located In", "Roof", CodeChoice},
		{"Upload Date", "2021-10-01", CodeMoment},
		{"Upload Date", "31/02/2021", CodeMoment},
		{"Upload Date", "", CodeEmpty},
		{"Latitude", "95", CodePosition},
		{"Latitude", "", CodePosition},
		{"Longitude", "180.0000006", CodePosition},
		{"Longitude", "X145", CodePosition},
	} {
		t.Run(c.column+" "+c.value[:min(len(c.value), 12)], func(t *testing.T) {
			cells := maps.Clone(good)
			cells[c.column] = c.value
			row := func() (heading []string, row Row) {
				for _, name := range sortedNames(good) {
					heading, row.Cells = append(heading, name), append(row.Cells, cells[name])
				}
				return heading, row
			}
			heading, r := row()
			p, err := mapping(t, strings.ReplaceAll(treeMap, "  commonName: {column: Common Name}\n", "")).Bind(heading, book(t))
			if err != nil {
				t.Fatal(err)
			}
			_, faults := p.Event(r)
			if len(faults) != 1 || faults[0].Code != c.code || faults[0].Column != c.column || faults[0].Says.En == "" || faults[0].Says.Zh == "" {
				t.Fatalf("got %+v", faults)
			}
		})
	}
	// Without a position in either column, and all faults of a row at once.
	p, rows := open(t, strings.Replace(trees, "-37.8,145\n", ",\n", 1), treeMap)
	if _, faults := p.Event(rows[3]); len(faults) != 1 || faults[0].Code != CodeEmpty || faults[0].Column != "Latitude" {
		t.Errorf("no position: %+v", faults)
	}
	p, rows = open(t, strings.Replace(trees, "12.5,2003,Carlton,,01/10/2021", "?,?,Carlton,?,?", 1), treeMap)
	if _, faults := p.Event(rows[3]); len(faults) != 4 {
		t.Errorf("four faults: %+v", faults)
	}
}
