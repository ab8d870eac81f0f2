package httpapi

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// amounts are what a contract's records and events hold in fen that guests must not find, and what they may.
var (
	amounts   = []int64{150_000_000, 68_550, 585_370, 18_785, 13_609_310, 33_264_189, 28_939_844, 5_987_554, 22_952_290, 997_926, 3_326_419, 5_994_189, 13_710_000, 13_560_000}
	published = []int64{136_093_100}
)

// spelled finds an amount as records and pages write it, and in what was signed.
func spelled(fen int64) *regexp.Regexp {
	yuan, digits := fmt.Sprintf("%d", fen/100), ""
	for i, d := range yuan {
		if i > 0 && (len(yuan)-i)%3 == 0 {
			digits += "[,  \u202f]?"
		}
		digits += string(d)
	}
	return regexp.MustCompile(fmt.Sprintf(`(^|[^0-9a-f.])(%d|%s\.%02d)($|[^0-9a-f])`, fen, digits, fen%100))
}

func (f *built) codes() (all []string) {
	f.t.Helper()
	for cursor := ""; ; {
		list, err := readmodeltest.View(f.t, f.store).Assets(readmodel.AssetFilter{}, readmodel.Page{Limit: 500, Cursor: cursor})
		if err != nil {
			f.t.Fatal(err)
		}
		for _, a := range list.Items {
			all = append(all, a.ID)
		}
		if cursor = list.Next; cursor == "" {
			return all
		}
	}
}

func plain(body []byte) string {
	out := string(body)
	for range 2 { // envelopes are in base64, and what was signed within them
		for _, part := range regexp.MustCompile(`[A-Za-z0-9_+/-]{24,}`).FindAllString(out, -1) {
			for _, as := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
				if b, err := as.DecodeString(part); err == nil {
					out += " " + string(b)
				}
			}
		}
	}
	return out
}

// Guests walk every route with every code, id and number there is, and find none of the amounts that the rulebook keeps for members;
// members find each.
func TestGuestsFindNoAmounts(t *testing.T) {
	f := newBuilt(t)
	fill, _, _, _, _ := f.first()
	variation := f.start(f.builder, "variation-order", "propose", fill, data{"orderNumber": "VO-1", "change": -5_353, "reason": "as the ground is"})
	f.await()
	member := f.signIn(f.manager)
	missing := map[int64]bool{}
	for _, n := range append(slices.Clone(amounts), -5_353) {
		missing[n] = true
	}
	finders := map[int64]*regexp.Regexp{}
	for n := range missing {
		finders[n] = spelled(max(n, -n))
	}
	guests, refused, shown := 0, 0, 0
	for _, a := range inHand(t, f.works, f.codes()...) {
		r := f.ask(a.method, a.path, "", nil, a.header...)
		text := string(r.body)
		if strings.Contains(a.path, "/signed") || strings.Contains(a.path, "/proof") {
			text = plain(r.body)
		}
		if r.code() == rootline.CodeMembersOnly {
			refused++
		}
		if r.status == http.StatusOK {
			guests++
		}
		for n, finds := range finders {
			if at := finds.FindStringIndex(text); at != nil && !strings.Contains(a.path, "/rulebooks") && !(n == 150_000_000 && r.status != http.StatusOK) {
				t.Errorf("%s: a guest finds %d: …%s…", a.path, n, text[max(0, at[0]-120):min(len(text), at[1]+40)])
			}
		}
		if strings.Contains(a.path, f.contract) && spelled(published[0]).MatchString(text) {
			shown++
		}
		if strings.HasPrefix(a.route, "GET /api/v1/assets/:id") {
			for n, finds := range finders {
				if missing[n] && finds.MatchString(plain(f.ask(a.method, a.path, member, nil).body)) {
					delete(missing, n)
				}
			}
		}
	}
	if guests < 100 || refused < 20 || shown == 0 || len(missing) > 0 {
		t.Errorf("guests were answered %d times, refused what was signed %d times, and shown the price %d times; members do not find %v", guests, refused, shown, missing)
	}

	// What the owner publishes everybody is shown, on the page, too.
	f.do(f.manager, f.contract, "publish", nil)
	f.await()
	var c presentation.AssetView
	f.get("/api/v1/assets/"+f.contract, "").into(t, &c)
	if c.Fields["publicPaid"].Int() != 13_609_310+28_939_844 || c.Fields["publicSum"].Int() != 136_093_100 || c.Fields["publicSaid"].Int() != 13_609_310+28_939_844 {
		t.Errorf("published is %v", c.Fields)
	}
	if page := f.get("/8004/"+f.contract, ""); !spelled(13_609_310 + 28_939_844).Match(page.body) {
		t.Error("the page of the contract does not say what was paid")
	}
	// The variation's own sum is public once it is agreed, its quantity is not.
	f.all(variation, "agree", data{"orderNumber": "VO-1"})
	f.await()
	var v presentation.AssetView
	f.get("/api/v1/assets/"+variation, "").into(t, &v)
	if _, quantity := v.Fields["change"]; quantity || v.Fields["value"].Int() == 0 || !v.Head.IsZero() {
		t.Errorf("of the variation guests see %v, head %s", v.Fields, v.Head)
	}
	// The rule is the rulebook's: the trees' own records are given as they were signed.
	if r := f.get("/api/v1/assets/"+f.tree+"/signed", ""); r.status != http.StatusOK {
		t.Errorf("what was signed about a tree: %d %s", r.status, r.code())
	}
}

// A bank sees the orders that name it, whoever made them, and nothing else of who pays; another bank sees none of them.
func TestABankReadsItsOwnOrders(t *testing.T) {
	f := newBuilt(t)
	for msp, roles := range map[string][]string{judgetest.Regulator: {"bank", "regulator"}, judgetest.Supervisor: {"bank", "supervisor"}} {
		for _, by := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Regulator} {
			f.Do(f.Admins[by], judgetest.Act(rootline.ActRoles, rootline.RolesData{Organisation: msp, Roles: roles}))
		}
	}
	bank, other := f.Enrol(judgetest.Regulator, "bank"), f.Enrol(judgetest.Supervisor, "bank")
	f.do(bank, f.contract, "join-bank", nil)
	f.first()
	f.await()
	var orders []string
	var list struct{ Items []presentation.AssetView }
	f.read("/api/v1/assets?kind=payment-order&limit=100", &list)
	for _, a := range list.Items {
		orders = append(orders, a.ID)
	}
	slices.Sort(orders)
	token := f.signIn(bank)
	list.Items = nil
	f.get("/api/v1/assets?limit=500", token).into(t, &list)
	var seen []string
	for _, a := range list.Items {
		seen = append(seen, a.ID)
		if a.Fields["amount"].Int() == 0 {
			t.Errorf("the bank does not see what to pay: %v", a.Fields)
		}
	}
	slices.Sort(seen)
	if !slices.Equal(seen, orders) || len(orders) != 3 {
		t.Errorf("the bank lists %v, want the orders %v", seen, orders)
	}
	var o presentation.AssetView
	f.get("/api/v1/assets/"+orders[0], token).into(t, &o)
	if o.Fields["amount"].Int() == 0 {
		t.Errorf("an order's own answer is %v", o.Fields)
	}
	var history struct{ Items []presentation.EventView }
	f.get("/api/v1/assets/"+orders[0]+"/events", token).into(t, &history)
	if len(history.Items) == 0 || !strings.Contains(string(history.Items[len(history.Items)-1].Data), "amount") {
		t.Errorf("an order's history is %+v", history.Items)
	}
	if r := f.get("/api/v1/assets/"+orders[0]+"/signed", token); r.status != http.StatusOK {
		t.Errorf("what was signed about it: %d %s", r.status, r.code())
	}
	o = presentation.AssetView{}
	f.get("/api/v1/assets/"+f.claims[0], token).into(t, &o)
	if _, there := o.Fields["net"]; there {
		t.Errorf("the bank sees a claim: %v", o.Fields)
	}
	o = presentation.AssetView{}
	f.get("/api/v1/assets/"+orders[0], f.signIn(other)).into(t, &o)
	if _, there := o.Fields["amount"]; there {
		t.Errorf("another bank sees an order: %v", o.Fields)
	}
	list.Items = nil
	f.get("/api/v1/assets?limit=500", f.signIn(other)).into(t, &list)
	for _, a := range list.Items {
		if slices.Contains(orders, a.ID) {
			t.Errorf("another bank lists %s", a.ID)
		}
	}
}
