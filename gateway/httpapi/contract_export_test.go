package httpapi

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline/gateway/export"
	"github.com/rootline/rootline/gateway/labels"
	"github.com/rootline/rootline/judge/judgetest"
)

// element is one of an XML document, with its text and what it holds.
type element struct {
	name  string
	attrs map[string]string
	text  string
	in    []*element
}

func parseXML(t *testing.T, b []byte) *element {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	root := &element{}
	stack := []*element{root}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return root.in[0]
		}
		if err != nil {
			t.Fatal(err)
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			if token.Name.Space != "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09" {
				t.Errorf("%s is of %q", e.name, token.Name.Space)
			}
			top.in = append(top.in, e)
			stack = append(stack, e)
		case xml.EndElement:
			top.text = strings.TrimSpace(top.text)
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
}

func (e *element) all(path string) (found []*element) {
	name, rest, more := strings.Cut(path, "/")
	for _, one := range e.in {
		if one.name != name {
			continue
		}
		if more {
			found = append(found, one.all(rest)...)
		} else {
			found = append(found, one)
		}
	}
	return found
}

func (e *element) value(path string) string {
	if found := e.all(path); len(found) > 0 {
		return found[0].text
	}
	return ""
}

// held is what the schema of pain.001.001.09 says of an element that may occur in another: in its order.
type heldElement struct {
	name     string
	least    int
	most     int // 0 is without end
	text     *regexp.Regexp
	currency bool
	in       []heldElement
	choice   bool
}

func elem(name string, least, most int, in ...heldElement) heldElement {
	return heldElement{name: name, least: least, most: most, in: in}
}

func txt(name string, least int, pattern string) heldElement {
	return heldElement{name: name, least: least, most: 1, text: regexp.MustCompile("^(?s:" + pattern + ")$")}
}

// The structure of ISO 20022 pain.001.001.09 (CustomerCreditTransferInitiationV09 with GroupHeader85, PaymentInstruction30 and
// CreditTransferTransaction34), as its schema has it: which elements, in which order, how often, and of which form. Optional elements that
// Rootline never writes stand without what they hold, so that their place in the order is held, too.
var (
	partyElement = func(name string, least int) heldElement {
		return elem(name, least, 1, txt("Nm", 0, ".{1,140}"), elem("PstlAdr", 0, 1), elem("Id", 0, 1), elem("CtryOfRes", 0, 1), elem("CtctDtls", 0, 1))
	}
	accountElement = func(name string, least int) heldElement {
		id := elem("Id", 1, 1, txt("IBAN", 0, "[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}"), elem("Othr", 0, 1, txt("Id", 1, ".{1,34}"), elem("SchmeNm", 0, 1), elem("Issr", 0, 1)))
		id.choice = true
		return elem(name, least, 1, id, elem("Tp", 0, 1), txt("Ccy", 0, "[A-Z]{3,3}"), elem("Nm", 0, 1), elem("Prxy", 0, 1))
	}
	agentElement = func(name string, least int) heldElement {
		return elem(name, least, 1, elem("FinInstnId", 1, 1, txt("BICFI", 0, "[A-Z0-9]{4,4}[A-Z]{2,2}[A-Z0-9]{2,2}([A-Z0-9]{3,3}){0,1}"), elem("ClrSysMmbId", 0, 1), elem("LEI", 0, 1), txt("Nm", 0, ".{1,140}"), elem("PstlAdr", 0, 1), elem("Othr", 0, 1, txt("Id", 1, ".{1,35}"))), elem("BrnchId", 0, 1))
	}
	sum = func() heldElement { return txt("CtrlSum", 0, `[0-9]{1,16}\.[0-9]{2}`) }
	day = func() heldElement {
		e := elem("ReqdExctnDt", 1, 1, txt("Dt", 0, `\d{4}-\d{2}-\d{2}`), txt("DtTm", 0, ".*"))
		e.choice = true
		return e
	}
	amount = func() heldElement {
		e := elem("Amt", 1, 1, heldElement{name: "InstdAmt", most: 1, text: regexp.MustCompile(`^[0-9]{1,16}\.[0-9]{2}$`), currency: true}, elem("EqvtAmt", 0, 1))
		e.choice = true
		return e
	}
	pain = elem("Document", 1, 1, elem("CstmrCdtTrfInitn", 1, 1,
		elem("GrpHdr", 1, 1, txt("MsgId", 1, ".{1,35}"), txt("CreDtTm", 1, `\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z`), elem("Authstn", 0, 2), txt("NbOfTxs", 1, "[0-9]{1,15}"), sum(), partyElement("InitgPty", 1), elem("FwdgAgt", 0, 1), elem("InitnSrc", 0, 1)),
		elem("PmtInf", 1, 0, txt("PmtInfId", 1, ".{1,35}"), txt("PmtMtd", 1, "CHK|TRF|TRA"), elem("BtchBookg", 0, 1), txt("NbOfTxs", 0, "[0-9]{1,15}"), sum(), elem("PmtTpInf", 0, 1), day(), elem("PoolgAdjstmntDt", 0, 1),
			partyElement("Dbtr", 1), accountElement("DbtrAcct", 1), agentElement("DbtrAgt", 1), elem("DbtrAgtAcct", 0, 1), elem("InstrForDbtrAgt", 0, 1), elem("UltmtDbtr", 0, 1), elem("ChrgBr", 0, 1), elem("ChrgsAcct", 0, 1), elem("ChrgsAcctAgt", 0, 1),
			elem("CdtTrfTxInf", 1, 0, elem("PmtId", 1, 1, txt("InstrId", 0, ".{1,35}"), txt("EndToEndId", 1, ".{1,35}"), elem("UETR", 0, 1)), elem("PmtTpInf", 0, 1), amount(), elem("XchgRateInf", 0, 1), elem("ChrgBr", 0, 1), elem("ChqInstr", 0, 1),
				elem("UltmtDbtr", 0, 1), agentElement("CdtrAgt", 0), elem("CdtrAgtAcct", 0, 1), partyElement("Cdtr", 0), accountElement("CdtrAcct", 0), elem("UltmtCdtr", 0, 1), elem("InstrForCdtrAgt", 0, 0), elem("InstrForDbtrAgt", 0, 1), elem("Purp", 0, 1),
				elem("RgltryRptg", 0, 10), elem("Tax", 0, 1), elem("RltdRmtInf", 0, 10), elem("RmtInf", 0, 1, heldElement{name: "Ustrd", text: regexp.MustCompile(`^(?s:.{1,140})$`)}, elem("Strd", 0, 0))))))
)

// holds reports where an element is not as its schema says.
func (h heldElement) holds(t *testing.T, path string, e *element) {
	t.Helper()
	path += "/" + e.name
	if h.text != nil {
		if !h.text.MatchString(e.text) {
			t.Errorf("%s is %q", path, e.text)
		}
		if len(e.in) > 0 {
			t.Errorf("%s holds elements", path)
		}
		if h.currency != regexp.MustCompile("^[A-Z]{3}$").MatchString(e.attrs["Ccy"]) {
			t.Errorf("%s has the currency %q", path, e.attrs["Ccy"])
		}
		return
	}
	if h.choice && len(e.in) != 1 {
		t.Errorf("%s is a choice of one, and holds %d", path, len(e.in))
	}
	at := 0
	for _, want := range h.in {
		n := 0
		for at < len(e.in) && e.in[at].name == want.name {
			if len(want.in) == 0 && want.text == nil {
				t.Errorf("%s/%s is written, and nothing is known of it here", path, want.name)
			}
			want.holds(t, path, e.in[at])
			at, n = at+1, n+1
		}
		if n < want.least || want.most > 0 && n > want.most {
			t.Errorf("%s has %s %d times", path, want.name, n)
		}
	}
	for _, rest := range e.in[at:] {
		t.Errorf("%s has %s, unknown or out of its order", path, rest.name)
	}
}

// A bank is given what is ordered and not paid, in the structure of pain.001.001.09.
func TestOrdersAreWrittenForABank(t *testing.T) {
	f := newBuilt(t)
	f.first()
	f.await()
	f.token = f.signIn(f.manager)
	path := "/api/v1/contracts/" + f.contract + "/credit-transfer"
	if r := f.postAs(f.token, path, map[string]string{}); r.status != http.StatusBadRequest || !strings.Contains(string(r.body), "ordered and unpaid") {
		t.Errorf("with nothing to pay: %d %s", r.status, r.body)
	}
	line := f.line("6", "Sluice", "layers", 0, 12_345, 1)
	order := f.start(f.builder, "variation-order", "propose", line, data{"orderNumber": "VO-9", "change": 10, "reason": "a sluice"})
	f.all(order, "agree", data{"orderNumber": "VO-9"})
	f.measure(line, "fill-layer", 10)
	// 123450 fen: 3703 or 3704 kept, 12345 recovered, 22221 for wages, by the cumulative sums.
	claim := f.claim("2", 33_387_639, 107_402)
	wages, rest := f.order("labour", claim, 22_221), f.order("progress", claim, 85_181)
	f.await()
	for _, c := range []struct {
		name     string
		accounts map[string]string
		debtor   string
		agent    string
		payees   map[string]string
	}{
		{"nothing is known", nil, "NOTPROVIDED", "FinInstnId/Othr/Id=NOTPROVIDED", map[string]string{wages: "", rest: ""}},
		{"all is known", map[string]string{"debtor": "GB33BUKB20201555555555", "agent": "BKCHCNBJ", "creditor": "6222000000000001", "wages": "6222000000000002", "date": "2026-03-12"}, "GB33BUKB20201555555555", "FinInstnId/BICFI=BKCHCNBJ", map[string]string{wages: "6222000000000002", rest: "6222000000000001"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := f.postAs(f.token, path, c.accounts)
			if r.status != http.StatusOK || r.header.Get("Content-Type") != export.XMLType {
				t.Fatalf("%d %s %s", r.status, r.header.Get("Content-Type"), r.body)
			}
			doc := parseXML(t, r.body)
			pain.holds(t, "", doc)
			head, payment := doc.all("CstmrCdtTrfInitn/GrpHdr")[0], doc.all("CstmrCdtTrfInitn/PmtInf")[0]
			if head.value("NbOfTxs") != "2" || head.value("CtrlSum") != "1074.02" || payment.value("NbOfTxs") != "2" || payment.value("CtrlSum") != "1074.02" {
				t.Errorf("it counts %s, %s", head.value("NbOfTxs"), head.value("CtrlSum"))
			}
			if got := payment.value("DbtrAcct/Id/IBAN") + payment.value("DbtrAcct/Id/Othr/Id"); got != c.debtor {
				t.Errorf("the debtor's account is %q", got)
			}
			if at, want, _ := strings.Cut(c.agent, "="); payment.value("DbtrAgt/"+at) != want {
				t.Errorf("the agent's %s is %q", at, payment.value("DbtrAgt/"+at))
			}
			if c.accounts["date"] != "" && payment.value("ReqdExctnDt/Dt") != c.accounts["date"] {
				t.Errorf("it is paid on %s", payment.value("ReqdExctnDt/Dt"))
			}
			got := map[string]string{}
			for _, tx := range payment.all("CdtTrfTxInf") {
				id := tx.value("PmtId/EndToEndId")
				got[id] = tx.value("Amt/InstdAmt")
				if a := tx.value("CdtrAcct/Id/Othr/Id"); a != c.payees[id] {
					t.Errorf("%s goes to %q, not %q", id, a, c.payees[id])
				}
				if tx.all("Amt/InstdAmt")[0].attrs["Ccy"] != "CNY" {
					t.Error("it is not in CNY")
				}
			}
			if len(got) != 2 || got[wages] != "222.21" || got[rest] != "851.81" {
				t.Errorf("the amounts are %v", got)
			}
		})
	}
	id := func() string {
		return parseXML(t, f.postAs(f.token, path, nil).body).value("CstmrCdtTrfInitn/GrpHdr/MsgId")
	}
	before := id()
	if again := id(); again != before {
		t.Error("the same orders make another message")
	}
	f.do(f.manager, wages, "say-paid", data{"bankReference": "R-2"})
	f.await()
	if id() == before {
		t.Error("other orders make the same message")
	}
	if r := f.postAs(f.token, path, map[string]string{"date": "2026-02-30"}); r.status != http.StatusBadRequest {
		t.Errorf("a day that is none: %d", r.status)
	}
	for _, bad := range []map[string]string{{"agent": "bank"}, {"debtor": strings.Repeat("1", 35)}, {"other": "x"}} {
		if r := f.postAs(f.token, path, bad); r.status != http.StatusUnprocessableEntity && r.status != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, r.status)
		}
	}
}

// object is decoded JSON whose numbers are as they are written.
type object = map[string]any

func openJSON(t *testing.T, r *result) object {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.UseNumber()
	var o object
	if err := d.Decode(&o); err != nil {
		t.Fatal(err)
	}
	return o
}

// reach follows a path of members and places: "contracts/0/value/amount".
func reach(t *testing.T, v any, path string) any {
	t.Helper()
	for part := range strings.SplitSeq(path, "/") {
		switch o := v.(type) {
		case object:
			v = o[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(o) {
				t.Fatalf("%s: there are %d", path, len(o))
			}
			v = o[i]
		default:
			t.Fatalf("%s leads to nothing", path)
		}
	}
	return v
}

// shape is what a standard's schema says of an object: each member with its form, "!" before what is required.
type shape map[string]any

var dateTime = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$`)

// fits reports where a value is not of a form: a shape, a list of one form, or a word: text, date, uri, number, or codes between bars.
func fits(t *testing.T, path string, form, v any) {
	t.Helper()
	switch form := form.(type) {
	case shape:
		o, ok := v.(object)
		if !ok {
			t.Errorf("%s is no object", path)
			return
		}
		for name := range form {
			if bare, required := strings.CutPrefix(name, "!"); required && o[bare] == nil {
				t.Errorf("%s has no %s", path, bare)
			}
		}
		for name, one := range o {
			inner, known := form[name]
			if !known {
				inner, known = form["!"+name]
			}
			if !known {
				t.Errorf("%s has %s, which the standard does not", path, name)
				continue
			}
			fits(t, path+"/"+name, inner, one)
		}
	case []any:
		list, ok := v.([]any)
		if !ok {
			t.Errorf("%s is no list", path)
			return
		}
		for i, one := range list {
			fits(t, fmt.Sprintf("%s/%d", path, i), form[0], one)
		}
	case string:
		s, isText := v.(string)
		n, isNumber := v.(json.Number)
		ok := isText && s != ""
		switch {
		case form == "number":
			ok = isNumber && regexp.MustCompile(`^-?\d+(\.\d+)?$`).MatchString(n.String())
		case form == "money":
			ok = isNumber && regexp.MustCompile(`^-?\d+\.\d{2}$`).MatchString(n.String())
		case form == "date":
			ok = ok && dateTime.MatchString(s)
		case form == "uri":
			ok = ok && strings.HasPrefix(s, "https://")
		case strings.Contains(form, "|"):
			ok = slices.Contains(strings.Split(form, "|"), s)
		}
		if !ok {
			t.Errorf("%s is %v, not %s", path, v, form)
		}
	}
}

// The structure of the Open Contracting Data Standard 1.1.5 (release-package-schema.json, release-schema.json with its codelists) and of
// OC4IDS 0.9.5 (project-package-schema.json, project-schema.json), as far as it is written: members, which are required, their types,
// and the codes of closed lists.
var (
	openValueShape = shape{"amount": "money", "currency": "CNY|"}
	reference      = shape{"name": "text", "id": "text"}
	party          = shape{"name": "text", "id": "text", "roles": []any{"buyer|procuringEntity|supplier|tenderer|funder|payer|payee|publicAuthority"}}
	publisher      = shape{"!name": "text", "uri": "uri"}
	transaction    = shape{"!id": "text", "date": "date", "value": openValueShape, "payer": reference, "payee": reference, "uri": "uri"}
	ocds           = shape{
		"!uri": "uri", "!publishedDate": "date", "!version": "1.1|", "!publisher": publisher, "!releases": []any{shape{
			"!ocid": "text", "!id": "text", "!date": "date", "!tag": []any{"contract|contractAmendment|implementation"}, "!initiationType": "tender|", "language": "en|zh",
			"parties": []any{party}, "buyer": reference,
			"awards": []any{shape{"!id": "text", "title": "text", "status": "pending|active|cancelled|unsuccessful", "date": "date", "value": openValueShape, "suppliers": []any{reference}}},
			"contracts": []any{shape{
				"!id": "text", "!awardID": "text", "title": "text", "status": "pending|active|cancelled|terminated", "value": openValueShape, "dateSigned": "date",
				"items":          []any{shape{"!id": "text", "description": "text", "quantity": "number", "unit": shape{"name": "text", "value": shape{"amount": "number", "currency": "CNY|"}}}},
				"amendments":     []any{shape{"id": "text", "date": "date", "description": "text", "rationale": "text"}},
				"implementation": shape{"transactions": []any{transaction}},
			}},
		}},
	}
	oc4ids = shape{
		"!uri": "uri", "!publishedDate": "date", "!version": "0.9|", "!publisher": publisher, "!projects": []any{shape{
			"!id": "text", "updated": "date", "title": "text", "status": "identification|preparation|implementation|completion|maintenance|decommissioning|decommissioned|cancelled", "language": "en|zh",
			"publicAuthority": reference, "parties": []any{party}, "contractingProcesses": []any{shape{"!id": "text", "summary": shape{
				"ocid": "text", "externalReference": "text", "title": "text", "status": "pre-award|active|closed", "suppliers": []any{reference}, "contractValue": openValueShape,
				"contractPeriod": shape{"startDate": "date"}, "finalValue": openValueShape, "transactions": []any{transaction},
				"modifications": []any{shape{"!id": "text", "date": "date", "description": "text", "rationale": "text", "type": "duration|value|scope", "oldContractValue": openValueShape, "newContractValue": openValueShape}},
				"milestones":    []any{shape{"!id": "text", "title": "text", "type": "assessment|", "dateMet": "date", "status": "scheduled|met|notMet|partiallyMet", "value": openValueShape}},
			}}},
		}},
	}
)

// The worked example as open data, to the fen, and in the structure of both standards.
func TestAContractIsOpenData(t *testing.T) {
	f := newBuilt(t)
	f.await()
	f.token = f.signIn(f.manager)
	base := "/api/v1/contracts/" + f.contract
	if r := f.get(base+"/ocds", f.token); r.status != http.StatusBadRequest {
		t.Errorf("a draft is open data: %d", r.status)
	}
	fill, wall, rebar, planted, established := f.first()
	f.rest(0, fill, wall, rebar, planted, established)
	f.await()

	o := openJSON(t, f.get(base+"/ocds?prefix=ocds-213czf", f.token))
	fits(t, "", ocds, o)
	release := reach(t, o, "releases/0")
	for path, want := range map[string]string{
		"ocid": "ocds-213czf-" + f.contract, "awards/0/value/amount": "1360931.00", "contracts/0/value/amount": "1406881.00", "contracts/0/awardID": reach(t, release, "awards/0/id").(string),
		"contracts/0/items/2/unit/value/amount": "5.85370", "contracts/0/items/2/quantity": "30000", "contracts/0/items/0/quantity": "9500", "contracts/0/items/4/unit/value/amount": "80.50",
		"contracts/0/amendments/0/id": "VO-1", "contracts/0/status": "active", "buyer/id": judgetest.Owner, "awards/0/suppliers/0/id": judgetest.Contractor,
		"contracts/0/amendments/0/description": "Fill -500, -22600.00 CNY; Wall +100, +68550.00 CNY",
	} {
		if got := fmt.Sprint(reach(t, release, path)); got != want {
			t.Errorf("%s is %s, not %s", path, got, want)
		}
	}
	if tags := fmt.Sprint(reach(t, release, "tag")); tags != "[contract contractAmendment implementation]" {
		t.Errorf("it is tagged %s", tags)
	}
	ids := map[any]bool{}
	for _, p := range reach(t, release, "parties").([]any) {
		ids[p.(object)["id"]] = true
	}
	paid := []string{"136093.10", "289398.44", "684410.65", "247276.22"}
	for i, tx := range reach(t, release, "contracts/0/implementation/transactions").([]any) {
		if i >= len(paid) || fmt.Sprint(reach(t, tx, "value/amount")) != paid[i] || !ids[reach(t, tx, "payer/id")] || !ids[reach(t, tx, "payee/id")] {
			t.Errorf("transaction %d is %v", i, tx)
		}
	}

	p := openJSON(t, f.get(base+"/oc4ids?lang=zh", f.token))
	fits(t, "", oc4ids, p)
	summary := reach(t, p, "projects/0/contractingProcesses/0/summary")
	for path, want := range map[string]string{
		"contractValue/amount": "1360931.00", "modifications/0/oldContractValue/amount": "1360931.00", "modifications/0/newContractValue/amount": "1406881.00",
		"finalValue/amount": "1399153.00", "ocid": f.contract, "status": "active", "milestones/2/value/amount": "279832.21",
	} {
		if got := fmt.Sprint(reach(t, summary, path)); got != want {
			t.Errorf("%s is %s, not %s", path, got, want)
		}
	}
	var cents int64
	transactions := reach(t, summary, "transactions").([]any)
	for _, tx := range transactions {
		var yuan, fen int64
		if _, err := fmt.Sscanf(fmt.Sprint(reach(t, tx, "value/amount")), "%d.%d", &yuan, &fen); err != nil {
			t.Error(err)
		}
		cents += yuan*100 + fen
	}
	if len(transactions) != 4 || cents != 135_717_841 {
		t.Errorf("%d transactions come to %d fen", len(transactions), cents)
	}
	if r := f.get(base+"/ocds?prefix=mine", f.token); r.status != http.StatusUnprocessableEntity && r.status != http.StatusBadRequest {
		t.Errorf("a prefix that is none: %d", r.status)
	}

	// A certificate is a page to sign.
	for _, lang := range []string{"en", "zh"} {
		r := f.get("/api/v1/claims/"+f.claims[1]+"/sheet?lang="+lang, f.token)
		if lang == "zh" && r.code() == labels.CodeFont {
			t.Log("this machine has no Chinese font")
			continue
		}
		if r.status != http.StatusOK || r.header.Get("Content-Type") != export.PDFType || !bytes.HasPrefix(r.body, []byte("%PDF-1.7")) || !bytes.HasSuffix(r.body, []byte("%%EOF\n")) {
			t.Errorf("the sheet in %s: %d %.200s", lang, r.status, r.body)
		}
	}
	if r := f.get("/api/v1/claims/"+f.contract+"/sheet", f.token); r.status != http.StatusNotFound {
		t.Errorf("a contract's sheet: %d", r.status)
	}

	// Tables say the same, as CSV and as workbooks.
	for _, c := range []struct {
		table string
		rows  int
		row   []string
	}{
		{"lines", 5, []string{"3", "Rebar", "钢筋（千克）", "30000", "0", "5853.70", "1000", "175611.00", "30000", "175611.00", "0.00"}},
		{"claims", 3, []string{"3", "已审定", "1399153.00", "279832.21", "8394.97", "24161.02", "247276.22", "50369.80", "0.00", "247276.22", "247276.22"}},
		{"variations", 2, nil},
		{"orders", 7, []string{"预付款", "136093.10", "已支付（付款方自报）"}},
	} {
		for _, format := range []string{export.CSV, export.XLSX} {
			rows := rowsOf(t, f.get(base+"/table?lang=zh&table="+c.table+"&format="+format, f.token), format)
			if len(rows) != c.rows+1 {
				t.Errorf("%s as %s has %d rows", c.table, format, len(rows))
			}
			if c.row == nil || format == export.XLSX {
				continue
			}
			if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row[:min(len(row), len(c.row))], c.row) }) {
				t.Errorf("%s has no row %v:\n%v", c.table, c.row, rows)
			}
		}
	}
}
