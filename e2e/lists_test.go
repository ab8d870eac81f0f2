package e2e

import (
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/xuri/excelize/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/gateway/labels"
	"github.com/rootline/rootline/network"
)

// listsScene is what the test of the desk's lists finds: trees of one species, a lot that was drawn on, one that is
// listed. What the browser downloads goes to Saved.
type listsScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	Lat     int64  `json:"lat"`
	Lon     int64  `json:"lon"`
	Plot    string `json:"plot"`
	// Nursery is the link of an invitation; its organisation made the trees.
	Nursery string `json:"nursery"`
	// Manager is another, of the owner's, whose rolls of blank tags are issued.
	Manager string `json:"manager"`
	Saved   string `json:"saved"`
	Species string `json:"species"`
	Trees   int    `json:"trees"`
	// Lifted of the trees are in that state.
	Lifted int `json:"lifted"`
	// Mistaken is a tree that is voided, Gravel a counted lot, Saplings a listed one.
	Mistaken string `json:"mistaken"`
	Gravel   string `json:"gravel"`
	Saplings string `json:"saplings"`
	Sheet    string `json:"sheet"`
	Blank    int    `json:"blank"`
}

// Lists at the desk: what is filtered is exported whole, and printed as labels that scan; a mistaken record is voided.
func TestListsAtTheDesk(t *testing.T) {
	w := site(t)
	s := w.listsSite()
	inBrowser(t, "lists", s)

	var want []string
	for a, err := range w.owner.AllAssets(t.Context(), client.AssetFilter{Kind: "tree", Limit: 500}) {
		w.ok(err)
		if a.Fields["species"].Str() == s.Species {
			want = append(want, a.ID)
		}
	}
	if len(want) != s.Trees {
		t.Fatalf("%d trees of the species are on the ledger", len(want))
	}
	for _, name := range []string{"items.csv", "items.xlsx"} {
		rows := tableRows(t, filepath.Join(s.Saved, name))
		var got []string
		for _, r := range rows[1:] {
			got = append(got, r[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has %d rows, want %d: %q", name, len(got), len(want), rows[:2])
		}
	}
	lifted := 0 // of this test's trees: others are lifted beside them
	for _, r := range tableRows(t, filepath.Join(s.Saved, "events.csv"))[1:] {
		if !slices.Contains(r, "Lift") && !slices.Contains(r, "lift") { // without a title: of an item that only altered chaincode knows
			t.Errorf("not only liftings are exported: %q", r)
		}
		if slices.ContainsFunc(r, func(cell string) bool { return slices.Contains(want, cell) }) {
			lifted++
		}
	}
	if lifted != s.Lifted {
		t.Errorf("%d events of lifting, want %d", lifted, s.Lifted)
	}
	a, err := w.owner.Asset(t.Context(), s.Mistaken)
	w.ok(err)
	if a.State != "voided" || len(history(t, w.owner, s.Mistaken)) != 2 {
		t.Errorf("the mistaken tree is %s", a.State)
	}

	template, err := labels.TemplateNamed(s.Sheet)
	w.ok(err)
	printed := decodeSheets(t, filepath.Join(s.Saved, "labels.pdf"), &template, s.Trees, []int{1, 8, 16})
	for _, code := range printed {
		if !slices.Contains(want, code) {
			t.Errorf("a label holds %q", code)
		}
	}
	fresh := strings.Fields(string(contentOf(t, filepath.Join(s.Saved, "codes.txt"))))
	blank := decodeSheets(t, filepath.Join(s.Saved, "blank.pdf"), &template, s.Blank, []int{1})
	slices.Sort(blank)
	if len(fresh) != s.Blank || !slices.Equal(fresh, blank) {
		t.Errorf("%d fresh codes, %d labels", len(fresh), len(blank))
	}
	t.Logf("%d of %d labels decoded at %d dpi, symbols of %d mm", len(printed), s.Trees, printerDPI, template.Symbol/1000)
}

// listsSite sets the scene.
func (w *works) listsSite() listsScene {
	w.Helper()
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	s := listsScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Plot: plotID, Nursery: w.invitation(network.Contractor, "nursery"),
		Manager: w.invitation(network.Owner, rootline.RoleManager), Saved: w.TempDir(), Species: "Abies listiensis", Trees: 1000, Lifted: 40, Sheet: "a4-38.1x21.2", Blank: 30,
		Mistaken: rootline.NewCode(contractorPrefix), Gravel: rootline.NewCode(contractorPrefix), Saplings: rootline.NewCode(contractorPrefix),
	}
	selecting := func(code string) *rootline.Event {
		e := w.event(code, "select", fmt.Sprintf(`{"species":%q,"dbh":60,"height":3200,"rootBall":500}`, s.Species))
		e.Kind = "tree"
		return e
	}
	var subs []rootline.Submission
	for i := range s.Trees {
		code := rootline.NewCode(contractorPrefix)
		e := selecting(code)
		if i%2 == 0 {
			e = at(e, lat, lon)
		}
		subs = append(subs, w.sign(w.nursery, e))
		if i < s.Lifted {
			subs = append(subs, w.sign(w.nursery, w.event(code, "lift", `{"rootBall":500}`)))
		}
	}
	mistaken := selecting(s.Mistaken)
	mistaken.Data = []byte(strings.Replace(string(mistaken.Data), s.Species, "Abies mistaken", 1))
	subs = append(subs, w.sign(w.nursery, mistaken), w.sign(w.builder, delivering(s.Gravel, 40_000)))
	for i, kilograms := range []int64{9_000, 7_500, 4_000, 2_500, 1_000} {
		wall := rootline.NewCode(contractorPrefix)
		subs = append(subs, w.sign(w.builder, starting(wall)), w.sign(w.builder, building(wall, s.Gravel, kilograms+int64(i))))
	}
	var codes []string
	for range 200 {
		codes = append(codes, rootline.NewCode(contractorPrefix))
	}
	list := rootline.NewCodes(codes)
	file, err := w.owner.PutEvidence(w.Context(), []byte(strings.Join(list, "\n")+"\n"), rootline.CodeListType)
	w.ok(err)
	tree := list.List()
	lot := w.event(s.Saplings, "select", `{"species":"Populus tomentosa","height":1500}`)
	lot.Kind, lot.List, lot.Evidence = "tree-lot", &tree, append(lot.Evidence, file)
	subs = append(subs, w.sign(w.nursery, lot))
	for part := range slices.Chunk(subs, 500) {
		w.do(part...)
	}
	return s
}

func contentOf(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tableRows reads an export as a spreadsheet does.
func tableRows(t *testing.T, file string) [][]string {
	t.Helper()
	if filepath.Ext(file) == ".csv" {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(contentOf(t, file)), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	book, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// scanned reads a QR code with gozxing. About one in 1,500 has modules that gozxing takes for a corner of the symbol;
// those the decoder of the field app is asked for.
func scanned(t *testing.T, picture image.Image) (string, error) {
	source := gozxing.NewLuminanceSourceFromImage(picture)
	for _, b := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
		bitmap, err := gozxing.NewBinaryBitmap(b)
		if err != nil {
			return "", err
		}
		if read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil); err == nil {
			return read.GetText(), nil
		}
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "label.png"))
	if err != nil {
		return "", err
	}
	defer file.Close()
	if err := png.Encode(file, picture); err != nil {
		return "", err
	}
	decode := exec.Command("node", "e2e/decode.mjs", file.Name())
	decode.Dir = "../web"
	text, err := decode.Output()
	if err == nil && len(text) == 0 {
		err = errors.New("no code is seen")
	}
	return strings.TrimSpace(string(text)), err
}

// decodeSheets renders pages of a PDF of so many labels as a thermal printer would, and reads every code on them.
func decodeSheets(t *testing.T, pdf string, template *labels.Template, count int, pages []int) (codes []string) {
	t.Helper()
	program, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm is not installed (Debian: apt-get install poppler-utils)")
	}
	dots := func(l labels.Length) int { return int(float64(l) / 25_400 * printerDPI) }
	for _, page := range pages {
		out := filepath.Join(t.TempDir(), "page")
		if b, err := exec.Command(program, "-singlefile", "-f", fmt.Sprint(page), "-r", fmt.Sprint(printerDPI), "-gray", "-png", pdf, out).CombinedOutput(); err != nil {
			t.Fatalf("pdftoppm: %v: %s", err, b)
		}
		f, err := os.Open(out + ".png")
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		sheet, ok := picture.(interface {
			SubImage(r image.Rectangle) image.Image
		})
		if !ok {
			t.Fatalf("%T", picture)
		}
		for cell := range min(template.Cells(), count-(page-1)*template.Cells()) {
			x, y := template.Cell(cell)
			r := image.Rect(dots(x), dots(y), dots(x+template.Width), dots(y+template.Height))
			text, err := scanned(t, sheet.SubImage(r))
			if err != nil {
				t.Errorf("page %d, cell %d does not scan: %v", page, cell+1, err)
				continue
			}
			codes = append(codes, text[strings.LastIndexByte(text, '/')+1:])
		}
	}
	return codes
}
