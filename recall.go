package rootline

import "github.com/rootline/rootline/limits"

// Recall is a lot that was found bad, and the hunt for everything that it went into. The assets that it holds carry a
// Freeze; which they are is found through them and through the events.
type Recall struct {
	// ID is the id of the event that opened it.
	ID string `json:"id"`
	// Asset is what is recalled, Rulebook the one whose powers hold for the recall.
	Asset    string `json:"asset"`
	Rulebook string `json:"rulebook"`
	Reason   string `json:"reason"`
	// Organisation is the MSP id of who opened it.
	Organisation string  `json:"organisation"`
	Opened       Instant `json:"opened"`
	// Deadline is until when each holder is to acknowledge.
	Deadline Instant `json:"deadline"`
	// Named counts the assets that it ever froze, Frozen those that it still holds.
	Named  int64 `json:"named"`
	Frozen int64 `json:"frozen"`
	// Holders are the organisations that answer for the assets, in the order in which they were named.
	Holders []Holder `json:"holders"`
	// Closed is when it was closed, Outcome the reason; zero and "" before.
	Closed  Instant `json:"closed,omitzero"`
	Outcome string  `json:"outcome,omitempty"`
}

// Ref implements Record.
func (r *Recall) Ref() Ref { return Ref{SpaceRecall, r.ID} }

// Holder is an organisation that answers for recalled assets.
type Holder struct {
	Organisation string `json:"organisation"`
	// Assets counts those named while it was their custodian.
	Assets int64 `json:"assets"`
	// Acknowledged is when a device of it first said that it knows; zero until then.
	Acknowledged Instant `json:"acknowledged,omitzero"`
	Device       string  `json:"device,omitempty"`
}

// Freeze is a recall that holds an asset.
type Freeze struct {
	// Recall is the recall's id.
	Recall string `json:"recall"`
	// Via is the asset through which this one depends on the recalled one; "" on the recalled one itself.
	Via string `json:"via,omitempty"`
	// Possible says that it is not certain that this asset holds some of the recalled one.
	Possible bool `json:"possible,omitempty"`
}

// MaxDependants is how many assets one event may freeze or release. A recall of thousands takes several.
const MaxDependants = limits.Dependants

// The bodies of the acts of a recall.
type (
	// RecallData opens a recall.
	RecallData struct {
		Asset    string  `json:"asset"`
		Reason   string  `json:"reason"`
		Deadline Instant `json:"deadline"`
		// Dependants are what the lot went into, each after the one that it depends through.
		Dependants []Dependant `json:"dependants,omitempty"`
	}
	// Dependant is an asset to be frozen, and the frozen one next to it: an input of it, its lot, what lies under it, or the
	// recalled one that it lies under itself.
	Dependant struct {
		Asset string `json:"asset"`
		Via   string `json:"via"`
	}
	// RecallAddData names more dependants.
	RecallAddData struct {
		Recall     string      `json:"recall"`
		Dependants []Dependant `json:"dependants"`
	}
	// RecallAcknowledgeData says that the signer's organisation knows of the recall.
	RecallAcknowledgeData struct {
		Recall string `json:"recall"`
		Note   string `json:"note,omitempty"`
	}
	// RecallReleaseData lets assets go.
	RecallReleaseData struct {
		Recall string   `json:"recall"`
		Assets []string `json:"assets"`
		Reason string   `json:"reason"`
	}
	// RecallCloseData closes a recall that holds nothing any more.
	RecallCloseData struct {
		Recall string `json:"recall"`
		Reason string `json:"reason"`
	}
)
