package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/demonstration"
	"github.com/rootline/rootline/story"
)

func newStoryCmd(env *environment) *cobra.Command {
	var flags localFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "story",
		Short: "Tell the long synthetic story on the ledger of this machine",
		Long: `Plays forestation, the floodway and the service centre through the HTTP API of the first gateway, on a ledger that
rootline up brought up: trees, layers of fill along a levee, concealed works and waste, prefabricated components from the
mould to the joint. Nobody and nothing in it exists, and every event says so in its evidence. It prints what there is to
look at, and which elements a recall of the story's lot of cement must list. Told again, nothing is recorded twice.`,
		Example: "  rootline story\n  rootline story --json > script.json",
		GroupID: groupLedger,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := flags.options(cmd, env)
			if err != nil {
				return err
			}
			o.Report = env.err
			script, err := demonstration.TellAll(cmd.Context(), o)
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(env.out)
				enc.SetIndent("", "  ")
				return enc.Encode(script)
			}
			site := fmt.Sprintf("http://localhost:%d", o.Port)
			return showScript(env, site, script)
		},
	}
	flags.registerPort(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the script as JSON")
	return cmd
}

// showScript says where to look, and what a recall must find.
func showScript(env *environment, site string, s *story.Script) error {
	env.say("The story (synthetic: nobody and nothing in it exists):")
	w := tabwriter.NewWriter(env.out, 2, 0, 2, ' ', 0)
	item := func(what, code string) {
		fmt.Fprintf(w, "  %s\t%s\t%s/8004/%s\n", what, rootline.GroupCode(code), site, code)
	}
	item("a pine", s.Tree)
	item("a tree that died", s.Dead)
	item("the levee", s.Unit)
	item("its cut-off wall", s.Wall)
	item("its toe drain, accepted", s.Toe)
	item("the service centre", s.Centre)
	item("columns, accepted together", s.Columns)
	item("a column with its ancestry", s.Column)
	for _, e := range s.Strip {
		item("layer of fill, "+e.State, e.Code)
	}
	fmt.Fprintf(w, "\nA recall of this lot of cement\n")
	item("", s.Recall.Lot)
	fmt.Fprintf(w, "must list exactly these elements:\n")
	for _, code := range s.Recall.Certain {
		item("certain", code)
	}
	for _, code := range s.Recall.Possible {
		item("possible", code)
	}
	fmt.Fprintf(w, "the test that it passed\n")
	for _, code := range s.Recall.Tests {
		item("certain", code)
	}
	fmt.Fprintf(w, "and of these those that were accepted by then:\n")
	for _, code := range s.Recall.Above {
		item("certain", code)
	}
	return w.Flush()
}
