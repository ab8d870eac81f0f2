package export

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/money"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
)

// ContractTableInput is what an export of a contract's records can be asked.
type ContractTableInput struct {
	query.CodePath
	Options
	Table string `query:"table" enum:"lines,variations,claims,orders" default:"lines" doc:"Which of its records"`
}

// ContractTable answers with the bill of a contract, its variations, claims or payment orders, as a table. Amounts are in yuan.
func ContractTable(v *presentation.Reply, in *ContractTableInput) (*File, error) {
	a, err := accountOf(v, in.ID)
	if err != nil {
		return nil, err
	}
	t := func(en, zh string) rootline.Text { return rootline.Text{En: en, Zh: zh} }
	lang := in.Lang
	switch in.Table {
	case "variations":
		titles := map[string]string{}
		for i := range a.Lines {
			titles[a.Lines[i].ID] = a.Lines[i].Title
		}
		return asTable(in.Options, "variations", t("Variations", "变更"), []column[money.Variation]{
			{"number", t("Number", "编号"), func(x *money.Variation) any { return filled(x.Number) }},
			{"line", t("Line", "清单项"), func(x *money.Variation) any { return filled(titles[x.Under]) }},
			{"state", t("State", "状态"), func(x *money.Variation) any { return x.StateTitle.In(lang) }},
			{"change", t("Change of the quantity", "数量增减"), func(x *money.Variation) any { return x.Change }},
			{"value", t("Change of the price (yuan)", "金额增减（元）"), func(x *money.Variation) any { return yuan(x.Value) }},
			{"reason", t("Reason", "原因"), func(x *money.Variation) any { return filled(x.Reason) }},
			{"agreed", t("Agreed (UTC)", "签认时间（UTC）"), func(x *money.Variation) any { return moment(x.Agreed) }},
			{"code", t("Code", "编码"), func(x *money.Variation) any { return x.ID }},
		}, rowsOf(a.Variations)), nil
	case "claims":
		return asTable(in.Options, "claims", t("Claims", "支付申请"), []column[money.Claim]{
			{"number", t("Number", "期号"), func(x *money.Claim) any { return filled(x.Number) }},
			{"state", t("State", "状态"), func(x *money.Claim) any { return x.StateTitle.In(lang) }},
			{"cumulative", t("To date (yuan)", "累计（元）"), func(x *money.Claim) any { return yuan(x.Cumulative) }},
			{"gross", t("This claim (yuan)", "本期金额（元）"), func(x *money.Claim) any { return yuan(x.Gross) }},
			{"retention", t("Retention (yuan)", "扣留质量保证金（元）"), func(x *money.Claim) any { return yuan(x.Retention) }},
			{"recovery", t("Recovered of the advance (yuan)", "扣回预付款（元）"), func(x *money.Claim) any { return yuan(x.Recovery) }},
			{"net", t("Net (yuan)", "本期应付（元）"), func(x *money.Claim) any { return yuan(x.Net) }},
			{"wages", t("Of it to the wage account (yuan)", "其中拨付工资专户（元）"), func(x *money.Claim) any { return yuan(x.Wages) }},
			{"setOff", t("Left out for recalls (yuan)", "因召回扣减（元）"), func(x *money.Claim) any { return yuan(x.SetOff) }},
			{"ordered", t("Ordered (yuan)", "已下达（元）"), func(x *money.Claim) any { return yuan(x.Ordered) }},
			{"paid", t("Paid (yuan)", "已支付（元）"), func(x *money.Claim) any { return yuan(x.Paid) }},
			{"certified", t("Certified (UTC)", "审定时间（UTC）"), func(x *money.Claim) any { return moment(x.At) }},
			{"code", t("Code", "编码"), func(x *money.Claim) any { return x.ID }},
		}, rowsOf(a.Claims)), nil
	case "orders":
		return asTable(in.Options, "payments", t("Payments", "支付"), []column[money.Order]{
			{"purpose", t("For", "用途"), func(x *money.Order) any { return filled(x.Purpose.In(lang)) }},
			{"amount", t("Amount (yuan)", "金额（元）"), func(x *money.Order) any { return yuan(x.Amount) }},
			{"state", t("State", "状态"), func(x *money.Order) any { return x.StateTitle.In(lang) }},
			{"payer", t("From", "付款单位"), func(x *money.Order) any { return organisation(v, x.Payer, lang) }},
			{"payee", t("To", "收款单位"), func(x *money.Order) any { return organisation(v, x.Payee, lang) }},
			{"paid", t("Paid (UTC)", "支付时间（UTC）"), func(x *money.Order) any { return moment(x.At) }},
			{"said", t("Said by the payer alone", "仅付款方自报"), func(x *money.Order) any { return yes(x.Said, lang) }},
			{"reference", t("Bank's reference", "银行流水号"), func(x *money.Order) any { return filled(x.Reference) }},
			{"code", t("Code", "编码"), func(x *money.Order) any { return x.ID }},
		}, rowsOf(a.Orders)), nil
	}
	return asTable(in.Options, "bill", t("Bill of quantities", "工程量清单"), []column[money.Line]{
		{"number", t("Number", "编号"), func(x *money.Line) any { return filled(x.Number) }},
		{"title", t("Line", "项目名称"), func(x *money.Line) any { return filled(x.Title) }},
		{"measure", t("Measured", "计价对象"), func(x *money.Line) any { return filled(x.Measure.In(lang)) }},
		{"quantity", t("Quantity of the bill", "清单数量"), func(x *money.Line) any { return x.Quantity }},
		{"varied", t("Varied by", "变更增减"), func(x *money.Line) any { return x.Varied }},
		{"price", t("Price (yuan)", "单价（元）"), func(x *money.Line) any { return yuan(x.Price) }},
		{"per", t("For", "单价对应数量"), func(x *money.Line) any { return x.Per }},
		{"worth", t("Value (yuan)", "合价（元）"), func(x *money.Line) any { return yuan(x.Worth) }},
		{"done", t("Quantity measured", "已计量数量"), func(x *money.Line) any { return x.Done }},
		{"measured", t("Measured (yuan)", "已计量（元）"), func(x *money.Line) any { return yuan(x.Measured) }},
		{"withheld", t("Held by recalls (yuan)", "被召回冻结（元）"), func(x *money.Line) any { return yuan(x.Withheld) }},
		{"code", t("Code", "编码"), func(x *money.Line) any { return x.ID }},
	}, rowsOf(a.Lines)), nil
}

func accountOf(v *presentation.Reply, code string) (*money.Account, error) {
	if err := query.CheckCode(code); err != nil {
		return nil, err
	}
	return money.Read(v, code)
}

func rowsOf[T any](all []T) func(row func(*T) error) error {
	return func(row func(*T) error) error {
		for i := range all {
			if err := row(&all[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func yes(b bool, lang string) any {
	if !b {
		return nil
	}
	return rootline.Text{En: "yes", Zh: "是"}.In(lang)
}
