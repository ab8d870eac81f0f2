// Package money reads contracts, their bills, variations, claims and payment orders from the read model, as the rulebooks say which
// records are these. All sums are the ledger's own: counts that records keep of what lies under them. Amounts are in fen, moments those
// that the ledger witnessed. What nobody says is absent.
package money

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Thing is what every record of money has.
type Thing struct {
	ID         string        `json:"id"`
	Rulebook   string        `json:"rulebook" example:"funds@1"`
	Kind       string        `json:"kind"`
	KindTitle  rootline.Text `json:"kindTitle"`
	State      string        `json:"state"`
	StateTitle rootline.Text `json:"stateTitle"`
	Tone       rulebook.Tone `json:"tone" doc:"How the state looks"`
	Frozen     bool          `json:"frozen,omitempty" doc:"A recall holds it, or something under it"`
	Under      string        `json:"under,omitempty"`
	Signing    *Signing      `json:"signing,omitempty" doc:"The action that waits for more signatures"`
	Clock      *Deadline     `json:"clock,omitempty" doc:"The time that runs in its state"`
}

// Signing is an action that some have signed and that waits for others.
type Signing struct {
	Action  rootline.Text `json:"action"`
	Signed  []string      `json:"signed" doc:"MSP ids of who has signed"`
	Missing []Missing     `json:"missing" doc:"The roles that have not"`
}

// Missing is a role whose signature is missing.
type Missing struct {
	Role  string        `json:"role"`
	Title rootline.Text `json:"title"`
}

// Deadline is the time that an organisation has for what is to be done.
type Deadline struct {
	Since rootline.Instant `json:"since"`
	Until rootline.Instant `json:"until"`
	By    string           `json:"by" doc:"MSP id of who is awaited"`
	Then  rootline.Text    `json:"then,omitzero" doc:"What may be done once the time is over"`
}

// Contract is a contract with what was done and paid under it.
type Contract struct {
	Thing
	Name       string           `json:"name,omitempty"`
	Number     string           `json:"number"`
	Owner      string           `json:"owner" doc:"MSP id of who pays"`
	Contractor string           `json:"contractor,omitempty" doc:"MSP id of who is paid"`
	Bank       string           `json:"bank,omitempty" doc:"MSP id of who keeps the account"`
	Price      int64            `json:"price,omitempty" doc:"As it was signed, in fen"`
	Signed     rootline.Instant `json:"signed,omitzero" doc:"When the last party signed"`
	Pending    bool             `json:"pending,omitempty" doc:"It is not signed yet"`
	Void       bool             `json:"void,omitempty" doc:"It never holds"`
	Complete   bool             `json:"complete,omitempty" doc:"The works are complete"`
	Sums       Sums             `json:"sums"`
}

// Sums are what a contract comes to, in fen. Paid and Held and ToCome are together Certified and AdvanceOpen.
type Sums struct {
	Worth       int64 `json:"worth" doc:"The bill with what was agreed to change it"`
	Measured    int64 `json:"measured"`
	Withheld    int64 `json:"withheld" doc:"As much of what was measured as a recall holds"`
	Claimed     int64 `json:"claimed" doc:"What a claim that is not decided asks for, beyond what was certified; 0 in lists of contracts"`
	Certified   int64 `json:"certified"`
	Retained    int64 `json:"retained" doc:"Taken off what was certified, as retention"`
	Recovered   int64 `json:"recovered" doc:"Taken off what was certified, for the advance"`
	Due         int64 `json:"due" doc:"What that left to pay"`
	Paid        int64 `json:"paid" doc:"All that was paid, the advance and released retention included"`
	Said        int64 `json:"said" doc:"As much of it as only the payer says was paid"`
	Advance     int64 `json:"advance" doc:"As much of it as was an advance"`
	Released    int64 `json:"released" doc:"As much of it as gave retention back"`
	Held        int64 `json:"held" doc:"Retention that was not given back"`
	ToCome      int64 `json:"toCome" doc:"Certified and due, and not paid"`
	AdvanceOpen int64 `json:"advanceOpen" doc:"As much of the advance as was not recovered"`
}

// Line is a line of the bill of quantities.
type Line struct {
	Thing
	Number   string        `json:"number"`
	Title    string        `json:"title"`
	Measure  rootline.Text `json:"measure,omitzero" doc:"What is measured, and in what"`
	Quantity int64         `json:"quantity" doc:"As the bill was signed"`
	Varied   int64         `json:"varied" doc:"By how much agreed variations change it"`
	Price    int64         `json:"price" doc:"In fen, for as many as per says"`
	Per      int64         `json:"per"`
	Signed   int64         `json:"signed" doc:"What the quantity of the bill comes to, in fen"`
	Worth    int64         `json:"worth" doc:"What it comes to with its variations, in fen"`
	Done     int64         `json:"done" doc:"The quantity that was measured"`
	Measured int64         `json:"measured" doc:"What that comes to, in fen"`
	Withheld int64         `json:"withheld" doc:"As much of it as a recall holds, in fen"`
}

// Variation is a change of a line's quantity.
type Variation struct {
	Thing
	Number string           `json:"number"`
	Change int64            `json:"change"`
	Value  int64            `json:"value" doc:"What it changes the contract by, in fen; 0 until it is agreed"`
	Reason string           `json:"reason,omitempty"`
	Agreed rootline.Instant `json:"agreed,omitzero" doc:"When the last party agreed"`
}

// Claim is a claim, and the certificate once it is certified. Amounts are in fen.
type Claim struct {
	Thing
	Number     string           `json:"number"`
	Cumulative int64            `json:"cumulative" doc:"All that is claimed up to now"`
	Gross      int64            `json:"gross" doc:"As much of it as was not certified before"`
	Retention  int64            `json:"retention"`
	Recovery   int64            `json:"recovery" doc:"Recovered of the advance"`
	Net        int64            `json:"net"`
	Wages      int64            `json:"wages" doc:"Of net, for the wage account"`
	SetOff     int64            `json:"setOff" doc:"What a recall holds and this claim leaves out; below zero where it comes back"`
	Open       bool             `json:"open,omitempty" doc:"It is on its way, and not decided"`
	Certified  bool             `json:"certified,omitempty"`
	Silent     bool             `json:"silent,omitempty" doc:"Nobody's answer certified it"`
	At         rootline.Instant `json:"at,omitzero" doc:"When it was certified"`
	Ordered    int64            `json:"ordered"`
	Paid       int64            `json:"paid"`
	Said       int64            `json:"said" doc:"As much of paid as only the payer says was paid"`
	Answers    []string         `json:"answers" doc:"MSP ids of who answers on its way, in its order"`
	Way        []Step           `json:"way" doc:"The states that it went through, and those to come until it is certified"`
}

// Step is a state on the way of a claim.
type Step struct {
	Title rootline.Text    `json:"title"`
	At    rootline.Instant `json:"at,omitzero" doc:"When it came into the state, for the last time; absent where it did not"`
	Now   bool             `json:"now,omitempty" doc:"It is in the state, or that was the last one"`
	Done  bool             `json:"done,omitempty"`
}

// Order is a payment order.
type Order struct {
	Thing
	Purpose   rootline.Text    `json:"purpose,omitzero"`
	Wages     bool             `json:"wages,omitempty" doc:"It goes to the wage account"`
	Amount    int64            `json:"amount" doc:"In fen"`
	Payer     string           `json:"payer" doc:"MSP id"`
	Payee     string           `json:"payee" doc:"MSP id"`
	Bank      string           `json:"bank,omitempty" doc:"MSP id"`
	Ordered   bool             `json:"ordered,omitempty" doc:"It is to be paid"`
	Paid      bool             `json:"paid,omitempty"`
	Said      bool             `json:"said,omitempty" doc:"It was paid, says the payer: the bank's device belongs to the payer, or no bank said so"`
	At        rootline.Instant `json:"at,omitzero" doc:"When it was paid"`
	Reference string           `json:"reference,omitempty" doc:"What the bank calls it"`
}
