package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
)

// EventsFilter is what lists and exports of events are narrowed by.
type EventsFilter struct {
	Asset        string `query:"asset" maxLength:"30" doc:"A code; events that used it or put something into it count, too"`
	Action       string `query:"action" maxLength:"400" doc:"One or several, with commas between them; so for organisation"`
	Organisation string `query:"organisation" maxLength:"400" doc:"MSP id of who signed"`
	Device       string `query:"device" maxLength:"64" doc:"kid"`
	Rulebook     string `query:"rulebook" maxLength:"40" doc:"A rulebook's name without a version" example:"forestation"`
	Kind         string `query:"kind" maxLength:"400" doc:"Of what they are about; one or several, as for action"`
	State        string `query:"state" maxLength:"400" doc:"What they left it in; one or several, as for action"`
	Place        string `query:"place" maxLength:"80" doc:"Where what they are about is now, or a place around it"`
	From         string `query:"from" maxLength:"24" doc:"Witnessed at this moment or later" example:"2026-03-12T00:00:00Z"`
	To           string `query:"to" maxLength:"24" doc:"Witnessed before this moment"`
	Status       string `query:"status" enum:"committed,disputed,unjudged"`
}

func (in *EventsFilter) filter() (f readmodel.EventFilter, err error) {
	f = readmodel.EventFilter{
		Asset: in.Asset, Action: in.Action, Organisation: in.Organisation, Device: in.Device, Place: in.Place, Status: readmodel.EventStatus(in.Status),
		Book: in.Rulebook, Kind: in.Kind, State: in.State,
	}
	if f.From, err = instantOf("from", in.From); err != nil {
		return f, err
	}
	f.To, err = instantOf("to", in.To)
	return f, err
}

type eventListInput struct {
	Paging
	EventsFilter
}

// eventList lists events of all assets, the last recorded first.
func (s *Server) eventList(v *reply, in *eventListInput) (*historyOutput, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	list, err := v.Events(f, in.of())
	if err != nil {
		return nil, err
	}
	return v.history(list)
}

type eventsExport struct {
	EventsFilter
	Exporting
}

// exportEvents answers with all events that match, as a table, the last recorded first.
func (s *Server) exportEvents(v *reply, in *eventsExport) (*export, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	return asTable(in.Exporting, "events", rootline.Text{En: "Events", Zh: "事件"}, v.eventColumns(in.Lang), func(row func(*EventView) error) error {
		return v.EveryEvent(f, func(some []readmodel.Event) error {
			for i := range some {
				view := v.event(&some[i])
				if err := row(&view); err != nil {
					return err
				}
			}
			return nil
		})
	}), nil
}

func (v *reply) eventColumns(lang string) []tableColumn[EventView] {
	type event = EventView
	titled := func(t rootline.Text, name string) any {
		if t.IsZero() {
			return filled(name)
		}
		return t.In(lang)
	}
	return []tableColumn[event]{
		{"witnessed", rootline.Text{En: "Witnessed (UTC)", Zh: "见证时间（UTC）"}, func(e *event) any { return moment(e.Witnessed) }},
		{"claimed", rootline.Text{En: "Claimed (UTC)", Zh: "自述时间（UTC）"}, func(e *event) any { return moment(e.At) }},
		{"action", rootline.Text{En: "Action", Zh: "操作"}, func(e *event) any { return titled(e.ActionTitle, e.Action) }},
		{"code", rootline.Text{En: "Code", Zh: "编码"}, func(e *event) any { return filled(e.Asset) }},
		{"state", rootline.Text{En: "State after it", Zh: "之后的状态"}, func(e *event) any { return titled(e.StateTitle, e.State) }},
		{"organisation", rootline.Text{En: "Organisation", Zh: "单位"}, func(e *event) any { return titled(e.OrganisationTitle, e.Organisation) }},
		{"role", rootline.Text{En: "Role", Zh: "角色"}, func(e *event) any { return filled(e.Role) }},
		{"name", rootline.Text{En: "Signed by", Zh: "签名者"}, func(e *event) any { return filled(e.Name) }},
		{"lat", rootline.Text{En: "Latitude", Zh: "纬度"}, func(e *event) any { return latitude(e.Place) }},
		{"lon", rootline.Text{En: "Longitude", Zh: "经度"}, func(e *event) any { return longitude(e.Place) }},
		{"data", rootline.Text{En: "Data (JSON)", Zh: "数据（JSON）"}, func(e *event) any { return filled(string(e.Data)) }},
		{"evidence", rootline.Text{En: "Files", Zh: "文件数"}, func(e *event) any { return len(e.Evidence) }},
		{"corrects", rootline.Text{En: "Corrects", Zh: "更正的事件"}, func(e *event) any { return filled(e.Corrects) }},
		{"rulebook", rootline.Text{En: "Rulebook", Zh: "规则手册"}, func(e *event) any { return filled(e.Rulebook) }},
		{"status", rootline.Text{En: "Status", Zh: "状况"}, func(e *event) any { return e.Status }},
		{"block", rootline.Text{En: "Block", Zh: "区块"}, func(e *event) any {
			if e.Block == nil {
				return nil
			}
			return *e.Block
		}},
		{"transaction", rootline.Text{En: "Transaction", Zh: "交易"}, func(e *event) any { return e.Transaction }},
		{"event", rootline.Text{En: "Event", Zh: "事件"}, func(e *event) any { return filled(e.ID) }},
		{"device", rootline.Text{En: "Device", Zh: "设备"}, func(e *event) any { return e.Device }},
	}
}
