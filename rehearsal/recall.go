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

// via is the one of the held assets next to another: what went into it, its lot, what lies under it, what it left a mark at, or, first of them,
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
		if left, err := h.left(asset, id); left || err != nil {
			return id, err
		}
	}
	return held[0], nil
}

// left reports whether an asset left a mark at another one by which a recall reaches it.
func (h *history) left(asset *rootline.Asset, at string) (bool, error) {
	for _, m := range h.book.Marks {
		by, per := "", ""
		if !m.Once {
			by = asset.ID
		}
		if m.PerUnder {
			per = asset.Under
		}
		r, err := h.world.ledger.Get(rootline.Ref{Space: rootline.SpaceMark, ID: rootline.MarkID(at, h.book.Name, m.Name, per, by)})
		if err != nil {
			return false, err
		}
		if known, ok := r.(*rootline.Mark); ok && known != nil && m.Recalls && known.Count > 0 && (!m.Once || known.Asset == asset.ID) {
			return true, nil
		}
	}
	return false, nil
}
