package presentation

import (
	"encoding/json"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
)

// EventView is a recorded event with what a page needs to show it.
type EventView struct {
	ID                string              `json:"id"`
	Asset             string              `json:"asset,omitempty"`
	Seq               uint64              `json:"seq,omitempty" doc:"Its place in the history that was asked for, from 1"`
	Head              rootline.Hash       `json:"head,omitzero" doc:"That history's head after it"`
	Link              string              `json:"link,omitempty" doc:"How it concerns that asset: asset, input, part, child (it lies under that asset), recall, move, unjudged"`
	Action            string              `json:"action"`
	ActionTitle       rootline.Text       `json:"actionTitle"`
	Kind              string              `json:"kind,omitempty"`
	Rulebook          string              `json:"rulebook"`
	State             string              `json:"state,omitempty" doc:"The asset's state after it"`
	StateTitle        rootline.Text       `json:"stateTitle,omitzero"`
	At                rootline.Instant    `json:"at" doc:"When it was done, as the device claims"`
	Witnessed         rootline.Instant    `json:"witnessed,omitzero" doc:"When it was recorded, as several organisations' clocks agree"`
	Late              bool                `json:"late" doc:"It reached the ledger long after the claimed time"`
	Device            string              `json:"device,omitempty" doc:"kid; not for guests"`
	Organisation      string              `json:"organisation,omitempty" doc:"MSP id"`
	OrganisationTitle rootline.Text       `json:"organisationTitle,omitzero"`
	Role              string              `json:"role,omitempty"`
	Name              string              `json:"name,omitempty" doc:"The device's pseudonym; not for guests"`
	Place             *rootline.Position  `json:"place,omitempty" doc:"To guests cut to about a kilometre"`
	Evidence          []rootline.Evidence `json:"evidence,omitempty"`
	Inputs            []rootline.Input    `json:"inputs,omitempty"`
	Refs              []string            `json:"refs,omitempty"`
	List              *rootline.List      `json:"list,omitempty"`
	Into              []rootline.Part     `json:"into,omitempty"`
	Amount            int64               `json:"amount,omitempty"`
	Data              json.RawMessage     `json:"data,omitempty"`
	Seen              *rootline.Seen      `json:"seen,omitempty"`
	Corrects          string              `json:"corrects,omitempty"`
	CorrectedBy       []string            `json:"correctedBy,omitempty"`
	Under             string              `json:"under,omitempty" doc:"What a created asset lies under"`
	Attests           string              `json:"attests,omitempty" doc:"The event that this attestation let in"`
	AttestedBy        string              `json:"attestedBy,omitempty" doc:"The attestation that let this event in after its device's end"`
	Tag               string              `json:"tag,omitempty"`
	Replaces          string              `json:"replaces,omitempty"`
	Block             *uint64             `json:"block,omitempty" doc:"Absent until it is committed"`
	BlockHash         rootline.Hash       `json:"blockHash,omitzero"`
	Transaction       string              `json:"transaction,omitempty"`
	Hash              rootline.Hash       `json:"hash" doc:"SHA-256 of the JWS signing input"`
	JWS               string              `json:"jws,omitempty" doc:"The signed bytes; guests take them from GET /api/v1/assets/{id}/signed"`
	Inclusion         *rootline.Inclusion `json:"inclusion,omitempty"`
	Status            string              `json:"status" enum:"queued,endorsed,submitted,unknown,aside,committed,refused,disputed,unjudged"`
	Error             *rootline.Error     `json:"error,omitempty" doc:"Why it was refused"`
	// Guests is what the rulebook says that guests are shown of what the event says.
	Guests Audience `json:"-"`
}

// ShowEvent makes the view of a recorded event. A disputed one that cannot be read has little in it.
func (v *Reply) ShowEvent(e *readmodel.Event) EventView {
	view := EventView{
		Hash: e.Hash, JWS: e.JWS, Inclusion: e.Inclusion, Kind: e.Kind, State: e.State, Link: string(e.Link),
		Seq: e.Seq, Head: e.Head, Device: e.Device, Organisation: e.Organisation, Role: e.Role, Name: e.Name,
		Witnessed: e.Witnessed, Late: e.Late, CorrectedBy: e.CorrectedBy, Attests: e.Attests, AttestedBy: e.AttestedBy, Block: &e.Block, BlockHash: e.BlockHash,
		Transaction: e.Transaction, Status: string(e.Status),
	}
	view.said(e.Event)
	if e.Amount != 0 {
		view.Amount = e.Amount
	}
	v.titles(&view)
	view.Guests = v.audienceOfEvent(&view)
	return view
}

// said fills in what the event itself says.
func (view *EventView) said(e *rootline.Event) {
	if e == nil {
		return
	}
	view.ID, view.Asset, view.Action, view.Rulebook, view.At = e.ID, e.Asset, e.Action, e.Rulebook, e.At
	view.Place, view.Evidence, view.Inputs, view.Refs, view.List, view.Into = e.Place, e.Evidence, e.Inputs, e.Refs, e.List, e.Into
	view.Amount, view.Data, view.Seen, view.Corrects, view.Tag, view.Replaces = e.Amount, e.Data, e.Seen, e.Corrects, e.Tag, e.Replaces
	view.Under = e.Under
	if view.Kind == "" {
		view.Kind = e.Kind
	}
}

func (v *Reply) titles(view *EventView) {
	view.OrganisationTitle = v.Organisations[view.Organisation]
	if view.Rulebook == rootline.Registry {
		view.ActionTitle = RegistryTitles[view.Action]
		return
	}
	k := v.KindOf(view.Rulebook, view.Kind)
	if k == nil {
		return
	}
	if a := k.Action(view.Action); a != nil {
		view.ActionTitle = a.Title
	}
	if state := k.State(view.State); state != nil {
		view.StateTitle = state.Title
	}
}

// RegistryTitles name the acts of the rulebook that is built in.
var RegistryTitles = map[string]rootline.Text{
	rootline.ActInvite:   {En: "Invite a device", Zh: "邀请设备"},
	rootline.ActEnrol:    {En: "Enrol a device", Zh: "注册设备"},
	rootline.ActRenew:    {En: "Renew a device", Zh: "设备续期"},
	rootline.ActRevoke:   {En: "Revoke a device or an invitation", Zh: "吊销设备或邀请"},
	rootline.ActPlace:    {En: "Set a place", Zh: "设定部位"},
	rootline.ActIssue:    {En: "Issue blank tags", Zh: "发放空白标签"},
	rootline.ActPropose:  {En: "Propose a rulebook", Zh: "提出规则手册"},
	rootline.ActVote:     {En: "Vote for a rulebook", Zh: "为规则手册投票"},
	rootline.ActWithdraw: {En: "Take back a vote for a rulebook", Zh: "撤回对规则手册的投票"},
	rootline.ActAttest:   {En: "Vouch for an event", Zh: "为事件作证明"},
	rootline.ActRaise:    {En: "Vote for a protocol number", Zh: "为协议号投票"},
	rootline.ActRoles:    {En: "Vote for the roles of an organisation", Zh: "为单位的角色投票"},
	rootline.ActMove:     {En: "Move to a new version", Zh: "转入新版本"},
	rootline.ActPin:      {En: "State the hash of block 0", Zh: "声明区块 0 的哈希"},

	rootline.ActRecall:            {En: "Open a recall", Zh: "发起召回"},
	rootline.ActRecallAdd:         {En: "Add to a recall", Zh: "补充召回对象"},
	rootline.ActRecallAcknowledge: {En: "Acknowledge a recall", Zh: "确认召回"},
	rootline.ActRecallRelease:     {En: "Release from a recall", Zh: "解除冻结"},
	rootline.ActRecallClose:       {En: "Close a recall", Zh: "关闭召回"},
}
