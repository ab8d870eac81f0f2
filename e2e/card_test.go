package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/rootline/rootline"
)

// cardScene is what a guest finds: two benches that were fitted and photographed, and of one of them a photo that is released.
type cardScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	Lat     int64  `json:"lat"`
	Lon     int64  `json:"lon"`
	// Released is the bench whose photo is shown, Unreleased the other one.
	Released   string `json:"released"`
	Unreleased string `json:"unreleased"`
	// Shown and Hidden are the hashes of their photos, Width how many pixels wide the one is that is shown.
	Shown  rootline.Hash `json:"shown"`
	Hidden rootline.Hash `json:"hidden"`
	Width  int           `json:"width"`
}

// A guest sees on the public card the photo that the organisation released, and no other.
func TestAGuestSeesTheReleasedPhoto(t *testing.T) {
	w := site(t)
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	w.adoptBenches()
	s := cardScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Width: 320,
		Released: rootline.NewCode(contractorPrefix), Unreleased: rootline.NewCode(contractorPrefix),
	}
	shown, err := w.owner.PutEvidence(t.Context(), picture(s.Width, 240), "image/jpeg")
	w.ok(err)
	hidden, err := w.owner.PutEvidence(t.Context(), picture(300, 240), "image/jpeg")
	w.ok(err)
	s.Shown, s.Hidden = shown.SHA256, hidden.SHA256
	for code, photo := range map[string]rootline.Evidence{s.Released: shown, s.Unreleased: hidden} {
		fit := &rootline.Event{
			Asset: code, Kind: "bench", Action: "fit", Rulebook: benches, Data: json.RawMessage(fmt.Sprintf(`{"plot":%q}`, plotID)), Evidence: []rootline.Evidence{photo},
		}
		w.do(w.sign(w.builder, at(fit, lat, lon)))
	}
	w.do(w.sign(w.builder, &rootline.Event{Asset: s.Released, Action: "publish", Rulebook: benches, Evidence: []rootline.Evidence{shown}}))
	for hash, want := range map[rootline.Hash]int{shown.SHA256: http.StatusOK, hidden.SHA256: http.StatusNotFound} {
		if got := fetch(t, http.MethodGet, gatewayURL(0)+"/api/v1/evidence/"+hash.String()+"/picture", "").status; got != want {
			t.Errorf("a guest who asks for %s is answered %d, want %d", hash, got, want)
		}
	}
	inBrowser(t, "card", s)
}
