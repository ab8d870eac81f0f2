package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// Ledger is what a device needs to know to build an event, and who takes part.
type Ledger struct {
	Net           string                  `json:"net" doc:"The ledger's own id; every signature names it"`
	Organisations []rootline.Organisation `json:"organisations"`
	Channel       string                  `json:"channel"`
	Founded       rootline.Instant        `json:"founded"`
	Protocol      Protocol                `json:"protocol" doc:"The rules by which events are judged"`
	Roles         []RolesVote             `json:"roles" doc:"Votes on the roles of organisations that are not decided"`
	Block         presentation.BlockRef   `json:"block" doc:"For the event's member seen"`
	Gateway       GatewayRef              `json:"gateway"`
}

// Protocol says by which rules the ledger is judged, and how the vote on the next ones stands.
type Protocol struct {
	Number int      `json:"number" doc:"The number in force"`
	Known  []int    `json:"known" doc:"The numbers that this gateway can judge by; it votes for no other"`
	Votes  []string `json:"votes" doc:"MSP ids of those who voted for the number after that in force"`
}

// RolesVote is a vote on the roles that an organisation may give.
type RolesVote struct {
	Ballot       string   `json:"ballot" doc:"Its name, for taking a vote back"`
	Organisation string   `json:"organisation" doc:"MSP id of who may give them"`
	Roles        []string `json:"roles" doc:"All that it may give then, besides admin"`
	Votes        []string `json:"votes" doc:"MSP ids of those who voted for it"`
}

// GatewayRef says whose gateway answers, and under which address.
type GatewayRef struct {
	Organisation string `json:"organisation" doc:"MSP id"`
	Origin       string `json:"origin" doc:"For the sign-in's member origin"`
}

type ledgerOutput struct{ Body Ledger }

func (s *Server) ledger(v *reply, _ *struct{}) (*ledgerOutput, error) {
	l, err := v.Ledger()
	if err != nil {
		return nil, err
	}
	if l.Ledger == nil {
		return nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the ledger is not founded, or its first blocks are not read yet", Zh: "账本尚未建立，或最初的区块尚未读取"})
	}
	votes, err := v.Votes(rootline.ProtocolBallot(l.Ledger.Protocol + 1))
	if err != nil {
		return nil, err
	}
	ballots, err := v.RoleBallots()
	if err != nil {
		return nil, err
	}
	roles := []RolesVote{}
	for _, b := range ballots {
		roles = append(roles, RolesVote{Ballot: b.Name, Organisation: b.Organisation, Roles: orEmpty(b.Roles), Votes: orEmpty(b.Votes)})
	}
	return &ledgerOutput{Body: Ledger{
		Roles:    roles,
		Protocol: Protocol{Number: l.Ledger.Protocol, Known: judge.Protocols(), Votes: orEmpty(votes)},
		Net:      l.Ledger.Net, Organisations: orEmpty(l.Organisations), Channel: s.config.Channel, Founded: l.Ledger.Founded,
		Block:   s.gateway().BlockRef(l.Cursor),
		Gateway: GatewayRef{Organisation: s.config.Organisation, Origin: s.config.Origin},
	}}, nil
}

// foundingOf returns the founding, or a refusal while it is not known here.
func foundingOf(v *readmodel.View) (*rootline.Ledger, error) {
	l, err := v.Ledger()
	if err != nil {
		return nil, err
	}
	if l.Ledger == nil {
		return nil, rootline.Refuse(rootline.CodeNotFounded)
	}
	return l.Ledger, nil
}
