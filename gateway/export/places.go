package export

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

// PlacesInput is what an export of places can be asked.
type PlacesInput struct {
	Options
	query.PlacesFilter
}

// DevicesInput is what an export of devices can be asked.
type DevicesInput struct {
	Options
	query.DevicesFilter
}

// Places answers with all places that match, as a table in the order of their ids.
func Places(v *presentation.Reply, in *PlacesInput) (*File, error) {
	type place = rootline.Place
	columns := []column[place]{
		{"id", rootline.Text{En: "Id", Zh: "编号"}, func(p *place) any { return p.ID }},
		{"title", rootline.Text{En: "Title", Zh: "名称"}, func(p *place) any { return filled(p.Title.In(in.Lang)) }},
		{"kind", rootline.Text{En: "Kind", Zh: "类别"}, func(p *place) any { return p.Kind }},
		{"parent", rootline.Text{En: "Within", Zh: "所属"}, func(p *place) any { return filled(p.Parent) }},
		{"from", rootline.Text{En: "Chainage from (mm)", Zh: "起桩号（毫米）"}, func(p *place) any {
			if p.Chainage == nil {
				return nil
			}
			return p.Chainage.From
		}},
		{"to", rootline.Text{En: "Chainage to (mm)", Zh: "止桩号（毫米）"}, func(p *place) any {
			if p.Chainage == nil {
				return nil
			}
			return p.Chainage.To
		}},
		{"plan", rootline.Text{En: "Planned", Zh: "计划"}, func(p *place) any {
			var parts []string
			for kind, n := range p.Plan {
				parts = append(parts, kind+" "+strconv.FormatInt(n, 10))
			}
			slices.Sort(parts)
			return filled(strings.Join(parts, ", "))
		}},
		{"points", rootline.Text{En: "Points of its outline", Zh: "边界点数"}, func(p *place) any { return len(p.Outline) + len(p.Line) }},
	}
	return asTable(in.Options, "places", rootline.Text{En: "Places", Zh: "部位"}, columns, func(row func(*place) error) error {
		return pages(func(p readmodel.Page) (readmodel.List[place], error) { return v.Places(in.Filter(), p) }, row)
	}), nil
}

// Devices answers with all devices that match, as a table, with their states at a moment.
func Devices(v *presentation.Reply, in *DevicesInput, now rootline.Instant) (*File, error) {
	type device = rootline.Device
	names := presentation.Pseudonyms{}
	columns := []column[device]{
		{"name", rootline.Text{En: "Name", Zh: "名称"}, func(d *device) any { return d.Name }},
		{"organisation", rootline.Text{En: "Organisation", Zh: "单位"}, func(d *device) any { return organisation(v, d.Organisation, in.Lang) }},
		{"role", rootline.Text{En: "Role", Zh: "角色"}, func(d *device) any { return d.Role }},
		{"state", rootline.Text{En: "State", Zh: "状态"}, func(d *device) any { return stateTitles[presentation.DeviceState(d, now)].In(in.Lang) }},
		{"invitedBy", rootline.Text{En: "Invited by", Zh: "邀请者"}, func(d *device) any { return filled(names.Of(v, d.InvitedBy)) }},
		{"since", rootline.Text{En: "Since (UTC)", Zh: "起（UTC）"}, func(d *device) any { return moment(d.Since) }},
		{"until", rootline.Text{En: "Until (UTC)", Zh: "止（UTC）"}, func(d *device) any { return moment(d.Until) }},
		{"kid", rootline.Text{En: "Key", Zh: "密钥"}, func(d *device) any { return d.Kid }},
	}
	return asTable(in.Options, "devices", rootline.Text{En: "Devices", Zh: "设备"}, columns, func(row func(*device) error) error {
		return pages(func(p readmodel.Page) (readmodel.List[device], error) { return v.Devices(in.Filter(), p) }, func(d *device) error {
			if !in.Takes(d, presentation.DeviceState(d, now)) {
				return nil
			}
			return row(d)
		})
	}), nil
}

var stateTitles = map[string]rootline.Text{
	presentation.Active:  {En: "Active", Zh: "有效"},
	presentation.Revoked: {En: "Revoked", Zh: "已吊销"},
	presentation.Expired: {En: "Expired", Zh: "已到期"},
}

// pages gives the rows of all pages of a list.
func pages[T any](read func(readmodel.Page) (readmodel.List[T], error), row func(*T) error) error {
	for p := (readmodel.Page{Limit: readmodel.MaxLimit}); ; {
		list, err := read(p)
		if err != nil {
			return err
		}
		for i := range list.Items {
			if err := row(&list.Items[i]); err != nil {
				return err
			}
		}
		if list.Next == "" {
			return nil
		}
		p.Cursor = list.Next
	}
}
