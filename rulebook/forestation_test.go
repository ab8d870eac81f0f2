package rulebook

import (
	"testing"

	"github.com/rootline/rootline"
)

func forestationScenes(t testing.TB) []scene {
	planted := map[string]func(*Facts){
		"position-too-vague": vague,
		"not-a-plot":         put("plot", words(store.ID)),
		"outside-plot":       away,
		"not-custodian":      by("OtherMSP"),
	}
	replanted := map[string]func(*Facts){
		"other-pit": put("pit", words("P-2")),
	}
	for code, breaks := range planted {
		replanted[code] = breaks
	}
	return []scene{
		{action: "tree/select", org: "MakerMSP", data: `{"species":"Pinus tabuliformis","dbh":60,"height":3000}`,
			breaks: map[string]func(*Facts){"odd-measures": put("height", number(300))}},
		{action: "tree/inventory", org: "MakerMSP", data: `{"species":"Ulmus procera","plot":"forest/1/1"}`,
			breaks: map[string]func(*Facts){"outside-plot": away}},
		{action: "tree/lift", org: "MakerMSP", data: `{"rootBall":400}`, fields: `{"dbh":60}`,
			breaks: map[string]func(*Facts){
				"other-nursery":       by("OtherMSP"),
				"root-ball-too-small": put("rootBall", number(290)),
			}},
		{action: "tree/receive", org: "HolderMSP", data: `{"waybill":"W1","dbh":55}`, fields: `{"waybill":"W1","dbh":60}`,
			breaks: map[string]func(*Facts){
				"other-truck":           put("waybill", words("W2")),
				"smaller-than-selected": put("dbh", number(53)),
			}},
		{action: "tree/plant", org: "HolderMSP", data: `{"plot":"forest/1/1","pit":"P-1","crew":"C7","height":2100}`, breaks: planted},
		{action: "tree/replant", org: "HolderMSP", data: `{"plot":"forest/1/1","pit":"P-1","crew":"C7"}`,
			set: other(t, "tree", plot.ID, `{"pit":"P-1"}`), breaks: replanted},
		{action: "tree/tend", org: "HolderMSP", data: `{"work":"water","litres":40}`,
			breaks: map[string]func(*Facts){"product-missing": put("work", words("spray"))}},
		{action: "tree/measure", org: "HolderMSP", data: `{"dbh":70}`,
			breaks: map[string]func(*Facts){"nothing-measured": func(f *Facts) { f.Data = rootline.Fields{} }}},
		{action: "tree/accept", org: "SupervisorMSP", data: `{"condition":"good"}`, fields: `{"planter":"HolderMSP"}`,
			set: func(f *Facts) { at := inside; f.Asset.Position = &at },
			breaks: map[string]func(*Facts){
				"self-acceptance":    by("HolderMSP"),
				"position-too-vague": vague,
				"not-at-the-tree":    away,
				"too-poor":           put("condition", words("poor")),
			}},
		{action: "tree/replace", org: "HolderMSP", set: other(t, "tree", plot.ID, `{"replaces":"9520001TREE000001"}`),
			breaks: map[string]func(*Facts){
				"not-its-replacement": func(f *Facts) { f.Refs[0].Fields = nil },
			}},
		{action: "tree/publish", org: "HolderMSP", breaks: map[string]func(*Facts){"not-yours-to-release": by("OtherMSP")}},
		{action: "tree/correct", org: "MakerMSP", data: `{"reason":"typed wrongly","species":"Acer truncatum"}`,
			breaks: map[string]func(*Facts){"not-yours-to-correct": by("OtherMSP")}},
		{action: "tree/void", org: "MakerMSP", data: `{"reason":"registered twice"}`,
			breaks: map[string]func(*Facts){
				"not-yours-to-void": by("OtherMSP"),
				"was-planted":       func(f *Facts) { f.Asset.Fields = data(t, `{"planter":"HolderMSP"}`) },
			}},
		{action: "tree-lot/select", org: "MakerMSP", data: `{"species":"Pinus tabuliformis"}`, set: listed(10_000),
			breaks: map[string]func(*Facts){"lot-too-large": listed(50_001)}},
		{action: "tree-lot/lift", org: "MakerMSP", breaks: map[string]func(*Facts){"other-nursery": by("OtherMSP")}},
		{action: "tree-lot/receive", org: "HolderMSP", data: `{"waybill":"W1"}`, fields: `{"waybill":"W1"}`,
			breaks: map[string]func(*Facts){"other-truck": put("waybill", words("W2"))}},
		{action: "tree-lot/divide", org: "HolderMSP", breaks: map[string]func(*Facts){"not-custodian": by("OtherMSP")}},
		{action: "tree-lot/retire", org: "HolderMSP", data: `{"reason":"all planted"}`,
			breaks: map[string]func(*Facts){"not-custodian": by("OtherMSP")}},
	}
}
