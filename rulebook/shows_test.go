package rulebook

import (
	"encoding/json"
	"strings"
	"testing"
)

const shown = `rulebook: drains
version: 1
title: {en: Drains, zh: 排水}
roles: {builder: {en: Builder, zh: 施工人员}}
kinds:
  section:
    title: {en: Section, zh: 井段}
    states: {begun: {en: Begun, zh: 已开工}, done: {en: Done, zh: 已完成}}
    fields: {label: {string}}
    shows: {name: label}
    actions:
      begin: {title: {en: Begin, zh: 开工}, creates: true, to: begun, by: builder, asks: {data: {label}}, keeps: {label}}
      finish: {title: {en: Finish, zh: 完成}, from: begun, to: done, by: builder}
  run:
    title: {en: Run, zh: 管段}
    under:
      kinds: {section: begun}
      counts: {right: asset.state == "right", out: asset.state == "out"}
      progress: {accepted: right, gone: out}
    states:
      laid: {en: Laid, zh: 已敷设}
      waiting: {en: Waiting, zh: 待查}
      right: {en: Right, zh: 合格}
      wrong: {en: Wrong, zh: 不合格}
      out: {en: Out, zh: 已拆除}
    fields:
      mark: {string}
      course: {integer: each}
      axes: {string}
      falls: {integers: mm}
      good: {integer: 0.01 %}
      group: {organisations}
      why: {string}
      called: {integer: s}
      came: {integer: s}
      tardy: {bool}
      delay: {integer: s}
    shows:
      name: [mark, axes]
      layer: course
      grid: axes
      samples: falls
      share: good
      signers: group
      exception: why
      notice: {given: called, came: came, late: tardy, postponed: delay, seconds: 3600, in: [waiting]}
      tones: {waiting: working}
    actions:
      lay: {title: {en: Lay, zh: 敷设}, creates: true, to: laid, by: builder, epcis: {bizStep: commissioning, disposition: in_progress}}
      call: {title: {en: Call, zh: 通知}, from: laid, to: waiting, by: builder, epcis: {bizStep: inspecting, disposition: in_progress}}
      pass: {title: {en: Pass, zh: 合格}, from: waiting, to: right, by: builder, epcis: {bizStep: inspecting, disposition: conformant}}
      fail: {title: {en: Fail, zh: 不合格}, from: waiting, to: wrong, by: builder, epcis: {bizStep: inspecting, disposition: non_conformant}}
      dig: {title: {en: Dig out, zh: 拆除}, from: wrong, to: out, by: builder, epcis: {bizStep: destroying, disposition: destroyed}}
`

// What pages show is read from the rulebook, and a tone that it does not say follows from the words for the export.
func TestShows(t *testing.T) {
	book, err := Parse([]byte(shown))
	if err != nil {
		t.Fatal(err)
	}
	run := book.Kind("run")
	got, err := json.Marshal(run.Shows)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":["mark","axes"],"layer":"course","grid":"axes","samples":"falls","share":"good","signers":"group","exception":"why",` +
		`"notice":{"given":"called","came":"came","late":"tardy","postponed":"delay","seconds":3600,"in":["waiting"]}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for state, tone := range map[string]Tone{"laid": Open, "waiting": Working, "right": Accepted, "wrong": Failed, "out": Gone} {
		if s := run.State(state); s.Tone != tone {
			t.Errorf("%s is %s, not %s", state, s.Tone, tone)
		}
	}
	if *run.Under.Progress != (Progress{Accepted: "right", Gone: "out"}) {
		t.Errorf("progress %+v", run.Under.Progress)
	}
}

func TestMistakesInShows(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"name: label", "name: title", `"title" is not among the fields of section`},
		{"name: [mark, axes]", "name: [mark, course]", `the field "course" is integer here; string is needed`},
		{"layer: course", "layer: mark", `the field "mark" is string here; integer is needed`},
		{"samples: falls", "samples: rises", `"rises" is not among the fields of run`},
		{"postponed: delay", "postponed: tardy", `the field "tardy" is bool here; integer is needed`},
		{"given: called, ", "", `"given" is missing`},
		{"in: [waiting]", "in: [absent]", `"absent" is not among the states`},
		{"seconds: 3600", "seconds: 0", "expected a whole number from 1"},
		{"{waiting: working}", "{absent: working}", `"absent" is not among the states of run`},
		{"{waiting: working}", "{waiting: green}", `expected one of open, working, passed, accepted, failed, gone, found "green"`},
		{"{accepted: right, gone: out}", "{accepted: left}", `"left" is not among the counts`},
		{"{accepted: right, gone: out}", "{gone: out}", `"accepted" is missing`},
		{"layer: course", "colour: course", `"colour" is not known here`},
	} {
		text := strings.Replace(shown, c.from, c.to, 1)
		if text == shown {
			t.Fatalf("%q is not there", c.from)
		}
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v", c.to, c.from, err)
		}
	}
}
