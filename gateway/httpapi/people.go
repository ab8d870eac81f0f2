package httpapi

import (
	"github.com/rootline/rootline"
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
