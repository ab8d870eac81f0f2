package httpapi

import (
	"encoding/json"
	"errors"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

// The states of an invitation, besides presentation.Revoked and presentation.Expired.
const (
	stateOpen  = "open"  // it may be taken
	stateTaken = "taken" // it was
)

// InvitationView is an invitation with its state at the time of the answer.
type InvitationView struct {
	rootline.Invitation
	State         string `json:"state" enum:"open,taken,revoked,expired"`
	InvitedByName string `json:"invitedByName,omitempty" doc:"The inviting device's pseudonym"`
	UsedByName    string `json:"usedByName,omitempty" doc:"The pseudonym of the device that took it"`
}

func invitationState(i *rootline.Invitation, now rootline.Instant) string {
	switch {
	case i.UsedBy != "":
		return stateTaken
	case i.Revoked != 0:
		return presentation.Revoked
	case now > i.Expires:
		return presentation.Expired
	}
	return stateOpen
}

// pagesRead bounds how many pages are read for one whose members are sorted out after reading.
const pagesRead = 20

// sift reads pages until one is not empty after keep. A page may be shorter than its limit; only one without a next
// is the last.
func sift[T, V any](p readmodel.Page, read func(readmodel.Page) (readmodel.List[T], error), keep func(*T) (V, bool)) (items []V, next string, err error) {
	items = []V{}
	for range pagesRead {
		list, err := read(p)
		if err != nil {
			return nil, "", err
		}
		for i := range list.Items {
			if v, ok := keep(&list.Items[i]); ok {
				items = append(items, v)
			}
		}
		if next, p.Cursor = list.Next, list.Next; next == "" || len(items) > 0 {
			break
		}
	}
	return items, next, nil
}

type invitationsInput struct {
	query.Paging
	State string `query:"state" enum:"open,taken,revoked,expired,all" default:"open"`
}

type invitationsOutput struct {
	Body struct {
		Items []InvitationView `json:"items"`
		Next  string           `json:"next,omitempty"`
	}
}

// invitations lists the invitations of the asking admin's own organisation. None of them can be taken with what is
// answered: the one-time keys are in the links only.
func (s *Server) invitations(r *reply, in *invitationsInput) (*invitationsOutput, error) {
	now, names, mine := rootline.InstantOf(s.now()), presentation.Pseudonyms{}, caller(r.Context()).device.Organisation
	out := &invitationsOutput{}
	var err error
	out.Body.Items, out.Body.Next, err = sift(in.Page(), r.Invitations, func(i *rootline.Invitation) (InvitationView, bool) {
		v := InvitationView{Invitation: *i, State: invitationState(i, now)}
		if i.Organisation != mine || in.State != "all" && v.State != in.State {
			return v, false
		}
		v.InvitedByName, v.UsedByName = names.Of(r.Reply, i.InvitedBy), names.Of(r.Reply, i.UsedBy)
		return v, true
	})
	return out, err
}

// DeviceView is a device with its state at the time of the answer.
type DeviceView struct {
	rootline.Device
	State         string                      `json:"state" enum:"active,revoked,expired"`
	Unjudged      string                      `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to, which this gateway does not judge; what is shown was judged before it"`
	NotRecomputed *presentation.NotRecomputed `json:"notRecomputed,omitempty" doc:"The first transaction that it rests on and of which only the peer that delivered it says whether it took effect"`
	InvitedByName string                      `json:"invitedByName,omitempty" doc:"The inviting device's pseudonym"`
	Last          *DeviceEvent                `json:"last,omitempty" doc:"The newest event that it signed; absent when there is none"`
	Revocation    *DeviceRevoked              `json:"revocation,omitempty"`
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
	if view.Unjudged, view.NotRecomputed, err = v.caveat(rootline.SpaceDevice, d.Kid); err != nil {
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

type deviceInput struct {
	Kid string `path:"kid" doc:"RFC 7638 thumbprint of the device's key"`
}

type devicesInput struct {
	query.Paging
	query.DevicesFilter
	query.DevicesOrder
}

type deviceOutput struct{ Body DeviceView }

type devicesOutput struct {
	Body struct {
		Items []DeviceView `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (s *Server) device(v *reply, in *deviceInput) (*deviceOutput, error) {
	if err := ownDevice(v.Context(), in.Kid); err != nil {
		return nil, err
	}
	d, err := v.Device(in.Kid)
	if err != nil {
		return nil, err
	}
	view, err := v.deviceView(d, presentation.Pseudonyms{}, rootline.InstantOf(s.now()))
	return &deviceOutput{Body: view}, err
}

// DeviceOpen is what a device still has open, as far as this gateway knows. What was signed and not sent, or begun and not
// signed, is on the device alone.
type DeviceOpen struct {
	Waiting int              `json:"waiting" doc:"Events of it that were taken here and are not on the ledger yet"`
	Since   rootline.Instant `json:"since,omitempty" doc:"When the first of those came"`
	Refused int              `json:"refused" doc:"Events of it that were refused here and were not recorded since"`
	More    bool             `json:"more" doc:"More were refused than are kept here"`
}

type deviceOpenOutput struct{ Body DeviceOpen }

// openRefusals is how many refused events of a device are looked at: as many as are kept of one.
const openRefusals = 500

// deviceOpen tells whoever looks after a leaving person's work what is still open.
func (s *Server) deviceOpen(v *reply, in *deviceInput) (*deviceOpenOutput, error) {
	if err := ownDevice(v.Context(), in.Kid); err != nil {
		return nil, err
	}
	if _, err := v.Device(in.Kid); err != nil {
		return nil, err
	}
	out := &deviceOpenOutput{}
	out.Body.Waiting, out.Body.Since = s.Outbox.Waiting(in.Kid)
	list, err := s.Outbox.RefusedEvents(v.Context(), outbox.RefusedFilter{Device: in.Kid}, openRefusals)
	if err != nil {
		return nil, err
	}
	out.Body.More = len(list) == openRefusals
	for i := range list {
		switch _, err := v.Event(list[i].ID); {
		case rootline.CodeOf(err) == rootline.CodeNotFound:
			out.Body.Refused++
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

func (s *Server) devices(v *reply, in *devicesInput) (*devicesOutput, error) {
	now, names, out := rootline.InstantOf(s.now()), presentation.Pseudonyms{}, &devicesOutput{}
	filter := in.Filter()
	filter.Order = in.By()
	read := func(p readmodel.Page) (readmodel.List[rootline.Device], error) { return v.Devices(filter, p) }
	var err, failed error
	out.Body.Items, out.Body.Next, err = sift(in.Page(), read, func(d *rootline.Device) (DeviceView, bool) {
		if !in.Takes(d, presentation.DeviceState(d, now)) {
			return DeviceView{}, false
		}
		view, err := v.deviceView(d, names, now)
		failed = errors.Join(failed, err)
		return view, true
	})
	return out, errors.Join(failed, err)
}
