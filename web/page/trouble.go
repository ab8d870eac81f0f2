package page

import (
	"time"

	"github.com/rootline/rootline"
)

// Unknown is the page of a code that the ledger has no asset for.
type Unknown struct {
	// Zone is that of the works; nil is UTC.
	Zone *time.Location
	// Code is what was asked for, as it came.
	Code    string
	Project rootline.Text
	// Meant is the code under which there is something, and which may have been meant; "" when there is none.
	Meant string
	// IssuedTo is the organisation that holds the roll when the code is a roll's or that of a blank tag on it, and Roll
	// is the roll's code.
	IssuedTo *Party
	Roll     string
	Standing
}

// Valid reports whether what was asked for has the form of a code at all.
func (u Unknown) Valid() bool { return rootline.ValidCode(u.Code) }

// IsRoll reports whether the code is a roll's own.
func (u Unknown) IsRoll() bool { return u.IssuedTo != nil && u.Roll == u.Code }

// Problem is the page of a request that failed.
type Problem struct {
	Project rootline.Text
	// Status is the HTTP status.
	Status int
	Code   rootline.Code
	// Says tells what happened and what to do. It is public: no internals.
	Says rootline.Text
}
