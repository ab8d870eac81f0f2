package rulebook

import "testing"

// floodwayScenes are the acts on a layer whose effects and speed are looked at. What every rule of the book allows and
// refuses is shown by its examples.
func floodwayScenes(t testing.TB) []scene {
	samples := func(ns ...int64) func(*Facts) { return put("samples", numbers(ns...)) }
	return []scene{
		{
			action: "fill-layer/start", org: "BuilderMSP", data: `{"section":"levee/k65","class":"2","design":1680,"width":12000}`,
			breaks: map[string]func(*Facts){"not-a-section": put("section", words(store.ID)), "outside-section": away},
		},
		{
			action: "fill-layer/open", org: "BuilderMSP", data: `{"section":"levee/k65","layer":3}`,
			set: other(t, "fill-layer", section.ID, `{"layer":2,"class":"2","design":1680,"width":12000}`),
			breaks: map[string]func(*Facts){
				"not-the-next-layer": put("layer", number(4)),
				"other-section":      func(f *Facts) { f.Refs[0].Place = "levee/k66" },
			},
		},
		{
			action: "fill-layer/test", org: "LabMSP", set: at(section.ID), fields: `{"class":"2","design":1680}`,
			data: `{"samples":[1700,1690,1680,1685,1695,1700,1699,1688,1681,1620],"report":"R1"}`,
			breaks: map[string]func(*Facts){
				"too-few-samples":  samples(1700, 1690),
				"share-too-low":    samples(1700, 1690, 1679, 1680, 1680),
				"sample-too-loose": samples(1700, 1690, 1680, 1685, 1695, 1700, 1699, 1688, 1681, 1612),
			},
		},
	}
}
