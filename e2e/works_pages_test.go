package e2e

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/story"
)

// worksScene is what the test of the works' pages finds: the story, and people who are invited to a desk.
type worksScene struct {
	Site     string `json:"site"`
	Through  string `json:"through"`
	Director string `json:"director"`
	Lat      int64  `json:"lat"`
	Lon      int64  `json:"lon"`
	// Supervisor, Builder and Manager are links of invitations, of three organisations.
	Supervisor string        `json:"supervisor"`
	Builder    string        `json:"builder"`
	Manager    string        `json:"manager"`
	Story      *story.Script `json:"story"`
	// Panel waits for the joint group, which nobody of which has come yet.
	Panel string `json:"panel"`
}

// atTheDesk looks at the story's pages, has three organisations accept a panel and then the wall together, and opens a recall of the
// story's cement, of which it lets one mix go. It returns the recall.
func (w *works) atTheDesk(ctx context.Context, script *story.Script) (recall string) {
	w.Helper()
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	panel := ""
	for _, code := range script.Recall.Untouched {
		a, err := w.owner.Asset(ctx, code)
		w.ok(err)
		if a.State == "notified" {
			panel = code
		}
	}
	s := worksScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Story: script, Panel: panel,
		Supervisor: w.invitation(network.Supervisor, "supervisor"), Builder: w.invitation(network.Contractor, "builder"),
		Manager: w.invitation(network.Owner, "manager"),
		Director: director(w.T, map[string]func(url.Values) (any, error){
			"attend": func(url.Values) (any, error) { return "came", w.groupComes(ctx, panel) },
			"file":   func(url.Values) (any, error) { return "filed", w.filesPanels(ctx, script.Wall) },
		}).URL,
	}
	inBrowser(w.T, "works", s)

	a, err := w.owner.Asset(ctx, panel)
	w.ok(err)
	if a.State != "filed" {
		w.Errorf("signed by three organisations and filed, the panel is %s", a.State)
	}
	if wall, err := w.owner.Asset(ctx, script.Wall); err != nil || wall.State != "accepted" {
		w.Errorf("signed by three organisations, the wall is %+v, %v", wall, err)
	}
	page, err := w.owner.Recalls(ctx, 10, "")
	w.ok(err)
	for _, r := range page.Items {
		if r.Asset == script.Recall.Lot {
			recall = r.ID
		}
	}
	if recall == "" {
		w.Fatal("no recall of the story's cement was opened")
	}
	return recall
}

// groupComes has everybody come whom the joint group waits for.
func (w *works) groupComes(ctx context.Context, panel string) error {
	a, err := w.owner.Asset(ctx, panel)
	if err != nil {
		return err
	}
	for _, came := range []struct{ who, action string }{{"supervisor", "attend"}, {"designer", "agree-design"}, {"operator", "agree-operation"}} {
		d, err := client.LoadDevice(filepath.Join(ledger.data, "keys", "story-"+came.who+".json"))
		if err != nil {
			return err
		}
		status, err := w.owner.Record(ctx, d, &rootline.Event{
			Asset: panel, Action: came.action, Rulebook: floodway, Place: a.Position, Evidence: []rootline.Evidence{w.photo},
		}, patience)
		if err == nil {
			err = status.Err()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// filesPanels has the regulator file every panel of a wall that was accepted.
func (w *works) filesPanels(ctx context.Context, wall string) error {
	regulator, err := client.LoadDevice(filepath.Join(ledger.data, "keys", "story-regulator.json"))
	if err != nil {
		return err
	}
	page, err := w.owner.Assets(ctx, client.AssetFilter{Under: wall, State: "accepted"})
	if err != nil {
		return err
	}
	for i, panel := range page.Items {
		status, err := w.owner.Record(ctx, regulator, &rootline.Event{
			Asset: panel.ID, Action: "file", Rulebook: floodway, Data: fmt.Appendf(nil, `{"filing":"DEMO-F-1%d"}`, i),
		}, patience)
		if err == nil {
			err = status.Err()
		}
		if err != nil {
			return err
		}
	}
	return nil
}
