package httpapi

import (
	"encoding/json"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
)

// DeviceView is a device with its state at the time of the answer.
type DeviceView struct {
	rootline.Device
	State         string         `json:"state" enum:"active,revoked,expired"`
	Unjudged      string         `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to, which this gateway does not judge; what is shown was judged before it"`
	InvitedByName string         `json:"invitedByName,omitempty" doc:"The inviting device's pseudonym"`
	Last          *DeviceEvent   `json:"last,omitempty" doc:"The newest event that it signed; absent when there is none"`
	Revocation    *DeviceRevoked `json:"revocation,omitempty"`
}

// DeviceEvent is the last that was seen of a device.
type DeviceEvent struct {
	ID          string           `json:"id"`
	Asset       string           `json:"asset,omitempty"`
	Action      string           `json:"action"`
	ActionTitle rootline.Text    `json:"actionTitle"`
	At          rootline.Instant `json:"at" doc:"As the device claims"`
	Witnessed   rootline.Instant `json:"witnessed"`
	Block       uint64           `json:"block"`
}

// DeviceRevoked says who ended a device, and why.
type DeviceRevoked struct {
	Event  string `json:"event"`
	By     string `json:"by" doc:"kid"`
	ByName string `json:"byName,omitempty" doc:"Its pseudonym"`
	Reason string `json:"reason,omitempty"`
	Block  uint64 `json:"block"`
}

// deviceView adds to a device what else is known of it.
func (v *reply) deviceView(d *rootline.Device, names presentation.Pseudonyms, now rootline.Instant) (DeviceView, error) {
	view := DeviceView{Device: *d, State: presentation.DeviceState(d, now), InvitedByName: names.Of(v.Reply, d.InvitedBy)}
	var err error
	if view.Unjudged, err = v.unjudged(rootline.SpaceDevice, d.Kid); err != nil {
		return view, err
	}
	last, err := v.LastEvent(d.Kid)
	if ok, err := presentation.There(err); err != nil {
		return view, err
	} else if ok {
		e := v.ShowEvent(last)
		view.Last = &DeviceEvent{
			ID: e.ID, Asset: e.Asset, Action: e.Action, ActionTitle: e.ActionTitle, At: e.At, Witnessed: e.Witnessed, Block: last.Block,
		}
	}
	revoked, err := v.Revocation(d)
	if ok, err := presentation.There(err); !ok {
		return view, err
	}
	var why rootline.RevokeData
	if err := json.Unmarshal(revoked.Event.Data, &why); err != nil {
		return view, err
	}
	view.Revocation = &DeviceRevoked{
		Event: revoked.Event.ID, By: revoked.Device, ByName: revoked.Name, Reason: why.Reason, Block: revoked.Block,
	}
	return view, nil
}

// unjudged is the quarantined transaction that something newer of a record goes back to; "" when there is none.
func (v *reply) unjudged(space rootline.Space, id string) (string, error) {
	by, err := v.UnjudgedOf(space, id)
	return by[id], err
}
