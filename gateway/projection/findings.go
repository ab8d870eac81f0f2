package projection

import (
	"strconv"
	"strings"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
)

// The kinds of findings. Those of the first group question what the ledger holds and are alarms; those of the second
// concern the circumstances of an event, which the ledger cannot know and people may want to look into.
const (
	// KindJudgedOtherwise: the peer holds the transaction valid, this gateway's judgement refuses an event in it.
	KindJudgedOtherwise = "judged-otherwise"
	// KindWritesDiffer: its events are accepted, but what was written is not what they lead to.
	KindWritesDiffer = "writes-differ"
	// KindUnreadable: a valid transaction of the chaincode whose arguments or envelope cannot be read.
	KindUnreadable = "unreadable"
	// KindForeignWrites: a valid transaction that writes to the chaincode's state by a way that Rootline does not have.
	KindForeignWrites = "foreign-writes"
	// KindQuarantined: a transaction that ended this gateway three times. It is not judged here, and neither is what builds
	// on its writes.
	KindQuarantined = "quarantined"
	// KindBrokenChain: a block that does not continue the chain. The projection stands still at it.
	KindBrokenChain = string(block.StopChain)
	// KindUnverified: a block that does not verify; KindUnknownProtocol: one under rules that this build does not know.
	// The projection stands still at them; at a block that does not verify until somebody delivers it as it is.
	KindUnverified      = string(block.StopUnverified)
	KindUnknownProtocol = string(block.StopProtocol)
	// KindVerdictDiffers: the peer says of a transaction that it is valid, or that it is not, and it is the other way.
	KindVerdictDiffers = "verdict-differs"
	// KindCommitHash: an organisation's peer holds another commit hash than the peer that delivered the block: they do not
	// agree on what became of the transactions so far.
	KindCommitHash = "commit-hash-differs"

	// KindNotRecomputed: what became of the transaction is only the peer's word.
	KindNotRecomputed = "not-recomputed"
	// KindConfiguration: the channel's configuration was changed. Whoever may change a part of it can do so any number of times.
	KindConfiguration = "channel-configuration"
	// KindSeenOther: the event names, as seen by its device, a block that this ledger does not have before it.
	KindSeenOther = "seen-other-block"
	// KindClaimedAhead: the device claims a time after the witnessed one.
	KindClaimedAhead = "claimed-ahead"
	// KindTimeApart: the transaction's time lies apart from its neighbours': it was held back, or its client's clock
	// and its endorsers' are wrong.
	KindTimeApart = "time-apart"
	// KindSignedAfterEnd: an attested event names a block from after its device's end, so that it was signed later still.
	KindSignedAfterEnd = "signed-after-end"
	// KindListMismatch: an evidence file does not hold the codes that its event commits to.
	KindListMismatch = readmodel.KindListMismatch
)

func alarming(kind string) bool {
	switch kind {
	case KindJudgedOtherwise, KindWritesDiffer, KindUnreadable, KindForeignWrites, KindQuarantined, KindBrokenChain, KindUnverified, KindUnknownProtocol,
		KindVerdictDiffers, KindCommitHash:
		return true
	}
	return false
}

// maxFindings bounds the findings of one kind in one transaction; the rest is counted in the last one's detail.
const maxFindings = limits.KeptFindings

// findingID is made of where something was found, so that reading the blocks again finds the same.
func findingID(kind string, number uint64, places ...int) string {
	parts := []string{kind, strconv.FormatUint(number, 10)}
	for _, p := range places {
		parts = append(parts, strconv.Itoa(p))
	}
	return strings.Join(parts, "/")
}
