package export

import (
	"bufio"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/money"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
)

// JSONType is the media type of open contracting data.
const JSONType = "application/json"

// OpenInput is what an export of open contracting data can be asked.
type OpenInput struct {
	query.CodePath
	Prefix string `query:"prefix" maxLength:"13" pattern:"^(ocds|oc4ids)-[a-z0-9]{6}$" doc:"The publisher's registered prefix, which identifiers begin with; without it they are the contract's code alone" example:"ocds-213czf"`
	Lang   string `query:"lang" enum:"en,zh" default:"en" doc:"Language of titles"`
}

// currency is what fen are a hundredth of (ISO 4217).
const currency = "CNY"

// The members of the Open Contracting Data Standard 1.1.5 and of OC4IDS 0.9.5 that are written here, by the names that the standards give
// them. Both share these.
type (
	openValue struct {
		Amount   yuan   `json:"amount"`
		Currency string `json:"currency"`
	}
	openReference struct {
		Name string `json:"name"`
		ID   string `json:"id"`
	}
	openParty struct {
		Name  string   `json:"name"`
		ID    string   `json:"id"`
		Roles []string `json:"roles"`
	}
	openPublisher struct {
		Name string `json:"name"`
		URI  string `json:"uri"`
	}
	openTransaction struct {
		ID    string        `json:"id"`
		Date  string        `json:"date"`
		Value openValue     `json:"value"`
		Payer openReference `json:"payer"`
		Payee openReference `json:"payee"`
		URI   string        `json:"uri"`
	}
	openPeriod struct {
		StartDate string `json:"startDate"`
	}
)

// The members of OCDS 1.1.5.
type (
	ocdsPackage struct {
		URI           string        `json:"uri"`
		PublishedDate string        `json:"publishedDate"`
		Version       string        `json:"version"`
		Publisher     openPublisher `json:"publisher"`
		Releases      []ocdsRelease `json:"releases"`
	}
	ocdsRelease struct {
		OCID           string         `json:"ocid"`
		ID             string         `json:"id"`
		Date           string         `json:"date"`
		Tag            []string       `json:"tag"`
		InitiationType string         `json:"initiationType"`
		Language       string         `json:"language"`
		Parties        []openParty    `json:"parties"`
		Buyer          openReference  `json:"buyer"`
		Awards         []ocdsAward    `json:"awards"`
		Contracts      []ocdsContract `json:"contracts"`
	}
	ocdsAward struct {
		ID        string          `json:"id"`
		Title     string          `json:"title"`
		Status    string          `json:"status"`
		Date      string          `json:"date"`
		Value     openValue       `json:"value"`
		Suppliers []openReference `json:"suppliers"`
	}
	ocdsContract struct {
		ID             string             `json:"id"`
		AwardID        string             `json:"awardID"`
		Title          string             `json:"title"`
		Status         string             `json:"status"`
		Value          openValue          `json:"value"`
		DateSigned     string             `json:"dateSigned"`
		Items          []ocdsItem         `json:"items"`
		Amendments     []ocdsAmendment    `json:"amendments,omitempty"`
		Implementation ocdsImplementation `json:"implementation"`
	}
	ocdsItem struct {
		ID          string   `json:"id"`
		Description string   `json:"description"`
		Quantity    int64    `json:"quantity"`
		Unit        ocdsUnit `json:"unit"`
	}
	ocdsUnit struct {
		Name  string         `json:"name,omitempty"`
		Value *ocdsUnitValue `json:"value,omitempty"`
	}
	ocdsUnitValue struct {
		Amount   json.RawMessage `json:"amount"`
		Currency string          `json:"currency"`
	}
	ocdsAmendment struct {
		ID          string `json:"id"`
		Date        string `json:"date"`
		Description string `json:"description"`
		Rationale   string `json:"rationale,omitempty"`
	}
	ocdsImplementation struct {
		Transactions []openTransaction `json:"transactions"`
	}
)

// The members of OC4IDS 0.9.5.
type (
	projectPackage struct {
		URI           string        `json:"uri"`
		PublishedDate string        `json:"publishedDate"`
		Version       string        `json:"version"`
		Publisher     openPublisher `json:"publisher"`
		Projects      []project     `json:"projects"`
	}
	project struct {
		ID                   string               `json:"id"`
		Updated              string               `json:"updated"`
		Title                string               `json:"title"`
		Status               string               `json:"status"`
		Language             string               `json:"language"`
		PublicAuthority      openReference        `json:"publicAuthority"`
		Parties              []openParty          `json:"parties"`
		ContractingProcesses []contractingProcess `json:"contractingProcesses"`
	}
	contractingProcess struct {
		ID      string         `json:"id"`
		Summary processSummary `json:"summary"`
	}
	processSummary struct {
		OCID              string            `json:"ocid"`
		ExternalReference string            `json:"externalReference"`
		Title             string            `json:"title"`
		Status            string            `json:"status"`
		Suppliers         []openReference   `json:"suppliers"`
		ContractValue     openValue         `json:"contractValue"`
		ContractPeriod    openPeriod        `json:"contractPeriod"`
		FinalValue        *openValue        `json:"finalValue,omitempty"`
		Modifications     []modification    `json:"modifications,omitempty"`
		Transactions      []openTransaction `json:"transactions,omitempty"`
		Milestones        []milestone       `json:"milestones,omitempty"`
	}
	modification struct {
		ID               string    `json:"id"`
		Date             string    `json:"date"`
		Description      string    `json:"description"`
		Rationale        string    `json:"rationale,omitempty"`
		Type             string    `json:"type"`
		OldContractValue openValue `json:"oldContractValue"`
		NewContractValue openValue `json:"newContractValue"`
	}
	milestone struct {
		ID      string    `json:"id"`
		Title   string    `json:"title"`
		Type    string    `json:"type"`
		DateMet string    `json:"dateMet"`
		Status  string    `json:"status"`
		Value   openValue `json:"value"`
	}
)

// opening is a contract on its way into open data.
type opening struct {
	v *presentation.Reply
	*money.Account
	in *OpenInput
}

func open(v *presentation.Reply, in *OpenInput) (*opening, error) {
	a, err := accountOf(v, in.ID)
	if err != nil {
		return nil, err
	}
	if a.Contract.Pending || a.Contract.Void {
		return nil, problem.BadRequest(rootline.Text{
			En: "This contract is not signed. Open contracting data begins with the signature: export it then.",
			Zh: "该合同尚未签订或已作废。公开合同数据自签订起生成，请签订后导出。",
		})
	}
	return &opening{v, a, in}, nil
}

func value(fen int64) openValue { return openValue{yuan(fen), currency} }

// id is the contract's identifier, behind the publisher's prefix.
func (o *opening) id() string {
	if o.in.Prefix == "" {
		return o.Contract.ID
	}
	return o.in.Prefix + "-" + o.Contract.ID
}

func (o *opening) party(mspID string) openReference {
	return openReference{Name: o.name(mspID), ID: mspID}
}

func (o *opening) name(mspID string) string {
	if name, ok := organisation(o.v, mspID, o.in.Lang).(string); ok {
		return name
	}
	return mspID
}

func (o *opening) title() string {
	if o.Contract.Name != "" {
		return o.Contract.Name
	}
	return o.Contract.Number
}

// closed reports whether the works are complete and all is paid, what was retained included.
func (o *opening) closed() bool {
	s := o.Contract.Sums
	return o.Contract.Complete && s.Held == 0 && s.ToCome == 0 && s.AdvanceOpen == 0
}

// parties are all that transactions and the contract name, each once, with the roles that the standards give them.
func (o *opening) parties(more ...string) []openParty {
	out := []openParty{
		{o.name(o.Contract.Owner), o.Contract.Owner, append([]string{"buyer", "payer"}, more...)},
		{o.name(o.Contract.Contractor), o.Contract.Contractor, []string{"supplier", "payee"}},
	}
	add := func(id, role string) {
		if i := slices.IndexFunc(out, func(p openParty) bool { return p.ID == id }); i < 0 {
			out = append(out, openParty{o.name(id), id, []string{role}})
		} else if !slices.Contains(out[i].Roles, role) {
			out[i].Roles = append(out[i].Roles, role)
		}
	}
	for _, t := range o.transactions() {
		add(t.Payer.ID, "payer")
		add(t.Payee.ID, "payee")
	}
	return out
}

// transactions are what was paid, one for each certificate and one for each payment order of the contract itself: what a
// certificate pays in parts, to the wage account, say, is one sum to those who read open data. No one person is named in it.
func (o *opening) transactions() []openTransaction {
	out, at := []openTransaction{}, map[[3]string]int{}
	for i := range o.Orders {
		p := &o.Orders[i]
		if !p.Paid {
			continue
		}
		id := p.ID
		if p.Under != o.Contract.ID && p.Under != "" {
			id = p.Under
		}
		key := [3]string{id, p.Payer, p.Payee}
		j, known := at[key]
		if !known {
			j = len(out)
			at[key] = j
			if slices.ContainsFunc(out, func(t openTransaction) bool { return t.ID == id }) {
				id = p.ID // the same certificate pays somebody else, too
			}
			out = append(out, openTransaction{ID: id, Payer: o.party(p.Payer), Payee: o.party(p.Payee), Value: value(0), URI: o.v.Gateway.Link(id)})
		}
		out[j].Value.Amount += yuan(p.Amount)
		out[j].Date = p.At.String() // they come in the order of time
	}
	return out
}

// variation is what several lines have agreed on under one number.
type variation struct {
	number, description, reason string
	agreed                      rootline.Instant
	value                       int64
}

// agreed are the variations that were agreed, those of one number together, in the order of time.
func (o *opening) agreed() []variation {
	titles := map[string]string{}
	for i := range o.Lines {
		titles[o.Lines[i].ID] = o.Lines[i].Title
	}
	var out []variation
	for i := range o.Variations {
		one := &o.Variations[i]
		if one.Agreed == 0 {
			continue
		}
		says := strings.TrimSpace(titles[one.Under]+" "+signed(one.Change)) + ", " + plus(one.Value) + " " + currency
		j := slices.IndexFunc(out, func(v variation) bool { return v.number == one.Number })
		if j < 0 {
			out = append(out, variation{one.Number, says, one.Reason, one.Agreed, one.Value})
			continue
		}
		out[j].description, out[j].agreed, out[j].value = out[j].description+"; "+says, max(out[j].agreed, one.Agreed), out[j].value+one.Value
	}
	slices.SortStableFunc(out, func(a, b variation) int { return int(a.agreed - b.agreed) })
	return out
}

func signed(n int64) string {
	if n > 0 {
		return "+" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

func plus(fen int64) string {
	if fen > 0 {
		return "+" + yuan(fen).String()
	}
	return yuan(fen).String()
}

// unit is what a line's quantity is priced by. The price of one is written where it has an end: 5853.70 for 1,000 is 5.85370.
func (o *opening) unit(l *money.Line) ocdsUnit {
	u := ocdsUnit{Name: l.Measure.In(o.in.Lang)}
	for digits, per := 2, int64(1); digits <= 8; digits, per = digits+1, per*10 {
		if per == l.Per {
			u.Value = &ocdsUnitValue{json.RawMessage(fixed(l.Price, digits)), currency}
		}
	}
	return u
}

func (o *opening) publisher() openPublisher {
	return openPublisher{o.name(o.v.Gateway.Organisation), o.v.Gateway.Origin}
}

// published is when the contents of the block were recorded that the file is current to.
func (o *opening) published() string { return o.v.At.Time.String() }

// OCDS answers with a contract as a release package of the Open Contracting Data Standard 1.1.5. Its award has the value as it was
// signed, the contract that with the amendments.
func OCDS(v *presentation.Reply, in *OpenInput) (*File, error) {
	o, err := open(v, in)
	if err != nil {
		return nil, err
	}
	c := o.Contract
	suppliers := []openReference{o.party(c.Contractor)}
	status := "active"
	if o.closed() {
		status = "terminated" // the standard's word for a contract that has come to its close
	}
	release := ocdsRelease{
		OCID: o.id(), ID: o.id() + "-" + strconv.FormatUint(v.At.Number, 10), Date: o.published(), Tag: []string{"contract"}, InitiationType: "tender", Language: in.Lang,
		Parties: o.parties(), Buyer: o.party(c.Owner),
		Awards: []ocdsAward{{ID: c.ID, Title: o.title(), Status: "active", Date: c.Signed.String(), Value: value(c.Price), Suppliers: suppliers}},
		Contracts: []ocdsContract{{
			ID: c.ID, AwardID: c.ID, Title: o.title(), Status: status, Value: value(c.Sums.Worth), DateSigned: c.Signed.String(), Items: []ocdsItem{},
			Implementation: ocdsImplementation{o.transactions()},
		}},
	}
	contract := &release.Contracts[0]
	for i := range o.Lines {
		l := &o.Lines[i]
		contract.Items = append(contract.Items, ocdsItem{l.ID, strings.TrimSpace(l.Number + " " + l.Title), l.Quantity + l.Varied, o.unit(l)})
	}
	for _, a := range o.agreed() {
		contract.Amendments = append(contract.Amendments, ocdsAmendment{a.number, a.agreed.String(), a.description, a.reason})
	}
	if len(contract.Amendments) > 0 {
		release.Tag = append(release.Tag, "contractAmendment")
	}
	if len(contract.Implementation.Transactions) > 0 {
		release.Tag = append(release.Tag, "implementation")
	}
	return asJSON("ocds", ocdsPackage{v.Gateway.Origin + "/api/v1/contracts/" + c.ID + "/ocds", o.published(), "1.1", o.publisher(), []ocdsRelease{release}}), nil
}

// OC4IDS answers with a contract as a project package of the Open Contracting for Infrastructure Data Standards 0.9.5.
func OC4IDS(v *presentation.Reply, in *OpenInput) (*File, error) {
	o, err := open(v, in)
	if err != nil {
		return nil, err
	}
	c := o.Contract
	s := processSummary{
		OCID: o.id(), ExternalReference: c.Number, Title: o.title(), Status: "active", Suppliers: []openReference{o.party(c.Contractor)},
		ContractValue: value(c.Price), ContractPeriod: openPeriod{c.Signed.String()}, Transactions: o.transactions(),
	}
	status := "implementation"
	if c.Complete {
		final := value(c.Sums.Certified)
		status, s.FinalValue = "completion", &final
	}
	if o.closed() {
		s.Status = "closed"
	}
	worth := c.Price
	for _, a := range o.agreed() {
		s.Modifications = append(s.Modifications, modification{
			a.number, a.agreed.String(), a.description, a.reason, "value", value(worth), value(worth + a.value),
		})
		worth += a.value
	}
	for i := range o.Claims {
		if claim := &o.Claims[i]; claim.Certified {
			s.Milestones = append(s.Milestones, milestone{claim.ID, claim.Number, "assessment", claim.At.String(), "met", value(claim.Gross)})
		}
	}
	return asJSON("oc4ids", projectPackage{v.Gateway.Origin + "/api/v1/contracts/" + c.ID + "/oc4ids", o.published(), "0.9", o.publisher(), []project{{
		ID: o.id(), Updated: o.published(), Title: o.title(), Status: status, Language: in.Lang, PublicAuthority: o.party(c.Owner), Parties: o.parties("publicAuthority"),
		ContractingProcesses: []contractingProcess{{o.id(), s}},
	}}}), nil
}

func asJSON(name string, value any) *File {
	return &File{Name: name, Type: JSONType, Extension: "json", write: func(w *bufio.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(value)
	}}
}
