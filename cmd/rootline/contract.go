package main

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/client"
)

// contractForms are what --as takes, with the form that a gateway is asked for and how the file's name ends.
var contractForms = []struct {
	name, extension string
	form            client.ContractFile
}{
	{"lines", "", client.AsTable}, {"variations", "", client.AsTable}, {"claims", "", client.AsTable}, {"orders", "", client.AsTable},
	{"ocds", ".ocds.json", client.AsOCDS}, {"oc4ids", ".oc4ids.json", client.AsOC4IDS}, {"pain.001", ".pain.001.xml", client.AsCreditTransfer}, {"sheet", ".pdf", client.OfClaim},
}

func newContractCmd(env *environment) *cobra.Command {
	var as, format, language, prefix, file string
	var accounts client.Accounts
	names := make([]string, len(contractForms))
	for i, f := range contractForms {
		names[i] = f.name
	}
	cmd := &cobra.Command{
		Use:     "contract CODE",
		GroupID: groupDevice,
		Short:   "Take a contract's bill, claims, payments, open data or orders for the bank as a file",
		Long: `Saves what the ledger holds of a contract as a file: its bill (lines), variations, claims or payment orders as a table; open data
by OCDS 1.1.5 or OC4IDS 0.9.5; or, as pain.001, what is ordered and not paid, as an ISO 20022 message that you give to the bank. No money
moves by it. A sheet is of a claim: a page for signatures on paper, a certificate once it is certified.

The ledger holds no numbers of accounts. Those given here are used for the file and kept nowhere.`,
		Example: "  rootline contract 95200017H2K9QF3ABCD0 --as claims --format xlsx\n  rootline contract 95200017H2K9QF3ABCD0 --as pain.001 --debtor-account 6222000000000001 --agent BKCHCNBJ",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			i := slices.Index(names, as)
			if i < 0 {
				return &usageError{fmt.Errorf("--as takes one of %s; %q is none of them", strings.Join(names, ", "), as)}
			}
			query, end := url.Values{}, contractForms[i].extension
			switch form := contractForms[i].form; {
			case form == client.AsTable:
				query.Set("table", as)
				query.Set("format", format)
				end = "." + as + "." + format
			case prefix != "" && (form == client.AsOCDS || form == client.AsOC4IDS):
				query.Set("prefix", prefix)
			}
			if contractForms[i].form != client.AsCreditTransfer {
				query.Set("lang", language)
			}
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			if _, err := g.SignIn(cmd.Context(), d); err != nil {
				return err
			}
			b, err := g.Contract(cmd.Context(), args[0], contractForms[i].form, query, accounts)
			if err != nil {
				return err
			}
			path := first(file, args[0]+end)
			if err := os.WriteFile(path, b, 0o600); err != nil {
				return err
			}
			env.say("Saved %s, %d bytes.", path, len(b))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&as, "as", "lines", "what to take: "+strings.Join(names, ", "))
	f.StringVar(&format, "format", "csv", "of a table: csv or xlsx")
	f.StringVar(&language, "lang", "en", "language of headings and titles: en or zh")
	f.StringVar(&prefix, "prefix", "", "of open data: the publisher's registered prefix, ocds-…")
	f.StringVar(&file, "output", "", "where to save it (default: the code with the form's ending)")
	f.StringVar(&accounts.Debtor, "debtor-account", "", "of pain.001: the payer's account")
	f.StringVar(&accounts.Agent, "agent", "", "of pain.001: BIC of the payer's bank")
	f.StringVar(&accounts.Creditor, "creditor-account", "", "of pain.001: the payee's account")
	f.StringVar(&accounts.Wages, "wage-account", "", "of pain.001: the payee's wage account")
	f.StringVar(&accounts.Date, "date", "", "of pain.001: the day on which it is to be paid, as 2026-03-12 (default: today)")
	return cmd
}
