package export

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/money"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
)

// XMLType is the media type of ISO 20022 messages.
const XMLType = "application/xml"

// Accounts are what the ledger does not hold and a bank wants to know. They are used for the file and kept nowhere.
type Accounts struct {
	Debtor   string `json:"debtor,omitempty" maxLength:"34" doc:"The payer's account, an IBAN or the bank's own number; NOTPROVIDED where it is left out"`
	Agent    string `json:"agent,omitempty" maxLength:"11" doc:"BIC of the payer's bank (ISO 9362)"`
	Creditor string `json:"creditor,omitempty" maxLength:"34" doc:"The payee's account"`
	Wages    string `json:"wages,omitempty" maxLength:"34" doc:"The payee's wage account, for what goes there"`
	Date     string `json:"date,omitempty" maxLength:"10" doc:"The day on which it is to be paid; today in the works' zone where it is left out" example:"2026-03-12"`
}

// CreditTransferInput is what an export of payment orders to a bank can be asked.
type CreditTransferInput struct {
	query.CodePath
	Body Accounts
}

// The elements of pain.001.001.09 that are written here, by their names in ISO 20022 and in its order.
type (
	painDocument struct {
		XMLName xml.Name `xml:"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09 Document"`
		Header  struct {
			MsgID    string    `xml:"MsgId"`
			Created  string    `xml:"CreDtTm"`
			Count    string    `xml:"NbOfTxs"`
			Sum      string    `xml:"CtrlSum"`
			InitPrty painParty `xml:"InitgPty"`
		} `xml:"CstmrCdtTrfInitn>GrpHdr"`
		Payments []painPayment `xml:"CstmrCdtTrfInitn>PmtInf"`
	}
	painPayment struct {
		ID        string         `xml:"PmtInfId"`
		Method    string         `xml:"PmtMtd"`
		Count     string         `xml:"NbOfTxs"`
		Sum       string         `xml:"CtrlSum"`
		Execution string         `xml:"ReqdExctnDt>Dt"`
		Debtor    painParty      `xml:"Dbtr"`
		Account   painAccount    `xml:"DbtrAcct"`
		Agent     painAgent      `xml:"DbtrAgt"`
		Transfers []painTransfer `xml:"CdtTrfTxInf"`
	}
	painTransfer struct {
		Instruction string       `xml:"PmtId>InstrId"`
		EndToEnd    string       `xml:"PmtId>EndToEndId"`
		Amount      painAmount   `xml:"Amt>InstdAmt"`
		Creditor    painParty    `xml:"Cdtr"`
		Account     *painAccount `xml:"CdtrAcct"`
		Remittance  string       `xml:"RmtInf>Ustrd"`
	}
	painParty struct {
		Name string `xml:"Nm"`
	}
	painAccount struct {
		IBAN     *string `xml:"Id>IBAN"` // one of these
		Other    *string `xml:"Id>Othr>Id"`
		Currency string  `xml:"Ccy,omitempty"`
	}
	painAgent struct {
		BIC   *string `xml:"FinInstnId>BICFI"` // one of these
		Name  *string `xml:"FinInstnId>Nm"`
		Other *string `xml:"FinInstnId>Othr>Id"`
	}
	painAmount struct {
		Currency string `xml:"Ccy,attr"`
		Amount   string `xml:",chardata"`
	}
)

// notProvided stands where ISO 20022 wants an identification and nobody gave one.
const notProvided = "NOTPROVIDED"

// The greatest lengths of ISO 20022: of a party's name, of an unstructured remittance, and of an identification.
const (
	painName       = 140
	painRemittance = 140
	painID         = 35
)

// CreditTransfer answers with the payment orders of a contract that are to be paid, as an ISO 20022 customer credit transfer initiation,
// pain.001.001.09. No money moves by it: whoever takes it gives it to the bank. The same orders make a message of the same id, so that a
// bank knows one that it was given twice.
func CreditTransfer(v *presentation.Reply, in *CreditTransferInput, now time.Time) (*File, error) {
	a, err := accountOf(v, in.ID)
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	day := cmp.Or(in.Body.Date, now.Format(time.DateOnly))
	due := slices.DeleteFunc(slices.Clone(a.Orders), func(o money.Order) bool { return !o.Ordered })
	if len(due) == 0 {
		return nil, problem.BadRequest(rootline.Text{
			En: "No payment of this contract is ordered and unpaid. Order one first.",
			Zh: "该合同没有已下达而未支付的款项。请先下达支付。",
		})
	}
	slices.SortFunc(due, func(x, y money.Order) int { return cmp.Or(cmp.Compare(x.Payer, y.Payer), cmp.Compare(x.ID, y.ID)) })
	d := &painDocument{}
	d.Header.MsgID, d.Header.Created = messageID(due), now.UTC().Format("2006-01-02T15:04:05Z")
	d.Header.InitPrty = payingParty(v, due[0].Payer)
	var all int64
	for start := 0; start < len(due); {
		end := start
		for end < len(due) && due[end].Payer == due[start].Payer && due[end].Bank == due[start].Bank {
			end++
		}
		p, sum := paymentOf(v, a, due[start:end], in.Body, day)
		p.ID = d.Header.MsgID + "-" + strconv.Itoa(len(d.Payments)+1)
		d.Payments, all, start = append(d.Payments, p), all+sum, end
	}
	d.Header.Count, d.Header.Sum = strconv.Itoa(len(due)), yuan(all).String()
	return &File{Name: "pain.001", Type: XMLType, Extension: "xml", write: func(w *bufio.Writer) error {
		if _, err := w.WriteString(xml.Header); err != nil {
			return err
		}
		e := xml.NewEncoder(w)
		e.Indent("", " ")
		return e.Encode(d)
	}}, nil
}

// The forms of an account's number and of a bank's identifier code (ISO 9362).
var (
	accountNumber = regexp.MustCompile(`^[0-9A-Za-z-]{1,34}$`)
	bic           = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
)

// check refuses what a bank's program would not read.
func (a *Accounts) check() error {
	for _, one := range []struct{ at, number string }{{"/debtor", a.Debtor}, {"/creditor", a.Creditor}, {"/wages", a.Wages}} {
		if one.number != "" && !accountNumber.MatchString(one.number) {
			return problem.BadRequest(rootline.Text{
				En: "The number of an account has 1 to 34 digits and letters, without spaces. Correct it, or leave it out.",
				Zh: "账号为 1 至 34 位数字或字母，不含空格。请更正，或留空。",
			}).At(one.at)
		}
	}
	if a.Agent != "" && !bic.MatchString(a.Agent) {
		return problem.BadRequest(rootline.Text{
			En: "A BIC has 8 or 11 capital letters and digits. Correct it, or leave it out: the bank's name is written in its place.",
			Zh: "BIC 为 8 位或 11 位大写字母和数字。请更正，或留空（改写银行名称）。",
		}).At("/agent")
	}
	if a.Date != "" {
		if _, err := time.Parse(time.DateOnly, a.Date); err != nil {
			return problem.BadRequest(rootline.Text{En: "date is a day like 2026-03-12.", Zh: "date 应为 2026-03-12 这样的日期。"}).At("/date")
		}
	}
	return nil
}

// paymentOf are the orders of one payer from one account.
func paymentOf(v *presentation.Reply, a *money.Account, orders []money.Order, accounts Accounts, day string) (p painPayment, sum int64) {
	p = painPayment{
		Method: "TRF", Execution: day, Debtor: payingParty(v, orders[0].Payer), Account: *bankAccount(cmp.Or(accounts.Debtor, notProvided)),
	}
	p.Account.Currency = currency
	if bank := painNameOf(v, orders[0].Bank); accounts.Agent != "" {
		p.Agent.BIC = &accounts.Agent
	} else if bank != "" {
		p.Agent.Name = &bank
	} else {
		p.Agent.Other = new(notProvided)
	}
	for i := range orders {
		o := &orders[i]
		t := painTransfer{
			Instruction: clipped(o.ID, painID), EndToEnd: clipped(o.ID, painID), Amount: painAmount{currency, yuan(o.Amount).String()}, Creditor: payingParty(v, o.Payee),
			Remittance: clipped(a.Contract.Number+" "+o.Purpose.In("zh"), painRemittance),
		}
		account := accounts.Creditor
		if o.Wages {
			account = accounts.Wages
		}
		if account != "" {
			t.Account = bankAccount(account)
		}
		p.Transfers, sum = append(p.Transfers, t), sum+o.Amount
	}
	p.Count, p.Sum = strconv.Itoa(len(orders)), yuan(sum).String()
	return p, sum
}

// messageID is of which orders it is about and of since when each is to be paid: an order that came back is another instruction.
func messageID(orders []money.Order) string {
	h := sha256.New()
	for i := range orders {
		since := rootline.Instant(0)
		if orders[i].Clock != nil {
			since = orders[i].Clock.Since
		}
		h.Write([]byte(orders[i].ID + " " + strconv.FormatInt(int64(since), 10) + "\n"))
	}
	return "RL" + hex.EncodeToString(h.Sum(nil))[:24] // the payment's id has to fit behind it
}

// iban is what an international bank account number looks like; whether its digits agree is the bank's to check.
var iban = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{11,30}$`)

func bankAccount(number string) *painAccount {
	if iban.MatchString(number) {
		return &painAccount{IBAN: &number}
	}
	return &painAccount{Other: &number}
}

func payingParty(v *presentation.Reply, mspID string) painParty {
	return painParty{cmp.Or(painNameOf(v, mspID), mspID)}
}

// painNameOf is what a bank knows an organisation by: its name in Chinese, which accounts in CNY are held under.
func painNameOf(v *presentation.Reply, mspID string) string {
	name, _ := organisation(v, mspID, "zh").(string)
	return clipped(name, painName)
}

func clipped(s string, most int) string {
	r := []rune(s)
	return string(r[:min(most, len(r))])
}
