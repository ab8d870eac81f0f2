package e2e

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
)

// A tree goes from device keys to committed blocks, and everybody can read its life.
func TestATreesLifeFromDeviceKeyToPage(t *testing.T) {
	w := site(t)
	code := rootline.NewCode(contractorPrefix)
	w.do(w.toTheSite(code)...)
	w.do(w.sign(w.planter, w.planting(code)))
	statuses := w.do(w.sign(w.supervisor, w.accepting(code)))
	last := statuses[0]
	stage.AwaitBlock(t, w.regulator, last.Block)

	t.Run("the asset", func(t *testing.T) {
		for _, g := range []*client.Gateway{w.owner, w.regulator} {
			a, err := g.Asset(t.Context(), code)
			if err != nil {
				t.Fatal(err)
			}
			if a.State != "established" || a.Seq != 7 || a.Place != plotID || a.Maker != "ContractorMSP" || a.Disputed || a.Asleep {
				t.Fatalf("at %s it is %+v", g.URL(), a)
			}
			if a.Fields["planter"].Str() != "ContractorMSP" || a.Fields["supervisor"].Str() != "SupervisorMSP" || a.StateTitle.Zh == "" {
				t.Fatalf("at %s its fields are %v", g.URL(), a.Fields)
			}
		}
	})
	t.Run("its events", func(t *testing.T) {
		mine, theirs := history(t, w.owner, code), history(t, w.regulator, code)
		if len(mine) != 7 || linked(t, mine) != linked(t, theirs) {
			t.Fatalf("%d events here, %d there", len(mine), len(theirs))
		}
		e := mine[6]
		if e.ID != last.Event || e.Action != "accept" || e.Role != "supervisor" || e.Block == nil || *e.Block != last.Block || e.Transaction != last.Transaction {
			t.Fatalf("the acceptance is %+v", e)
		}
	})
	t.Run("the block and the transaction", func(t *testing.T) {
		b, err := w.regulator.Block(t.Context(), last.Block)
		if err != nil {
			t.Fatal(err)
		}
		tx, err := w.regulator.Transaction(t.Context(), last.Transaction)
		if err != nil {
			t.Fatal(err)
		}
		before, err := w.regulator.Block(t.Context(), last.Block-1)
		if err != nil || before.Hash != b.Previous {
			t.Fatalf("the block before is %+v (%v)", before, err)
		}
		text, _ := json.Marshal(tx)
		if !strings.Contains(string(text), last.Event) {
			t.Fatalf("the transaction does not name the event: %s", text)
		}
	})
	t.Run("where it comes from", func(t *testing.T) {
		trace, err := w.owner.Trace(t.Context(), code, client.Back, 0)
		if err != nil || trace.Root != code || len(trace.Nodes) != 1 {
			t.Fatalf("%+v (%v)", trace, err)
		}
	})
	t.Run("its QR code, read by another decoder", func(t *testing.T) { readQR(t, code) })
	t.Run("its page", func(t *testing.T) { readPage(t, code) })
}

func readQR(t *testing.T, code string) {
	a := fetch(t, http.MethodGet, gatewayURL(0)+"/api/v1/assets/"+code+"/qr.png?size=400", "")
	picture, err := png.Decode(bytes.NewReader([]byte(a.body)))
	if err != nil {
		t.Fatalf("HTTP %d: %v", a.status, err)
	}
	text, err := scanned(t, picture)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.ToUpper(gatewayURL(0)) + "/8004/" + code; text != want {
		t.Fatalf("it holds %q, want %q", text, want)
	}
	// Schemes and hosts are without case, so that what was read leads to the page.
	if page := fetch(t, http.MethodGet, strings.ToLower(gatewayURL(0))+"/8004/"+code, ""); page.status != http.StatusOK {
		t.Fatalf("it leads to HTTP %d", page.status)
	}
	svg := fetch(t, http.MethodGet, gatewayURL(0)+"/api/v1/assets/"+code+"/qr.svg", "")
	if svg.status != http.StatusOK || !strings.HasPrefix(svg.header.Get("Content-Type"), "image/svg+xml") || !strings.Contains(svg.body, "<svg") {
		t.Fatalf("as a drawing: HTTP %d, %s", svg.status, svg.header.Get("Content-Type"))
	}
}

func readPage(t *testing.T, code string) {
	page := gatewayURL(0) + "/8004/" + code
	for _, c := range []struct{ lang, says string }{{"en", "Established"}, {"zh", "已成活"}} {
		a := fetch(t, http.MethodGet, page+"?lang="+c.lang, "", "Accept", "text/html")
		if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || !strings.Contains(a.body, c.says) {
			t.Errorf("in %s: HTTP %d, %s, without %q", c.lang, a.status, a.header.Get("Content-Type"), c.says)
		}
		if strings.Contains(a.body, "<script") {
			t.Errorf("in %s it needs a script", c.lang)
		}
	}
	a := fetch(t, http.MethodGet, page, "", "Accept", "application/json")
	var asset client.AssetView
	if err := json.Unmarshal([]byte(a.body), &asset); err != nil || asset.ID != code || asset.State != "established" {
		t.Errorf("as JSON: HTTP %d, %v, %.200s", a.status, err, a.body)
	}
	missing := fetch(t, http.MethodGet, gatewayURL(0)+"/8004/"+rootline.NewCode(contractorPrefix), "", "Accept", "text/html")
	if missing.status != http.StatusNotFound {
		t.Errorf("a code that nobody made: HTTP %d", missing.status)
	}
}
