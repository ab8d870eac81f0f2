package judge

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// asked checks that the event brings exactly what the action asks for, and returns its data.
func (a *act) asked(action *rulebook.Action, kind *rulebook.Kind) (rootline.Fields, error) {
	e, asks := a.event, &action.Asks
	amount, list := asks.Amount, needed(asks.List)
	if action.Creates {
		switch kind.Lot {
		case rulebook.Counted:
			amount = rulebook.Required
		case rulebook.Listed:
			list = rulebook.Required
		}
	}
	for _, c := range []struct {
		need  rulebook.Need
		given bool
		name  string
	}{
		{asks.Place, e.Place != nil, "place"},
		{amount, e.Amount != 0, "amount"},
		{list, e.List != nil, "list"},
		{needed(asks.Into), len(e.Into) > 0, "into"},
		{needed(asks.Corrects), e.Corrects != "", "corrects"},
		{needed(asks.Tag != ""), e.Tag != "", "tag"},
		{needed(asks.Tag == rulebook.ReplaceTag), e.Replaces != "", "replaces"},
	} {
		if err := a.need(c.need, c.given, c.name); err != nil {
			return nil, err
		}
	}
	if len(e.Evidence) < asks.EvidenceOf(e.Asset) {
		return nil, rootline.Refuse(rootline.CodeMissing, e.Action, "evidence").At("/evidence")
	}
	if err := a.corrects(); err != nil {
		return nil, err
	}
	data, err := rootline.ParseFields(e.Data)
	if err != nil {
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, err).At("/data")
	}
	if refused := action.CheckData(data); refused != nil {
		return nil, refused
	}
	return data, nil
}

func needed(b bool) rulebook.Need {
	if b {
		return rulebook.Required
	}
	return rulebook.No
}

func (a *act) need(need rulebook.Need, given bool, name string) error {
	switch {
	case need == rulebook.Required && !given:
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, name).At("/" + name)
	case (need == rulebook.No || need == "") && given:
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, name).At("/" + name)
	}
	return nil
}

// corrects refuses a correction of an event that the asset does not have.
func (a *act) corrects() error {
	id := a.event.Corrects
	if id == "" {
		return nil
	}
	record, err := get[*rootline.EventRecord](a.view, rootline.Ref{Space: rootline.SpaceEvent, ID: id})
	if err != nil {
		return err
	}
	if record == nil || record.Subject != a.event.Asset {
		return rootline.Refuse(rootline.CodeUnknownEvent, a.event.Asset, id).At("/corrects")
	}
	return nil
}
