package e2e

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/rulebook"
)

const funds = "funds@1"

// fundsScene is what the test of the contract's page finds.
type fundsScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	// Manager is the link of an invitation.
	Manager string `json:"manager"`
	// Contract is its code.
	Contract string `json:"contract"`
	// Lat and Lon are where the browser is, in micro-degrees.
	Lat int64 `json:"lat"`
	Lon int64 `json:"lon"`
}

// sum is an amount of open contracting data.
type sum struct {
	Value struct {
		Amount json.Number `json:"amount"`
	} `json:"value"`
}

// paid are the releases of open contracting data, with what they say of money.
type paid []struct {
	Contracts []struct {
		sum
		Implementation struct {
			Transactions []sum `json:"transactions"`
		} `json:"implementation"`
	} `json:"contracts"`
}

// Twelve hundred trees are planted and paid for under the rulebook of funds, adopted over running works: lines 4 and 5 of the worked
// example, to the fen, through the API of a real network. Money is drawn by accepted things alone, once each, and two
// organisations' gateways write the same file.
func TestTreesArePaidOnceTheyStand(t *testing.T) {
	w := site(t)
	var voters []founding.Voter
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor, network.Regulator} {
		voters = append(voters, founding.Voter{Device: w.admins[org], Gateway: w.owner})
	}
	w.ok(founding.Adopt(w.Context(), funds, rulebook.Shipped()[funds], voters))

	fact := func(prefix, kind, action, under string, data any, refs ...string) *rootline.Event {
		e := &rootline.Event{Asset: rootline.NewCode(prefix), Kind: kind, Action: action, Under: under, Rulebook: funds, Refs: refs}
		if data != nil {
			b, err := json.Marshal(data)
			w.ok(err)
			e.Data = b
		}
		return e
	}
	type fields = map[string]any
	with := func(e *rootline.Event) *rootline.Event {
		e.Evidence = []rootline.Evidence{w.photo}
		return e
	}
	then := func(asset, action string, data any) *rootline.Event {
		e := fact("", "", action, "", data)
		e.Asset = asset
		return e
	}
	var last uint64
	do := func(p *person, e *rootline.Event) string {
		t.Helper()
		last = w.do(w.sign(p, e))[0].Block
		return e.Asset
	}
	refused := func(p *person, e *rootline.Event, want rootline.Code) {
		t.Helper()
		if got := rootline.CodeOf(w.submit(w.sign(p, e))[0].Err()); got != want {
			t.Errorf("%s was refused as %q, want %q", e.Action, got, want)
		}
	}

	contract := do(w.manager, fact(ownerPrefix, "works-contract", "draft", "", fields{
		"name": "Trees of the east wood (synthetic)", "contractNumber": "E2E-1", "estimate": 40_000_000, "advanceShare": 1000, "retentionShare": 300,
		"progressShare": 10_000, "labourShare": 1800, "labourDays": 31, "defectsDays": 720,
	}))
	do(w.builder, then(contract, "join-builder", nil))
	do(w.supervisor, then(contract, "join-supervisor", nil))
	line := func(number, says, pays string, price int64) string {
		return do(w.manager, fact(ownerPrefix, "bill-line", "add", contract, fields{
			"lineNumber": number, "description": says, "pays": pays, "quantity": 1200, "unitPrice": price, "priceUnit": 1,
		}))
	}
	planted, established := line("4", "Trees planted", "planted", 18_785), line("5", "Trees established", "established", 8050)
	do(w.manager, with(then(contract, "sign", fields{"price": 32_202_000})))
	do(w.builder, with(then(contract, "sign", fields{"price": 32_202_000})))
	order := func(purpose, above string, amount int64) {
		t.Helper()
		o := do(w.manager, fact(ownerPrefix, "payment-order", "order-"+purpose, above, fields{"amount": amount}))
		do(w.manager, with(then(o, "say-paid", fields{"bankReference": "R-1"})))
	}
	order("advance", contract, 3_220_200)

	var trees []string
	var batch []rootline.Submission
	for range 1201 {
		e := &rootline.Event{
			Asset: rootline.NewCode(ownerPrefix), Kind: "tree", Action: "inventory", Rulebook: forestation,
			Data: []byte(`{"species":"Pinus tabuliformis","source":"funds","plot":"` + plotID + `"}`), Place: &rootline.Position{Point: rootline.Point{Lat: lat, Lon: lon}},
		}
		trees, batch = append(trees, e.Asset), append(batch, w.sign(w.manager, e))
		if len(batch) == 400 || len(trees) == 1201 {
			w.do(batch...)
			batch = nil
		}
	}
	measure := func(line string, quantity int64, things ...string) *rootline.Event {
		return fact(supervisorPrefix, "measurement", "measure", line, fields{"quantity": quantity}, things...)
	}
	measured := func(line string, things []string) {
		t.Helper()
		for some := range slices.Chunk(things, rootline.MaxRefs) {
			do(w.supervisor, measure(line, int64(len(some)), some...))
		}
	}
	refused(w.builder, fact(contractorPrefix, "measurement", "measure", planted, fields{"quantity": 1}, trees[0]), rootline.CodeWrongRole)
	refused(w.supervisor, measure(planted, 2, trees[0]), "over-accepted")
	measured(planted, trees[:1000])
	refused(w.supervisor, measure(planted, 1, trees[7]), "measured-twice")

	claim := func(number string, cumulative, net int64) *rootline.Event {
		return with(fact(contractorPrefix, "interim-claim", "submit", contract, fields{"claimNumber": number, "cumulative": cumulative, "net": net}))
	}
	certified := func(number string, cumulative, net, labour int64) {
		t.Helper()
		c := do(w.builder, claim(number, cumulative, net))
		do(w.supervisor, with(then(c, "endorse", fields{"cumulative": cumulative})))
		do(w.manager, with(then(c, "certify", fields{"cumulative": cumulative})))
		order("labour", c, labour)
		order("progress", c, net-labour)
	}
	refused(w.builder, claim("1", 18_785_000, 16_342_951), "amount-differs")
	certified("1", 18_785_000, 16_342_950, 3_381_300)
	measured(planted, trees[1000:1200])
	refused(w.supervisor, measure(planted, 1, trees[1200]), "over-boq")
	measured(established, trees[:1104])
	certified("2", 31_429_200, 11_000_454, 2_275_956)

	var files [][]byte
	for _, g := range []*client.Gateway{w.owner, w.regulator} {
		stage.AwaitBlock(t, g, last)
		file, err := g.Contract(w.Context(), contract, client.AsOCDS, url.Values{"prefix": {"ocds-213czf"}}, client.Accounts{})
		w.ok(err)
		// Who publishes it and at what address differs; what is said of the money does not.
		var said struct{ Releases json.RawMessage }
		w.ok(json.Unmarshal(bytes.ReplaceAll(file, []byte(g.Origin()), []byte(w.owner.Origin())), &said))
		files = append(files, said.Releases)
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Errorf("two organisations write\n%s\nand\n%s", files[0], files[1])
	}
	var p paid
	w.ok(json.Unmarshal(files[0], &p))
	if len(p) != 1 || len(p[0].Contracts) != 1 {
		t.Fatalf("the file says %s", files[0])
	}
	c := p[0].Contracts[0]
	var got []string
	for _, tx := range c.Implementation.Transactions {
		got = append(got, tx.Value.Amount.String())
	}
	if want := []string{"32202.00", "163429.50", "110004.54"}; c.Value.Amount != "322020.00" || !slices.Equal(got, want) {
		t.Errorf("of %s were paid %v, want %v", c.Value.Amount, got, want)
	}

	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	inBrowser(t, "contract", fundsScene{Site: gatewayURL(0), Through: host.Host, Manager: w.invitation(network.Owner, "manager"), Contract: contract, Lat: lat, Lon: lon})
}
