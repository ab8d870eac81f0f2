package httpapi

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/judge/judgetest"
)

// all reads a list to its end, page by page.
func all[T any](w *works, path, token string) (items []T) {
	w.t.Helper()
	for cursor := ""; ; {
		var page struct {
			Items []T
			Next  string
		}
		r := w.get(path+"&cursor="+cursor, token)
		if r.status != 200 {
			w.t.Fatalf("%s: %d %s", path, r.status, r.body)
		}
		r.into(w.t, &page)
		items = append(items, page.Items...)
		if cursor = page.Next; cursor == "" {
			return items
		}
	}
}

func TestPeople(t *testing.T) {
	w := newWorks(t)
	late := w.Enrol(judgetest.Contractor, "planter")
	admin := w.Admins[judgetest.Contractor]
	w.Do(admin, judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: w.gone.Kid(), Reason: "lost"}))
	w.Do(admin, judgetest.Act(rootline.ActRenew, rootline.RenewData{Device: late.Kid(), Until: rootline.InstantOf(time.Now())}))
	w.Invite(judgetest.Contractor, "planter")
	w.Invite(judgetest.Owner, "importer")
	w.await()
	time.Sleep(2 * time.Millisecond)
	contractor, owner := w.signIn(admin), w.signIn(w.Admins[judgetest.Owner])
	kids := func(query string) (kids []string) {
		for _, d := range all[DeviceView](w, "/api/v1/devices?limit=1"+query, contractor) {
			kids = append(kids, d.Kid)
			if d.Kid == w.planter.Kid() && (d.InvitedByName != "admin" || d.State != presentation.Active || d.Since == 0) {
				t.Errorf("%+v", d)
			}
		}
		return kids
	}
	for query, want := range map[string][]string{
		"&state=revoked":              {w.gone.Kid()},
		"&state=expired":              {late.Kid()},
		"&state=active&role=planter":  {w.planter.Kid()},
		"&role=manager":               {w.manager.Kid()},
		"&organisation=SupervisorMSP": {w.Admins[judgetest.Supervisor].Kid()},
		"&state=revoked&role=manager": nil,
	} {
		if got := kids(query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	if n := len(kids("")); n != 9 {
		t.Errorf("%d devices", n)
	}
	count := func(token, state string) string {
		n := map[string]int{}
		for _, i := range all[InvitationView](w, "/api/v1/invitations?limit=2&state="+state, token) {
			n[i.Organisation+" "+i.State]++
			if i.State == stateTaken && (i.UsedByName == "" || i.InvitedByName != "admin") {
				t.Errorf("%+v", i)
			}
		}
		return fmt.Sprint(n)
	}
	for _, c := range [][3]string{
		{contractor, "open", "map[ContractorMSP open:1]"}, {contractor, "all", "map[ContractorMSP open:1 ContractorMSP taken:4]"},
		{owner, "open", "map[OwnerMSP open:1]"}, {owner, "taken", "map[OwnerMSP taken:1]"}, {owner, "expired", "map[]"},
	} {
		if got := count(c[0], c[1]); got != c[2] {
			t.Errorf("%s: %s, want %s", c[1], got, c[2])
		}
	}
}

// TestWhatADeviceHasOpen is what was refused and not recorded since; nothing else is left when the ledger has all.
func TestWhatADeviceHasOpen(t *testing.T) {
	w := newWorks(t)
	w.putPhoto()
	token := w.signIn(w.manager)
	open := func(kid string) (o DeviceOpen) {
		t.Helper()
		path := "/api/v1/devices/" + kid + "/open"
		r := w.get(path, token)
		describe(t, w).check(t, "/api/v1/devices/{kid}/open", "GET", r, "application/json")
		r.into(t, &o)
		return o
	}
	if o := open(w.nursery.Kid()); o != (DeviceOpen{}) {
		t.Errorf("at first %+v is open", o)
	}
	foreign := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Owner)))
	fine := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	w.post("/api/v1/events?wait=10s", EventsBody{Events: []rootline.Submission{foreign, fine}})
	if o := open(w.nursery.Kid()); o.Refused != 1 || o.Waiting != 0 || o.Since != 0 || o.More {
		t.Errorf("after a refusal %+v is open", o)
	}
	if o := open(w.planter.Kid()); o.Refused != 0 {
		t.Errorf("of another device %+v is open", o)
	}
	if r := w.get("/api/v1/devices/nobody/open", token); r.status != 404 {
		t.Errorf("of nobody: %d %s", r.status, r.body)
	}
}
