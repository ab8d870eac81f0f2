package page

import "strings"

// noun is a counted word: its form for one and its form for many. Chinese has one form, with its measure word.
type noun struct{ one, many string }

// words are the fixed words of the pages in one language. Verbs in sentences are filled by fmt, in the order named.
type words struct {
	Title, Language                                           string
	Answers, MadeBy, Place, Position, Quantity, Left, FromLot string
	SomeOrganisation, SomePlace, SomeRules, RulesVersion      string
	BeijingTime, TimeOf, OnList, Since, SomeAct               string
	OtherCodes, WentInto, Unnamed, Yes, No, Yuan, WanYuan     string
	AsleepTitle, AsleepSays                                   string
	PhotoOf                                                   string // name, who released it

	Intact, Checked, HowWeKnow             string // events, devices, organisations; block
	NoEvents                               string
	Disputed, DisputedNext                 string // disputed, events
	Lags                                   string // block, behind
	Unjudged                               string // transaction
	UnjudgedNext, UnjudgedEvent            string
	NotRecomputed                          string // transaction, block
	NotRecomputedNext                      string
	Partial                                string // events, devices, organisations
	PartialOlder, PartialStates            string // compared, events; events
	CompareOn                              string
	Unchecked                              map[string]string
	Against                                string // events, first block, last block, whose peer, organisations
	AgainstMore                            string // compared, all events, signatures, records
	AgainstLot                             string // whose peer, organisations
	Silent                                 string // organisation
	ComparedTitle, ComparedSays            string
	FieldDiffers, FieldBy                  string // field; organisation
	Stopped, StoppedBehind                 string // block; behind
	Stops                                  map[string]string
	StopsOther, StoppedSince               string // why, moment
	StoppedNext, UnknownStopped            string
	Outdated                               string // block of the successor, block
	Current                                string // block, moment
	History, Newest, MoreEvents            string
	Details, ComesFrom                     string
	Proof, Verifier, Events, Record, Check string
	How                                    []string
	Claimed, Recorded, Later, Earlier      string // time; time; span
	Late, Corrects, CorrectedBy, OfLot     string
	DisputedEvent, Evidence, Block         string
	Rulebook, Amount                       string
	QR                                     string

	ShouldHold, RingSays                       string
	Names, DotSays                             string
	Frozen, FrozenPossible, FrozenSays, Reason string // organisation, day
	PhotoSays                                  string

	CheckTitle, Back, CheckedNow, Agrees, Differs, Differences string
	Broken, BrokenNext, NotChecked, CheckJSON                  string
	SignedTitle, SignedSays, SignedFact                        string // signatures, events
	LinkedTitle, LinkedSays, LinkedFact                        string // events
	LedTitle, LedSays                                          string
	ChainTitle, ChainSays, ChainFact                           string // blocks, moment
	JudgedTitle, JudgedSays, JudgedFact                        string // disputed
	Limits                                                     []string
	Faults                                                     map[string]string

	UnknownTitle, UnknownNext, UnknownMeant              string
	NoCodeTitle, NoCodeNext                              string
	BlankTitle, BlankNext, BlankOf, BlankRoll, BlankBind string
	RollTitle, RollNext                                  string
	UnknownLags, UnknownBlock                            string
	Start, ProblemTitle, ProblemNext                     string

	EventsN, DevicesN, OrganisationsN, FilesN, ItemsN, BlocksN noun
	Minutes, Hours, Days                                       noun
	// Units are what units are called that have a name rather than a symbol.
	Units map[string]string
}

// count writes a number with its word.
func count[N integer](n N, of noun) string {
	form := of.many
	if n == 1 || n+1 == 0 { // −1 is one, too
		form = of.one
	}
	return strings.ReplaceAll(form, "#", grouped(n))
}
