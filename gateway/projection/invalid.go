package projection

import (
	"log/slog"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
)

// Transactions without effect fill everybody's disk, and no orderer of today keeps them out: whoever may submit may submit
// them. A few are usual, where two gateways write the same keys; of more than these, the operator is told who sent them.
const (
	// invalidPerHour transactions without effect of one creator are borne in an hour of the ledger's time;
	invalidPerHour = 1000
	// invalidPerHourOfAll are borne of all creators of one organisation together, since it issues as many certificates as it likes.
	invalidPerHourOfAll = 2 * invalidPerHour
	// maxInvalidCreators bounds the creators that are counted in one hour; the rest counts for their organisations only.
	maxInvalidCreators = 1000
)

const hour = rootline.Instant(60 * 60 * 1000)

// invalid counts transactions without effect by who submitted them, in the current hour of the ledger's time.
type invalid struct {
	hour  rootline.Instant
	count map[block.Creator]int
	// organisations are those that the metrics name.
	organisations map[string]bool
	log           *slog.Logger
	*metrics
}

// applied takes notice of a block that was applied, whose time is given.
func (v *invalid) applied(b *block.Block, at rootline.Instant) {
	if this := at / hour; this != v.hour || v.count == nil {
		v.hour, v.count = this, map[block.Creator]int{}
	}
	for i := range b.Transactions {
		t := &b.Transactions[i]
		if t.Valid {
			continue
		}
		by := t.Creator
		if unsigned(t) {
			by = block.Creator{}
		}
		all := block.Creator{MSPID: by.MSPID}
		v.count[all]++
		if _, known := v.count[by]; by != all && (known || len(v.count) < maxInvalidCreators) {
			v.count[by]++
		}
		organisation := block.Kept(by.MSPID, maxLabel)
		if !v.organisations[organisation] && len(v.organisations) >= maxOrganisations {
			organisation = ""
		}
		v.organisations[organisation] = true
		v.ineffective.WithLabelValues(organisation).Inc()
		if flood := by != all && v.count[by] == invalidPerHour+1; flood || v.count[all] == invalidPerHourOfAll+1 {
			v.flooding.WithLabelValues(organisation).Inc()
			v.log.Error("somebody fills the ledger with transactions without effect; docs/incidents.md says how to expel them",
				"organisation", organisation, "name", block.Kept(by.Name, maxLabel), "in_an_hour", v.count[all], "code", t.CodeName, "block", b.Number)
		}
	}
}

// unsigned reports whether a transaction may have no effect because its creator did not sign it: then anybody's name may
// stand in it.
func unsigned(t *block.Transaction) bool {
	switch t.CodeName {
	case "NIL_ENVELOPE", "BAD_PAYLOAD", "BAD_COMMON_HEADER", "BAD_CREATOR_SIGNATURE":
		return true
	}
	return false
}

// maxOrganisations bounds the organisations that the metrics name; the rest counts under "".
const maxOrganisations = 200

// maxLabel bounds names in metrics and logs, in bytes.
const maxLabel = 128
