package rulebook

import (
	"testing"

	"github.com/rootline/rootline"
)

func floodwayScenes(t testing.TB) []scene {
	sectioned := map[string]func(*Facts){
		"not-a-section": put("section", words(store.ID)),
		"section-too-long": func(f *Facts) {
			long := *section
			long.Chainage = &rootline.Chainage{From: 0, To: 600_000}
			f.Places = map[string]*rootline.Place{section.ID: &long}
		},
		"outside-section": away,
	}
	opened := map[string]func(*Facts){
		"not-the-next-layer": put("layer", number(4)),
		"other-section":      func(f *Facts) { f.Refs[0].Place = "levee/k66" },
	}
	for code, breaks := range sectioned {
		opened[code] = breaks
	}
	samples := func(ns ...int64) func(*Facts) { return put("samples", numbers(ns...)) }
	return []scene{
		{action: "cement/deliver", org: "MakerMSP", set: amount(200_000),
			data:   `{"producer":"P","batch":"B1","grade":"42.5","packing":"bagged","deliveryNote":"D1"}`,
			breaks: map[string]func(*Facts){"lot-too-large": amount(200_001)}},
		{action: "cement/witness", org: "SupervisorMSP", data: `{"sample":"S1"}`, fields: `{"sampler":"BuilderMSP","sample":"S1"}`,
			breaks: map[string]func(*Facts){"self-witness": by("BuilderMSP"), "other-sample": put("sample", words("S2"))}},
		{action: "cement/pass", org: "LabMSP", data: `{"sample":"S1","report":"R1","strength":45000}`, fields: `{"grade":"42.5","sample":"S1"}`,
			breaks: map[string]func(*Facts){"below-grade": put("strength", number(42_499)), "other-sample": put("sample", words("S2"))}},
		{action: "cement/release", org: "SupervisorMSP", breaks: map[string]func(*Facts){"self-release": by("MakerMSP")}},
		{action: "cement/correct", org: "MakerMSP", data: `{"reason":"typed wrongly"}`,
			breaks: map[string]func(*Facts){"not-yours-to-correct": by("OtherMSP")}},
		{action: "soil/witness", org: "SupervisorMSP", data: `{"sample":"S1"}`, fields: `{"sampler":"BuilderMSP","sample":"S1"}`,
			breaks: map[string]func(*Facts){"self-witness": by("BuilderMSP"), "other-sample": put("sample", words("S2"))}},
		{action: "soil/pass", org: "LabMSP", data: `{"sample":"S1","report":"R1","maxDensity":1750,"moisture":1600,"clay":2000}`,
			fields: `{"sample":"S1"}`,
			breaks: map[string]func(*Facts){"unsuitable-soil": put("clay", number(3501)), "other-sample": put("sample", words("S2"))}},
		{action: "soil/release", org: "SupervisorMSP", breaks: map[string]func(*Facts){"self-release": by("MakerMSP")}},
		{action: "soil/correct", org: "MakerMSP", data: `{"reason":"typed wrongly"}`,
			breaks: map[string]func(*Facts){"not-yours-to-correct": by("OtherMSP")}},
		{action: "fill-layer/start", org: "BuilderMSP", data: `{"section":"levee/k65","class":"2","design":1680}`, breaks: sectioned},
		{action: "fill-layer/open", org: "BuilderMSP", data: `{"section":"levee/k65","layer":3}`,
			set: other(t, "fill-layer", section.ID, `{"layer":2,"class":"2","design":1680}`), breaks: opened},
		{action: "fill-layer/fill", org: "BuilderMSP", fields: `{"builder":"BuilderMSP"}`,
			set: func(f *Facts) {
				f.Inputs = []InputFact{{&rootline.Asset{ID: "9520001S0IL000001", Kind: "soil"}, 40_000}}
			},
			breaks: map[string]func(*Facts){
				"other-builder": by("OtherMSP"),
				"no-soil":       func(f *Facts) { f.Inputs[0].Asset.Kind = "cement" },
			}},
		{action: "fill-layer/compact", org: "BuilderMSP", data: `{"thickness":280,"passes":8}`, fields: `{"builder":"BuilderMSP"}`,
			breaks: map[string]func(*Facts){"other-builder": by("OtherMSP"), "too-thick": put("thickness", number(301))}},
		{action: "fill-layer/test", org: "LabMSP", set: at(section.ID), fields: `{"class":"2","design":1680}`,
			data: `{"samples":[1700,1690,1680,1685,1695,1700,1699,1688,1681,1620],"report":"R1"}`,
			breaks: map[string]func(*Facts){
				"too-few-samples":  samples(1700, 1690),
				"share-too-low":    samples(1700, 1690, 1679, 1680, 1680),
				"sample-too-loose": samples(1700, 1690, 1680, 1685, 1695, 1700, 1699, 1688, 1681, 1612),
			}},
		{action: "fill-layer/rework", org: "BuilderMSP", data: `{"reason":"rolled again"}`, fields: `{"builder":"BuilderMSP"}`,
			breaks: map[string]func(*Facts){"other-builder": by("OtherMSP")}},
		{action: "fill-layer/check", org: "BuilderMSP", data: `{"rating":"qualified"}`, fields: `{"builder":"BuilderMSP"}`,
			breaks: map[string]func(*Facts){"other-builder": by("OtherMSP")}},
		{action: "fill-layer/countersign", org: "SupervisorMSP", set: at(section.ID), fields: `{"builder":"BuilderMSP"}`,
			breaks: map[string]func(*Facts){"self-acceptance": by("BuilderMSP"), "outside-section": away}},
	}
}
