package rehearsal

import (
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// recall opens the recall of an asset, with what depends on it, or lets assets go again.
func (h *history) recall(who *person, step *rulebook.Step) error {
	if step.Action != rootline.ActRecall {
		return h.release(who, append([]string{step.Asset}, step.Refs...))
	}
	data := rootline.RecallData{Asset: h.code(step.Asset), Reason: "example", Deadline: h.world.now + 86_400_000}
	held := []string{data.Asset}
	for _, name := range step.Refs {
		code := h.code(name)
		via, err := h.via(code, held)
		if err != nil {
			return err
		}
		data.Dependants = append(data.Dependants, rootline.Dependant{Asset: code, Via: via})
		held = append(held, code)
	}
	return h.world.do(who, act(rootline.ActRecall, data))
}

func (h *history) release(who *person, names []string) error {
	for _, name := range names {
		asset, err := h.asset(h.code(name))
		if err != nil {
			return err
		}
		for _, f := range asset.Frozen {
			data := rootline.RecallReleaseData{Recall: f.Recall, Assets: []string{asset.ID}, Reason: "example"}
			if err := h.world.do(who, act(rootline.ActRecallRelease, data)); err != nil {
				return err
			}
		}
	}
	return nil
}

// via is the one of the held assets next to another: what went into it, its lot, what lies under it, or, first of them,
// the recalled one that it lies under itself.
func (h *history) via(code string, held []string) (string, error) {
	asset, err := h.asset(code)
	if err != nil {
		return "", err
	}
	if asset.Under == held[0] {
		return held[0], nil
	}
	for _, id := range held {
		on, err := h.asset(id)
		if err != nil {
			return "", err
		}
		if asset.Lot == id || on.Under == code || slices.ContainsFunc(asset.Parents, func(p rootline.Parent) bool { return p.Asset == id }) {
			return id, nil
		}
	}
	return held[0], nil
}
