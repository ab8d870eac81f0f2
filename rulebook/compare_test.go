package rulebook

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// Each change of the shipped text is found, at its place, and nothing else is.
func TestCompare(t *testing.T) {
	shipped, _ := Split(Shipped()["forestation@1"])
	text := string(shipped)
	edit := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("the shipped text has no %q", pairs[i])
			}
		}
		return strings.NewReplacer(pairs...).Replace(text)
	}
	for _, c := range []struct {
		name, after string
		want        []string
	}{
		{"nothing", text, nil},
		{"comments, order and ways of writing", edit("# Forestation: from", "# From", "by: [importer, manager]", "by: [manager, importer]", "from: selected", "from: [selected]"), nil},
		{"the version", edit("version: 1", "version: 2"), []string{"changed version: 1 > 2"}},
		{"a threshold", edit("event.data.rootBall >= asset.dbh * 5", "event.data.rootBall >= asset.dbh * 6"), []string{
			"changed kinds/tree/actions/lift/rules/root-ball-too-small/check: !has(asset.dbh) || event.data.rootBall >= asset.dbh * 5 > !has(asset.dbh) || event.data.rootBall >= asset.dbh * 6",
		}},
		{"a rule's words", edit("en: Only the nursery that selected the tree lifts it.", "en: Another nursery."), []string{
			"changed kinds/tree/actions/lift/rules/other-nursery/says: Only the nursery that selected the tree lifts it.\n只能由选苗的苗圃起苗。 > Another nursery.\n只能由选苗的苗圃起苗。",
		}},
		{"a role more", edit("by: [importer, manager]", "by: [importer, manager, supervisor]"), []string{
			"changed kinds/tree/actions/inventory/by: importer, manager > importer, manager, supervisor",
		}},
		{"a field less asked for", edit("data: {rootBall}}", "data: {rootBall: {optional: true}}}"), []string{
			"changed kinds/tree/actions/lift/asks/data/rootBall:  > optional: true",
		}},
		{"a state's title", edit("lifted: {en: Lifted, zh: 已起苗}", "lifted: {en: Dug up, zh: 已起苗}"), []string{
			"changed kinds/tree/states/lifted: Lifted\n已起苗 > Dug up\n已起苗",
			"changed kinds/tree-lot/states/lifted: Lifted\n已起苗 > Dug up\n已起苗",
		}},
		{"a field more", edit("      genus: {string, maxLength: 60", "      clone: {string, maxLength: 9, title: {en: Clone, zh: 品系}}\n      genus: {string, maxLength: 60"), []string{
			"added kinds/tree/fields/clone:  > string:\nmaxLength: 9\ntitle:\n    en: Clone\n    zh: 品系",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Compare([]byte(text), []byte(c.after))
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, d := range got {
				said = append(said, string(d.Change)+" "+strings.Join(d.Path, "/")+": "+d.Before+" > "+d.After)
				if len(d.Titles) != len(d.Path) {
					t.Errorf("%d titles of %d parts", len(d.Titles), len(d.Path))
				}
			}
			if strings.Join(said, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(c.want, "\n"))
			}
			back, err := Compare([]byte(c.after), []byte(text))
			if err != nil || len(back) != len(got) {
				t.Errorf("%d differences the other way, %v", len(back), err)
			}
		})
	}
}

func TestCompareTitles(t *testing.T) {
	text, _ := Split(Shipped()["forestation@1"])
	got, err := Compare(text, []byte(strings.Replace(string(text), "asset.dbh * 5", "asset.dbh * 7", 1)))
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	want := []rootline.Text{{}, {En: "Tree", Zh: "树木"}, {}, {En: "Lift", Zh: "起苗"}, {}, {}, {}}
	for i, title := range got[0].Titles {
		if title != want[i] {
			t.Errorf("part %d, %s, is called %v", i, got[0].Path[i], title)
		}
	}
}

func TestCompareRefusesWhatIsNoRulebook(t *testing.T) {
	text, _ := Split(Shipped()["forestation@1"])
	for _, other := range []string{"", "a: [", "rulebook: forestation"} {
		if _, err := Compare(text, []byte(other)); err == nil {
			t.Errorf("%q was compared", other)
		}
	}
}

// What a second version of the shipped books changes is said part by part, under the titles that people know, and the text of
// each part that differs is there.
func TestCompareShippedVersions(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"forestation", []string{
			"added kinds/stand", "added kinds/tree/actions/hand-over", "added kinds/tree/states/handed-over",
			"changed kinds/tree/actions/lift/rules/root-ball-too-small/check", "changed kinds/tree/actions/lift/rules/root-ball-too-small/clause",
			"removed figures/survival/target", "changed kinds/tree/actions/tend/from",
		}},
		{"floodway", []string{
			"added kinds/unit-works/actions/accept/rules/main-not-excellent", "added kinds/divisional-works/actions/accept/rules/important-not-excellent",
			"added kinds/soil/actions/pass/rules/wrong-plasticity", "added kinds/concealed/actions/postpone", "added kinds/fill-layer/actions/assess",
			"removed kinds/retest-lot/actions/pass", "added kinds/retest-lot/actions/pass-steel", "added kinds/cement/actions/retest",
			"changed kinds/fill-layer/actions/test/rules/share-too-low/check", "added kinds/concealed/shows/notice/postponed",
		}},
		{"service-centre", []string{
			"added roles/designer", "added roles/surveyor", "changed kinds/unit-works/actions/accept/signers",
			"removed kinds/unit-works/actions/accept/rules/not-excellent", "removed kinds/sub-item/under/counts/excellent",
			"added kinds/component/actions/join/rules/too-warm", "added kinds/retest-lot/actions/pass-grout",
		}},
	} {
		got, err := Compare(Shipped()[c.name+"@1"], Shipped()[c.name+"@2"])
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]Difference{}
		for _, d := range got {
			said[string(d.Change)+" "+strings.Join(d.Path, "/")] = d
			if n := len(d.Path); n > 2 && (d.Path[n-2] == "data" || d.Path[n-2] == "keeps") && d.Titles[len(d.Titles)-1].Zh == "" {
				t.Errorf("%s: %v has no title", c.name, d.Path)
			}
		}
		for _, want := range c.want {
			d, ok := said[want]
			if !ok {
				t.Errorf("%s: it is not said that it %s", c.name, want)
				continue
			}
			if len(d.Path) > 1 && d.Path[0] == "kinds" && d.Titles[1].Zh == "" {
				t.Errorf("%s: %v has no title", c.name, d.Path)
			}
		}
	}
}
