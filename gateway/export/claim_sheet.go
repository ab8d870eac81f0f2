package export

import (
	"bufio"
	"strconv"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels"
	"github.com/rootline/rootline/gateway/money"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
)

// PDFType is the media type of sheets.
const PDFType = "application/pdf"

// ClaimSheetInput is what a claim's sheet can be asked.
type ClaimSheetInput struct {
	query.CodePath
	Lang string `query:"lang" enum:"en,zh" default:"zh" doc:"Language of the sheet"`
}

// ClaimSheet answers with a claim as a page for signatures on paper: an application for payment, or the certificate once it is certified. Its
// QR code leads to the claim's own page, which says what holds.
func ClaimSheet(v *presentation.Reply, in *ClaimSheetInput) (*File, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	c, err := money.ClaimOf(v, in.ID)
	if err != nil {
		return nil, err
	}
	contract, err := money.ContractOf(v, c.Under)
	if err != nil {
		return nil, err
	}
	say := func(en, zh string) string { return rootline.Text{En: en, Zh: zh}.In(in.Lang) }
	s := &labels.Sheet{
		Origin: v.Gateway.Origin, Code: c.ID, Title: say("Application for payment", "支付申请书"),
		Signature: say("Signature and seal", "签字盖章"), Date: say("Date", "日期"),
		Says: []string{
			say("Claim No. ", "期号：") + c.Number, contract.Name, say("Contract No. ", "合同编号：") + contract.Number, say("State: ", "状态：") + c.StateTitle.In(in.Lang),
		},
	}
	if c.Certified {
		s.Title = say("Certificate of payment", "支付证书")
		s.Says = append(s.Says, say("Certified: ", "审定时间：")+local(v, c.At))
	}
	row := func(en, zh string, fen int64, strong bool) {
		s.Rows = append(s.Rows, labels.SheetRow{Name: say(en, zh), Value: yuan(fen).grouped(), Strong: strong})
	}
	row("Claimed to date (yuan)", "累计申报（元）", c.Cumulative, false)
	row("Less: certified before", "减：以前已审定", c.Gross-c.Cumulative, false)
	row("This claim", "本期金额", c.Gross, true)
	row("Less: retention", "减：扣留质量保证金", -c.Retention, false)
	row("Less: recovered of the advance", "减：扣回预付款", -c.Recovery, false)
	row("Net, to be paid", "本期应付", c.Net, true)
	if c.Wages != 0 {
		row("Of it to the wage account", "其中拨付工资专户", c.Wages, false)
	}
	if c.SetOff != 0 {
		row("Left out for recalls", "因召回扣减", c.SetOff, false)
	}
	name := func(mspID string) string {
		if n, ok := organisation(v, mspID, in.Lang).(string); ok {
			return n
		}
		return mspID
	}
	for _, mspID := range append([]string{contract.Contractor}, c.Answers...) {
		s.Signers = append(s.Signers, name(mspID))
	}
	s.Foot = []string{
		say("Printed from the ledger, current to block ", "据账本打印，截至区块 ") + strconv.FormatUint(v.At.Number, 10) + say(", ", "，") + local(v, v.At.Time),
		say("What holds is the record on the ledger: scan the code to compare.", "以账本记录为准，扫码核对。"),
		v.Gateway.Link(c.ID),
	}
	return &File{Name: "claim-" + c.ID, Type: PDFType, Extension: "pdf", write: func(w *bufio.Writer) error { return labels.WriteSheet(w, s) }}, nil
}

// local is a moment in the zone of the works, to the minute, with the zone.
func local(v *presentation.Reply, at rootline.Instant) string {
	zone := v.Gateway.Zone
	if zone == nil {
		zone = time.UTC
	}
	return at.Time().In(zone).Format("2006-01-02 15:04 (UTC-07:00)")
}
