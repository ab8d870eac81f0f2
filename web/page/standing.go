package page

import (
	"fmt"

	"github.com/rootline/rootline"
)

// Standing says how what a page shows stands to the ledger. Nothing is called intact on a page whose standing is not
// current.
type Standing struct {
	// Block is the last block that was read, at the time BlockTime; Behind counts the blocks after it that are known of.
	Block     uint64
	BlockTime rootline.Instant
	Behind    uint64
	// Stopped is why blocks are not read on, a stable name of gateway/block; "" while they are. Since is when that began.
	Stopped string
	Since   rootline.Instant
	// Outdated says that what is shown comes from a read model whose successor is built beside it; Rebuilt is the block that
	// that one reached.
	Outdated bool
	Rebuilt  uint64
}

// lagWorthSaying is how many blocks a gateway may be behind its peer before the page says so: it is always a moment
// behind.
const lagWorthSaying = 3

// Current reports whether nothing newer is missing but what arrives at this moment.
func (s Standing) Current() bool { return s.Stopped == "" && !s.Lags() }

// Lags reports whether newer events may be missing.
func (s Standing) Lags() bool { return s.Behind >= lagWorthSaying }

// Standing says in words how a page stands to the ledger, and that what is shown is being made anew; "" when it is current.
func (v view) Standing(s Standing) string {
	says := v.reach(s)
	if s.Outdated {
		if says != "" {
			says += " "
		}
		says += fmt.Sprintf(v.W.Outdated, grouped(s.Rebuilt), grouped(s.Block))
	}
	return says
}

// reach says how far a page reaches.
func (v view) reach(s Standing) string {
	if s.Stopped == "" {
		if !s.Lags() {
			return ""
		}
		return fmt.Sprintf(v.W.Lags, grouped(s.Block), count(s.Behind, v.W.BlocksN))
	}
	why, known := v.W.Stops[s.Stopped]
	if !known {
		why = v.W.StopsOther
	}
	how := fmt.Sprintf(v.W.Stopped, grouped(s.Block))
	if s.Behind > 0 {
		how = fmt.Sprintf(v.W.StoppedBehind, count(s.Behind, v.W.BlocksN))
	}
	if s.Since > 0 {
		why = fmt.Sprintf(v.W.StoppedSince, why, v.moment(s.Since))
	}
	return how + why + v.W.StoppedNext
}
