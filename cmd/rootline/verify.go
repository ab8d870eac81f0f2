package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/proof"
)

// envAnchor stands in for the flag.
const envAnchor = "ROOTLINE_ANCHOR"

// verdictError is the end of a command that has said already what is to be said.
type verdictError struct{ exit int }

func (e *verdictError) Error() string { return fmt.Sprintf("exit %d", e.exit) }

func newVerifyCmd(env *environment) *cobra.Command {
	var lang languageFlag
	var anchor, code, nonce, genesis string
	var organisations int
	var maxAge time.Duration
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "verify FILE",
		GroupID: groupFounding,
		Short:   "Verify a proof, without a network and trusting no gateway",
		Long: `Verifies a file of proof: what the ledger holds of an item, that a code was never recorded, or a signed list of items, alone or as a ZIP
with the items' own proofs. All
that is needed beside the file is the anchor, which every organisation publishes: take it from one that did not give you the file.

Exit codes of this command: 0 valid, 1 refused, 2 it cannot be read, 3 valid, but weaker than asked. Without an anchor the proof is held against
itself, which is weaker: compare the hash of the pinned block with what an organisation publishes.`,
		Example: "  rootline verify tree.rlproof --anchor anchor.json\n  rootline verify tree.rlproof --anchor anchor.json --code 9520001T7H2K9QF3ABCD --orgs 3 --max-age 24h --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			in, err := lang.language(env)
			if err != nil {
				return err
			}
			o := proof.Options{Code: strings.ReplaceAll(code, " ", ""), Organisations: organisations, MaxAge: maxAge, Now: rootline.InstantOf(time.Now())}
			if nonce != "" {
				if o.Nonce, err = hex.DecodeString(nonce); err != nil {
					return &usageError{fmt.Errorf("--nonce is hexadecimal digits, not %q", nonce)}
				}
			}
			if genesis != "" {
				if o.Configuration, err = configurationIn(genesis); err != nil {
					return err
				}
			}
			report, err := env.verifyFile(args[0], first(anchor, env.getenv(envAnchor)), o)
			return env.verdict(report, err, in, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&anchor, "anchor", "", "file of the anchor, as an organisation publishes it (or $"+envAnchor+")")
	flags.StringVar(&code, "code", "", "what the proof has to be about")
	flags.StringVar(&nonce, "nonce", "", "what the organisations were asked with, in hexadecimal digits")
	flags.IntVar(&organisations, "orgs", 0, "how many organisations have to vouch, at least (default: as the anchor says)")
	flags.DurationVar(&maxAge, "max-age", 0, "how old it may be: 24h (default: any age)")
	flags.StringVar(&genesis, "genesis", "", "file of the block that the anchor names, for proofs that leave it out")
	flags.BoolVar(&asJSON, "json", false, "print the report as JSON")
	lang.register(cmd)
	return cmd
}

// verifyFile reads and verifies a proof, or a ZIP of a set's and its items'. Faults of reading a file are *os.PathError.
func (env *environment) verifyFile(name, anchor string, o proof.Options) (*proof.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var pinned *proof.Anchor
	if anchor != "" {
		b, err := readAtMost(anchor, proof.MaxBytes)
		if err != nil {
			return nil, err
		}
		if pinned, err = proof.ParseAnchor(b); err != nil {
			return nil, err
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, proof.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if proof.IsPack(b) {
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		told := time.Now()
		return proof.VerifyPack(f, info.Size(), pinned, o, func(done, total int) {
			if time.Since(told) >= lineEvery {
				told = time.Now()
				env.note("%d of %d", done, total)
			}
		})
	}
	bundle, err := proof.Decode(b)
	if err != nil {
		return nil, err
	}
	return proof.Verify(bundle, pinned, o)
}

// readAtMost reads a file up to one byte past what is taken of it, so that a longer one shows.
func readAtMost(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	return b, errors.Join(err, f.Close())
}

// configurationIn is the envelope of a block with a configuration.
func configurationIn(name string) ([]byte, error) {
	b, err := readAtMost(name, channel.MaxBlock)
	if err != nil {
		return nil, err
	}
	block, err := channel.ParseBlock(b)
	if err == nil && len(block.Envelopes) != 1 {
		err = fmt.Errorf("%s holds no configuration", name)
	}
	if err != nil {
		return nil, err
	}
	return block.Envelopes[0], nil
}

// verdict prints what came of a proof, and gives the end of the command.
func (env *environment) verdict(r *proof.Report, err error, lang string, asJSON bool) error {
	var fault *proof.Fault
	if err != nil && !errors.As(err, &fault) {
		env.note("rootline: %v", err)
		return &verdictError{proof.ExitUnreadable}
	}
	if asJSON {
		if err := env.verdictJSON(r, fault); err != nil {
			return err
		}
	} else if fault != nil {
		title := shownRefused
		if fault.Code.Exit() == proof.ExitUnreadable {
			title = shownUnreadable
		}
		env.say("%s: %s", title.In(lang), fault.Code.Says().In(lang))
		env.say("  %s%s", fault.Code, inLine(detail(fault)))
	} else {
		env.showProof(r, lang)
	}
	exit := proof.ExitValid
	if fault != nil {
		exit = fault.Code.Exit()
	} else {
		exit = r.Exit()
	}
	if exit != proof.ExitValid {
		return &verdictError{exit}
	}
	return nil
}

// inLine is a text of the proof as it stands in one line of the report: who made the proof chose it, and a line of its own would
// look like the report's.
func inLine(s string) string {
	return lineEnds.Replace(rootline.Shown(s))
}

var lineEnds = strings.NewReplacer("\n", "[U+000A]", "\r", "[U+000D]", "\t", "[U+0009]")

func detail(f *proof.Fault) string {
	if f.Detail == "" {
		return ""
	}
	return ": " + f.Detail
}

// verdictForm is what --json prints.
type verdictForm struct {
	// Valid says that it is valid and all that was asked for is shown: without an anchor nothing is.
	Valid bool `json:"valid"`
	Exit  int  `json:"exit"`
	// Code, Says and Detail say why it was refused.
	Code   proof.Code     `json:"code,omitempty"`
	Says   *rootline.Text `json:"says,omitempty"`
	Detail string         `json:"detail,omitempty"`
	Report *proof.Report  `json:"report,omitempty"`
}

func (env *environment) verdictJSON(r *proof.Report, f *proof.Fault) error {
	form := verdictForm{Valid: f == nil && r.Exit() == proof.ExitValid, Report: r}
	if f != nil {
		says := f.Code.Says()
		form.Exit, form.Code, form.Says, form.Detail = f.Code.Exit(), f.Code, &says, f.Detail
	} else {
		form.Exit = r.Exit()
	}
	b, err := json.MarshalIndent(form, "", "  ")
	if err != nil {
		return err
	}
	env.say("%s", b)
	return nil
}

// moment is a time as people read it.
func moment(t rootline.Instant) string { return t.Time().Format("2006-01-02 15:04:05 UTC") }

// showProof prints a report for people.
func (env *environment) showProof(r *proof.Report, lang string) {
	title := shownValid
	if !r.Pinned {
		title = shownUnpinned
	} else if r.Exit() == proof.ExitWeaker {
		title = shownWeaker
	}
	env.say("%s: %s", title.In(lang), inLine(about(r, lang)))
	for _, w := range r.Weaker {
		env.say("  ! %s (%s)", w.Says().In(lang), w)
	}
	env.say("")
	table := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
	row := func(name rootline.Text, format string, args ...any) {
		fmt.Fprintf(table, "%s\t%s\n", name.In(lang), inLine(fmt.Sprintf(format, args...)))
	}
	if a := r.Item; a != nil {
		kind, state := a.Kind, a.State
		if t := r.ItemTitles; t != nil {
			kind, state = titled(t.Kind, kind, lang), titled(t.State, state, lang)
		}
		row(shownItem, "%s, %s; %s; %s", kind, state, a.Rulebook, a.Custodian)
	}
	if r.Maker != "" {
		row(shownMaker, "%s", r.Maker)
	}
	row(shownDate, "%s", moment(r.Date))
	switch {
	case r.Seal != nil:
		row(shownSeal, shownSealed.In(lang), r.Seal.Block, moment(r.Seal.Witnessed))
	case r.Kind != proof.KindSet.String():
		row(shownSeal, "%s", shownNoSeal.In(lang))
	}
	row(shownVouching, shownVouched.In(lang), len(r.Organisations), len(r.Members), strings.Join(r.Organisations, ", "), r.K)
	row(shownLedger, "%s, %s", r.Channel, r.Net)
	row(shownPin, shownPinned.In(lang), r.Pin.Block, r.Pin.Hash)
	row(shownRules, shownRulesOf.In(lang), r.Configuration.Sequence, r.Configuration.Block)
	row(shownBlocks, shownHeaders.In(lang), r.Headers, r.Deep)
	for _, b := range r.Rulebooks {
		row(shownRulebook, "%s, SHA-256 %s", b.Name, b.SHA256)
	}
	for _, l := range r.Lists {
		row(shownNotOn, shownSorted.In(lang), l)
	}
	for _, o := range r.Unconfirmed {
		row(shownNoGenesis, "%s", o)
	}
	_ = table.Flush()
	env.showHistory(r, lang)
	for i, item := range r.Items {
		if i == 0 {
			env.say("")
		}
		own := ""
		if item.Proof != nil && r.ItemsProven != nil {
			own = "  " + shownOwnProof.In(lang)
		}
		env.say("  %s  %s  %s%s", item.Code, fmt.Sprintf(counted(item.Seq, shownEvent, shownEvents).In(lang), item.Seq), item.Head, own)
	}
	if r.ItemsProven != nil {
		env.say(shownItemsProved.In(lang), *r.ItemsProven, len(r.Items))
	}
	env.say("\n%s", shownUnproven.In(lang))
	for _, u := range r.Unproven {
		env.say("  - %s", u.Says.In(lang))
	}
}

// titled is what something is called, with its name in the rulebook; the name alone where nothing says more.
func titled(t rootline.Text, name, lang string) string {
	if t.In(lang) == "" {
		return name
	}
	return t.In(lang) + " (" + name + ")"
}

// counted is the text for one, or for any other number.
func counted(n uint64, one, more rootline.Text) rootline.Text {
	if n == 1 {
		return one
	}
	return more
}

// about says in a line what a proof shows.
func about(r *proof.Report, lang string) string {
	switch r.Kind {
	case proof.KindItem.String():
		if n := len(r.Events); *r.OwnEvents < n {
			return fmt.Sprintf(shownHoldsOthers.In(lang), r.Subject, n, *r.OwnEvents, n-*r.OwnEvents)
		}
		return fmt.Sprintf(shownHolds.In(lang), r.Subject, len(r.Events))
	case proof.KindAbsence.String():
		return fmt.Sprintf(shownAbsent.In(lang), r.Subject)
	}
	return fmt.Sprintf(shownSet.In(lang), len(r.Items), r.Subject)
}

// showHistory prints the events, with who signed them.
func (env *environment) showHistory(r *proof.Report, lang string) {
	if len(r.Events) == 0 {
		return
	}
	people := map[string]string{}
	for _, d := range r.Devices {
		people[d.Kid] = fmt.Sprintf("%s (%s, %s)", d.Name, d.Role, d.Organisation)
	}
	env.say("\n%s", shownHistory.In(lang))
	table := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
	for _, e := range r.Events {
		var notes []string
		if e.Relation != proof.Own {
			whose := e.Asset
			if whose == "" {
				whose = shownRegistry.In(lang)
			}
			notes = append(notes, fmt.Sprintf(shownOther.In(lang), whose)+shownRelations[e.Relation].In(lang))
		}
		if e.AttestedBy != "" {
			notes = append(notes, fmt.Sprintf(shownAttested.In(lang), people[e.AttestedBy]))
		}
		if e.Unseen {
			notes = append(notes, shownUnseen.In(lang))
		}
		fmt.Fprintf(table, "  %d\t%s\t%s\t%s\t%s\n", e.Seq, moment(e.Witnessed), inLine(titled(e.Title, e.Action, lang)), inLine(people[e.Device]), inLine(strings.Join(notes, "; ")))
	}
	_ = table.Flush()
}

// The words of the report.
var (
	shownValid       = rootline.Text{En: "VALID", Zh: "有效"}
	shownWeaker      = rootline.Text{En: "VALID, BUT WEAKER THAN ASKED", Zh: "有效，但弱于所要求的"}
	shownUnpinned    = rootline.Text{En: "CONSISTENT WITH ITSELF; NOT COMPARED WITH ANY LEDGER", Zh: "自身一致；未与任何账本比对"}
	shownRefused     = rootline.Text{En: "REFUSED", Zh: "拒绝"}
	shownUnreadable  = rootline.Text{En: "CANNOT BE READ", Zh: "无法读取"}
	shownHolds       = rootline.Text{En: "the ledger holds %s, with a history of %d events, complete and in order", Zh: "账本中有 %s，全过程记录共 %d 个事件，完整且次序无误"}
	shownHoldsOthers = rootline.Text{En: "the ledger holds %s, with a history of %d events, complete and in order: %d of its own, and %d of others that changed its record", Zh: "账本中有 %s，全过程记录共 %d 个事件，完整且次序无误：其中自身事件 %d 个，改变其记录的其他事件 %d 个"}
	shownAbsent      = rootline.Text{En: "the ledger never recorded %s", Zh: "账本从未登记 %s"}
	shownSet         = rootline.Text{En: "a list of %d items, %s", Zh: "共 %d 个物品的清单，%s"}
	shownItem        = rootline.Text{En: "Item", Zh: "物品"}
	shownMaker       = rootline.Text{En: "List made by", Zh: "制单单位"}
	shownDate        = rootline.Text{En: "As of", Zh: "截至"}
	shownSeal        = rootline.Text{En: "Not older than", Zh: "不早于"}
	shownSealed      = rootline.Text{En: "block %d, of %s", Zh: "区块 %d（%s）"}
	shownNoSeal      = rootline.Text{En: "unknown: the ledger was never sealed", Zh: "未知：账本从未封存"}
	shownVouching    = rootline.Text{En: "Vouched for by", Zh: "背书单位"}
	shownVouched     = rootline.Text{En: "%d of %d organisations: %s (%d are needed)", Zh: "%d / %d 个：%s（至少 %d 个）"}
	shownLedger      = rootline.Text{En: "Ledger", Zh: "账本"}
	shownPin         = rootline.Text{En: "Verified from", Zh: "验证起点"}
	shownPinned      = rootline.Text{En: "block %d, %s", Zh: "区块 %d，%s"}
	shownRules       = rootline.Text{En: "Rules of", Zh: "依据的配置"}
	shownRulesOf     = rootline.Text{En: "configuration %d, block %d", Zh: "第 %d 号配置，区块 %d"}
	shownBlocks      = rootline.Text{En: "Blocks", Zh: "区块"}
	shownHeaders     = rootline.Text{En: "%d headers signed by a quorum of orderers, %d whole blocks", Zh: "%d 个区块头有法定数排序节点签名，%d 个完整区块"}
	shownRulebook    = rootline.Text{En: "Rulebook", Zh: "规则手册"}
	shownNotOn       = rootline.Text{En: "Not on the list", Zh: "不在清单上"}
	shownSorted      = rootline.Text{En: "%s, unless whoever made the list put it out of order", Zh: "%s（除非制单者打乱了次序）"}
	shownNoGenesis   = rootline.Text{En: "Did not state the ledger's beginning", Zh: "未声明账本起点"}
	shownHistory     = rootline.Text{En: "History, by the time of recording:", Zh: "全过程记录（登记时间）："}
	shownOther       = rootline.Text{En: "event of %s, ", Zh: "%s 的事件，"}
	shownRegistry    = rootline.Text{En: "the registry", Zh: "登记处"}
	shownRelations   = map[proof.Relation]rootline.Text{
		proof.Input:    {En: "for which this item was used", Zh: "使用了本物品"},
		proof.Part:     {En: "which was divided into this lot", Zh: "由其分出本批次"},
		proof.Under:    {En: "which lies under this item", Zh: "其隶属于本物品"},
		proof.Referred: {En: "which refers to this item", Zh: "其中引用了本物品"},
		proof.Act:      {En: "which names this item", Zh: "其中提及本物品"},
		proof.Unnamed:  {En: "which changed this item's record; what was signed does not name this item", Zh: "改变了本物品的记录；签名内容未提及本物品"},
	}
	shownAttested    = rootline.Text{En: "came after its device's end; vouched for by %s", Zh: "设备到期后送达，由 %s 作证"}
	shownUnseen      = rootline.Text{En: "names a block that there is not", Zh: "所称的区块不存在"}
	shownEvent       = rootline.Text{En: "%d event", Zh: "%d 个事件"}
	shownEvents      = rootline.Text{En: "%d events", Zh: "%d 个事件"}
	shownOwnProof    = rootline.Text{En: "own proof valid", Zh: "自身证明有效"}
	shownItemsProved = rootline.Text{En: "The items' own proofs: %d of %d, each valid and of the state that the list names.", Zh: "各物品自身的证明：%d / %d 份，均有效，且与清单所列状态一致。"}
	shownUnproven    = rootline.Text{En: "What this cannot prove:", Zh: "以下无法证明："}
)
