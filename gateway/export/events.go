package export

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

// EventsInput is what an export of events can be asked.
type EventsInput struct {
	query.EventsFilter
	Options
}

// Events answers with all events that match, as a table, the last recorded first.
func Events(v *presentation.Reply, in *EventsInput) (*File, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	return asTable(in.Options, "events", rootline.Text{En: "Events", Zh: "事件"}, eventColumns(in.Lang), func(row func(*presentation.EventView) error) error {
		return v.EveryEvent(f, func(some []readmodel.Event) error {
			for i := range some {
				view := v.ShowEvent(&some[i])
				if err := row(&view); err != nil {
					return err
				}
			}
			return nil
		})
	}), nil
}

func eventColumns(lang string) []column[presentation.EventView] {
	type event = presentation.EventView
	titled := func(t rootline.Text, name string) any {
		if t.IsZero() {
			return filled(name)
		}
		return t.In(lang)
	}
	return []column[event]{
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
