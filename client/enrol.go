package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

// Enrolment is a device that is about to take an invitation, and the event that takes it.
type Enrolment struct {
	Device     *Device
	Submission rootline.Submission
}

// NewEnrolment makes the device's key and the event, signed with both keys: the one-time key vouches for the
// device's, the device's for the whole. Nothing is sent.
func NewEnrolment(link string) (*Enrolment, error) {
	gateway, token, err := ParseLink(link)
	if err != nil {
		return nil, err
	}
	once, err := keyOfScalar(token.K)
	if err != nil {
		return nil, err
	}
	d, err := NewDevice(token.Net)
	if err != nil {
		return nil, err
	}
	d.Organisation, d.Role, d.Name, d.Gateway = token.Organisation, token.Role, token.Name, gateway
	vouch, err := json.Marshal(rootline.EnrolProof{Device: d.Kid, Organisation: token.Organisation, Invitation: token.Invitation})
	if err != nil {
		return nil, err
	}
	proof, err := jws.Sign(once, rootline.TypEnrolment, token.Net, vouch)
	if err != nil {
		return nil, err
	}
	sub, err := d.enrolEvent(rootline.EnrolData{Key: d.Key(), Role: token.Role, Proof: proof})
	return &Enrolment{Device: d, Submission: sub}, err
}

// FirstDevice makes an organisation's first device, an admin, and its enrolment, which nobody invited: the
// organisation's Fabric admin submits it in the transaction that confirms the founding. It states the hash of block 0 that
// the organisation pinned; zero states nothing.
func FirstDevice(net, mspID, name string, genesis rootline.Hash) (*Enrolment, error) {
	d, err := NewDevice(net)
	if err != nil {
		return nil, err
	}
	d.Organisation, d.Role, d.Name = mspID, rootline.RoleAdmin, name
	sub, err := d.enrolEvent(rootline.EnrolData{Key: d.Key(), Role: rootline.RoleAdmin, Name: name, Genesis: genesis})
	return &Enrolment{Device: d, Submission: sub}, err
}

func (d *Device) enrolEvent(body rootline.EnrolData) (rootline.Submission, error) {
	data, err := encodeData(body)
	if err != nil {
		return rootline.Submission{}, err
	}
	return d.Sign(&rootline.Event{Action: rootline.ActEnrol, Rulebook: rootline.Registry, Data: data})
}

// Enrol takes an invitation for a new device, whose key is kept in memory only. See EnrolTo for one that stays.
func (g *Gateway) Enrol(ctx context.Context, link string) (*Device, error) {
	e, err := NewEnrolment(link)
	if err != nil {
		return nil, err
	}
	return e.Device, g.sendEnrolment(ctx, e)
}

// EnrolTo takes an invitation for a new device and keeps its key in a file. The key is on disk before the ledger hears
// of it. If the way to the ledger breaks, EnrolTo with the same link and file goes on where it was; when the ledger
// refuses, no file is left.
func (g *Gateway) EnrolTo(ctx context.Context, link, path string) (*Device, error) {
	e, err := resumeEnrolment(link, path)
	if err != nil {
		return nil, err
	}
	if e == nil {
		if e, err = beginEnrolment(link, path); err != nil {
			return nil, err
		}
	}
	err = g.sendEnrolment(ctx, e)
	if err == nil {
		return e.Device, os.Remove(pendingPath(path))
	}
	if refusedForGood(err) {
		_ = os.Remove(path)
		_ = os.Remove(pendingPath(path))
	}
	return nil, err
}

// pendingEnrolment is kept beside the key until the ledger has answered.
type pendingEnrolment struct {
	Link string `json:"link"`
	JWS  string `json:"jws"`
}

func pendingPath(path string) string { return path + ".enrolling" }

func beginEnrolment(link, path string) (*Enrolment, error) {
	e, err := NewEnrolment(link)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(pendingEnrolment{Link: link, JWS: e.Submission.JWS})
	if err != nil {
		return nil, err
	}
	// First what can be thrown away, then the key: if this is cut off in between, the next try starts over.
	if err := writeNew(pendingPath(path), b); err != nil {
		return nil, &KeyFileError{Path: pendingPath(path), Reason: err.Error(), Err: err}
	}
	if err := e.Device.Save(path); err != nil {
		_ = os.Remove(pendingPath(path))
		return nil, err
	}
	return e, nil
}

// resumeEnrolment finds an enrolment that was begun and not answered; nil when there is none.
func resumeEnrolment(link, path string) (*Enrolment, error) {
	b, err := os.ReadFile(pendingPath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var p pendingEnrolment
	if err == nil {
		err = strictjson.Decode(b, &p)
	}
	if err != nil {
		return nil, &KeyFileError{Path: pendingPath(path), Reason: err.Error(), Err: err}
	}
	if p.Link != link {
		return nil, &KeyFileError{
			Path: path, Reason: "an enrolment with another invitation was begun with it",
			Fix: "Finish that one first, or choose another name", Err: fs.ErrExist,
		}
	}
	d, err := LoadDevice(path)
	if errors.Is(err, fs.ErrNotExist) { // it was cut off before the key was kept, so nobody has heard of it
		return nil, os.Remove(pendingPath(path))
	}
	if err != nil {
		return nil, err
	}
	return &Enrolment{Device: d, Submission: rootline.Submission{JWS: p.JWS}}, nil
}

// NotFinalError says that an event was taken by the gateway but is not on the ledger yet.
type NotFinalError struct{ Status EventStatus }

// Error implements error.
func (e *NotFinalError) Error() string {
	return fmt.Sprintf("event %s is %s, not recorded yet. Repeat the command to see what became of it", e.Status.Event, e.Status.Status)
}

func (g *Gateway) sendEnrolment(ctx context.Context, e *Enrolment) error {
	statuses, err := g.Await(ctx, []rootline.Submission{e.Submission}, inviteWait)
	if err != nil {
		return err
	}
	if err := statuses[0].Err(); err != nil {
		return err
	}
	if statuses[0].Status != Committed {
		return &NotFinalError{Status: statuses[0]}
	}
	return nil
}

// refusedForGood says whether the ledger refused, rather than that something was broken or busy.
func refusedForGood(err error) bool {
	var p *Problem
	if errors.As(err, &p) {
		return false // the request was refused, not the event
	}
	e := rootline.AsError(err)
	return e != nil && !e.Code.Passing()
}
