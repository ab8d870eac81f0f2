package httpapi

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// counters is a rulebook with two roles that see only their own.
const counters = `rulebook: counters
version: 1
title: {en: Counters, zh: 计数}
roles:
  operator: {en: Operator, zh: 操作员, reads: device}
  disposal: {en: Disposal, zh: 处置, reads: organisation}
kinds:
  slip:
    title: {en: Slip, zh: 单据}
    states: {open: {en: Open, zh: 有效}}
    actions:
      write: {title: {en: Write, zh: 填写}, creates: true, to: open, by: [operator, disposal]}
`

// What roles that see only their own may use besides what guests may, and what they are answered where that differs.
var forEach = map[string]int{
	"GET /api/v1/assets": 0, "GET /api/v1/events": 0, "GET /api/v1/tiles": 0, "GET /api/v1/tiles/:z/:x/:y": 0,
	"GET /api/v1/devices/:kid": http.StatusForbidden, "GET /api/v1/devices/:kid/open": http.StatusForbidden, // another's
	"PUT /api/v1/evidence/:sha256": 0, "PATCH /api/v1/evidence/:sha256": 0, "HEAD /api/v1/evidence/:sha256": 0,
	"GET /api/v1/session": 0, "DELETE /api/v1/session": 0,
}

func TestANarrowRoleSeesItsOwn(t *testing.T) {
	w := newWorks(t)
	w.Adopt([]byte(counters), "counters@1")
	write := func(p *judgetest.Person) string {
		e := &rootline.Event{Asset: judgetest.Code(p.Organisation), Kind: "slip", Action: "write", Rulebook: "counters@1"}
		w.Do(p, e)
		return e.Asset
	}
	first, second := w.Enrol(judgetest.Owner, "operator"), w.Enrol(judgetest.Owner, "operator")
	disposal := w.Enrol(judgetest.Owner, "disposal")
	mine, others, ours := write(first), write(second), write(disposal)
	w.await()
	w.putPhoto()
	type slips struct{ Items []struct{ ID, Asset string } }
	codes := func(path, token string) (list []string) {
		t.Helper()
		var page slips
		w.get(path, token).into(t, &page)
		for _, one := range page.Items {
			list = append(list, cmp.Or(one.Asset, one.ID)) // of an event, what it is about
		}
		slices.Sort(list)
		return list
	}
	narrow, organisation := w.signIn(first), w.signIn(disposal)
	if got := codes("/api/v1/assets?limit=500", narrow); !slices.Equal(got, []string{mine}) {
		t.Errorf("an operator lists %v", got)
	}
	if got := codes("/api/v1/events?rulebook=counters", narrow); !slices.Equal(got, []string{mine}) {
		t.Errorf("an operator lists the events of %v", got)
	}
	if got := codes("/api/v1/events?device="+second.Kid(), narrow); len(got) != 0 {
		t.Errorf("an operator lists another's events: %v", got)
	}
	all := []string{mine, others, ours}
	slices.Sort(all)
	if got := codes("/api/v1/assets?rulebook=counters", organisation); !slices.Equal(got, all) {
		t.Errorf("the organisation's role lists %v, want %v", got, all)
	}
	for _, code := range codes("/api/v1/assets?limit=500", organisation) {
		if !strings.HasPrefix(code, judgetest.Prefixes[judgetest.Owner]) {
			t.Errorf("the organisation's role lists %s", code)
		}
	}
	for path, want := range map[string]int{
		"/api/v1/devices/" + first.Kid(): 200, "/api/v1/devices/" + first.Kid() + "/open": 200,
		"/api/v1/devices/" + second.Kid(): 403, "/api/v1/assets/" + mine: 200,
	} {
		if r := w.get(path, narrow); r.status != want {
			t.Errorf("%s: %d, want %d", path, r.status, want)
		}
	}

	// Every other route answers as to a guest, or not at all.
	for _, c := range table {
		method, _, _ := strings.Cut(c.route, " ")
		var body []byte
		if method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch {
			body = []byte(`{}`)
		}
		for _, token := range []string{organisation, narrow} {
			want, listed := forEach[c.route]
			switch {
			case listed && want == 0:
				want = c.members["*"]
			case !listed && c.guest == http.StatusUnauthorized:
				want = http.StatusForbidden
			case !listed:
				want = c.guest
			}
			r := w.ask(method, w.fill(c.path), token, body, "Content-Type", "application/json")
			// What a public route keeps from guests it keeps from these, too, and says that signing in would help.
			if r.status != want && !(c.guest == http.StatusUnauthorized && r.status == http.StatusUnauthorized) {
				t.Errorf("%s: %d %s, want %d", c.route, r.status, r.code(), want)
			}
			if token == narrow && c.route == "DELETE /api/v1/session" {
				narrow = w.signIn(first)
			}
			if token == organisation && c.route == "DELETE /api/v1/session" {
				organisation = w.signIn(disposal)
			}
		}
	}
}
