package rehearsal

import (
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// recall opens the recall of an asset, with what depends on it, or lets assets go again.
func (h *history) recall(who *person, step *rulebook.Step) error {
	if step.Action == rootline.ActRecall {
		data := rootline.RecallData{Asset: h.code(step.Asset), Reason: "example", Deadline: h.world.now + 86_400_000}
		held := []string{data.Asset}
		for _, name := range step.Refs {
			code := h.code(name)
			data.Dependants = append(data.Dependants, rootline.Dependant{Asset: code, Via: h.via(code, held)})
			held = append(held, code)
		}
		_, err := h.world.do(who, act(rootline.ActRecall, data))
		return err
	}
	for _, name := range append([]string{step.Asset}, step.Refs...) {
		for _, f := range h.asset(name).Frozen {
			release := rootline.RecallReleaseData{Recall: f.Recall, Assets: []string{h.code(name)}, Reason: "example"}
			if _, err := h.world.do(who, act(rootline.ActRecallRelease, release)); err != nil {
				return err
			}
		}
	}
	return nil
}

// via is the one of the held assets next to another: what went into it, its lot, or what lies under it.
func (h *history) via(code string, held []string) string {
	get := func(code string) *rootline.Asset {
		a, _ := h.world.state[rootline.Ref{Space: rootline.SpaceAsset, ID: code}].(*rootline.Asset)
		if a == nil {
			return &rootline.Asset{}
		}
		return a
	}
	asset := get(code)
	for _, id := range held {
		if asset.Lot == id || get(id).Under == code || slices.ContainsFunc(asset.Parents, func(p rootline.Parent) bool { return p.Asset == id }) {
			return id
		}
	}
	return held[0]
}
