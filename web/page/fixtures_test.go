package page

import (
	"github.com/rootline/rootline"
	"time"
)

func text(en, zh string) rootline.Text { return rootline.Text{En: en, Zh: zh} }

func instant(s string) rootline.Instant {
	i, err := rootline.ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return i
}

var (
	nursery    = Party{"NurseryMSP", text("Demonstration nursery", "演示苗圃")}
	contractor = Party{"ContractorMSP", text("Demonstration contractor", "演示施工单位")}
	supervisor = Party{"SupervisorMSP", text("Demonstration supervisor", "演示监理单位")}
	project    = text("Demonstration forest", "演示林")
	where      = &rootline.Position{Point: rootline.Point{Lat: 38912345, Lon: 115912345}, Accuracy: 5}
)

func millimetres(name, en, zh string, n int64) Field {
	most := int64(60_000)
	if n < 1000 {
		most = 2_000 // of a trunk, a layer
	}
	return Field{Name: name, Title: text(en, zh), Value: rootline.IntegerOf(n), Unit: "mm", Most: most}
}

// compared is a comparison of so many events.
func compared(events int) Compared {
	return Compared{Events: events, All: events, Signatures: events, Records: 9, First: 101, Last: 1838, By: nursery, Peers: 3, Silent: []Party{supervisor}}
}

// tree is an established tree with its whole life.
func tree() Item {
	organisations := map[string]rootline.Text{nursery.MSPID: nursery.Title, contractor.MSPID: contractor.Title}
	return Item{
		Code: "9520001T7H2K9QF3XB", Project: project, Kind: text("Tree", "树木"), Rules: Rules{Title: rootline.Text{En: "Forestation", Zh: "造林"}, Version: 1},
		State: State{"established", text("Established", "已成活"), Accepted},
		Maker: nursery, Custodian: contractor, Zone: time.FixedZone("Asia/Shanghai", 8*3600),
		Installed: &Event{Action: text("Plant", "栽植"), Claimed: instant("2026-03-12T16:15:00Z")},
		Place:     &Place{"forest/9/14", text("Plot 9-14", "9-14 小班")},
		Position:  where,
		Map: &Map{
			Around:  []rootline.Point{{Lat: 38910000, Lon: 115908000}, {Lat: 38910000, Lon: 115918000}, {Lat: 38916000, Lon: 115918000}, {Lat: 38916000, Lon: 115908000}},
			Outline: []rootline.Point{{Lat: 38911500, Lon: 115911000}, {Lat: 38911600, Lon: 115914000}, {Lat: 38913500, Lon: 115913800}, {Lat: 38913300, Lon: 115911200}},
			At:      where,
		},
		Lot: &Root{Code: "9520001L220ABCDEFG", Name: text("Nursery lot L-220", "苗木批次 L-220")},
		Fields: []Field{
			{Name: "species", Title: text("Species", "树种"), Value: rootline.StringOf("Pinus tabuliformis")},
			{Name: "commonName", Title: text("Common name", "俗名"), Value: rootline.StringOf("Chinese pine"),
				Words: map[string]rootline.Text{"Chinese pine": text("Chinese pine", "油松")}},
			millimetres("dbh", "Trunk diameter at breast height", "胸径", 83),
			millimetres("height", "Height", "树高", 3105),
			millimetres("rootBall", "Root ball", "土球直径", 700),
			{Name: "nursery", Title: text("Nursery", "苗圃单位"), Value: rootline.StringOf(nursery.MSPID), Words: organisations},
			{Name: "plantedAt", Title: text("Time of planting", "栽植时间"), Value: rootline.IntegerOf(1773303300), Unit: "s"},
			{Name: "replaces", Title: text("Replaces the dead tree", "补植替换的死树"), Value: rootline.StringOf("9520001D4DTR33X0001"), Code: true},
		},
		Tags: []string{"9520001T46000042"},
		Events: []Event{
			{ID: "0190c7f2-0000-7000-8000-000000000005", Action: text("Accept as established", "成活验收"), Name: "accept",
				Claimed: instant("2026-09-20T07:40:00Z"), Witnessed: instant("2026-09-20T07:40:12Z"),
				Organisation: supervisor, Role: text("Supervisor", "监理"), Signer: "S2", Position: where, Evidence: 2, Block: 1838},
			{ID: "0190c7f2-0000-7000-8000-000000000004", Action: text("Correct a record", "更正记录"), Name: "correct",
				Claimed: instant("2026-03-12T10:02:00Z"), Witnessed: instant("2026-03-12T10:02:05Z"),
				Organisation: contractor, Role: text("Planting crew", "栽植班组"), Signer: "C7", Block: 907,
				Corrects: "0190c7f2-0000-7000-8000-000000000003",
				Fields:   []Field{millimetres("height", "Height", "树高", 3105)}},
			{ID: "0190c7f2-0000-7000-8000-000000000003", Action: text("Plant", "栽植"), Name: "plant",
				Claimed: instant("2026-03-12T08:15:00Z"), Witnessed: instant("2026-03-12T09:02:31Z"),
				Organisation: contractor, Role: text("Planting crew", "栽植班组"), Signer: "C7", Position: where, Evidence: 1, Block: 812,
				CorrectedBy: []string{"0190c7f2-0000-7000-8000-000000000004"},
				Fields:      []Field{{Name: "crew", Title: text("Crew", "班组"), Value: rootline.StringOf("C7")}, millimetres("height", "Height", "树高", 310)}},
			{ID: "0190c7f2-0000-7000-8000-000000000002", Action: text("Receive on site", "到场验收"), Name: "receive",
				Claimed: instant("2026-03-11T22:50:00Z"), Witnessed: instant("2026-03-14T06:00:00Z"), Late: true,
				Organisation: contractor, Role: text("Planting crew", "栽植班组"), Signer: "Gate 2", Block: 790},
			{ID: "0190c7f2-0000-7000-8000-000000000001", Action: text("Select at the nursery", "选苗"), Name: "select",
				Claimed: instant("2026-03-02T03:00:00Z"), Witnessed: instant("2026-03-02T03:00:20Z"), OfLot: true,
				Organisation: nursery, Role: text("Nursery", "苗圃"), Signer: "N1", Evidence: 1, Block: 101, Amount: 10000, Unit: "each"},
		},
		MoreEvents: 1,
		Integrity: Integrity{Compared: compared(6), Events: 6, Devices: 5, Organisations: 3, Standing: Standing{Block: 1842,
			BlockTime: instant("2026-09-20T08:00:00Z")}},
		Address: "HTTPS://WORKS.EXAMPLE/8004/9520001T7H2K9QF3XB",
	}
}

// layer is a fill layer on a ledger that has moved on, with an event that this gateway refuses.
func layer() Item {
	return Item{
		Code: "9520002F1LLAYER00012", Project: text("Demonstration levee", "演示堤防"), Kind: text("Fill layer", "填筑层"), Rules: Rules{Title: rootline.Text{En: "Floodway", Zh: "造林"}, Version: 1},
		State: State{"compacted", text("Compacted", "已压实"), Waiting},
		Maker: contractor, Custodian: contractor,
		Place: &Place{"levee/65", rootline.Text{}},
		Frozen: []Freeze{{By: supervisor, Since: instant("2026-05-03T02:00:00Z"), Reason: "Cement of low strength",
			Lot: &Root{Code: "9520002CEMENT0000031", Name: text("Lot of cement", "水泥批次")}, Possible: true}},
		Roots: []Root{
			{Code: "9520002S01LLOT000007", Name: text("Soil lot", "土料批次"), Amount: 1250000, Unit: "kg"},
			{Code: "9520002CEMENT0000031"},
		},
		Fields: []Field{
			millimetres("thickness", "Thickness after compaction", "压实厚度", 280),
			{Name: "density", Title: text("Dry density", "干密度"), Unit: "kg/m³",
				Value: rootline.ListOf(rootline.IntegerOf(1682), rootline.IntegerOf(1701))},
			{Name: "concealed", Value: rootline.BoolOf(true)},
		},
		Events: []Event{{ID: "0190c7f2-0000-7000-8000-00000000000a", Name: "compact", Disputed: true,
			Amount: 18000, Unit: "kg", Into: &Root{Code: "9520002LAYER0000002", Name: text("Layer of fill", "填筑层")},
			Claimed: instant("2026-05-02T10:30:00Z"), Witnessed: instant("2026-05-02T10:27:00Z"),
			Organisation: Party{MSPID: "ContractorMSP"}, Signer: "L1", Block: 1799}},
		Integrity: Integrity{Events: 1, Devices: 1, Organisations: 1, Disputed: 1, Standing: Standing{Block: 1812, Behind: 30}},
	}
}

// sapling is an item that sleeps in its lot.
func sapling() Item {
	return Item{
		Code: "9520001AS1EEP0000042", Kind: text("Tree", "树木"), Rules: Rules{Title: rootline.Text{En: "Forestation", Zh: "造林"}, Version: 1},
		State: State{"received", text("Received on site", "已到场"), Asleep},
		Maker: nursery, Custodian: contractor,
		Lot:    &Root{Code: "9520001L220ABCDEFG"},
		Fields: []Field{{Name: "species", Title: text("Species", "树种"), Value: rootline.StringOf("Sophora japonica")}},
		Events: []Event{{ID: "0190c7f2-0000-7000-8000-00000000000b", Action: text("Receive", "到场"), OfLot: true,
			Claimed: instant("2026-03-11T22:50:00Z"), Witnessed: instant("2026-03-11T22:50:30Z"), Organisation: contractor,
			Amount: 10000, Unit: "each", Block: 790}},
		Integrity: Integrity{Standing: Standing{Block: 1842, BlockTime: instant("2026-09-20T08:00:00Z")}},
	}
}
