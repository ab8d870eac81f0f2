package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// attestation makes the act by which somebody vouches for a submission.
func attestation(sub rootline.Submission) *rootline.Event {
	return judgetest.Act(rootline.ActAttest, rootline.AttestData{JWS: sub.JWS, Reason: "signed in the field, delivered a day late"})
}

func (w *works) revoke(p *judgetest.Person) {
	w.T.Helper()
	w.Do(w.Admins[p.Organisation], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: p.Kid()}))
}

func TestAnEventFromBeforeTheRevocationIsAttested(t *testing.T) {
	w := newWorks(t)
	element := w.element(w.division())
	early := w.Sign(w.builder, act(element, "notice", ""))
	w.Now += 3_600_000
	w.refused(rootline.CodeStillActive, w.Try(w.supervisor, attestation(early)))
	w.revoke(w.builder)
	late := w.Sign(w.builder, act(element, "notice", ""))
	w.refused(rootline.CodeDeviceRevoked, w.TrySubmission(early))

	for name, c := range map[string]struct {
		by   *judgetest.Person
		sub  rootline.Submission
		want rootline.Code
	}{
		"own organisation":    {w.Enrol(judgetest.Contractor, "builder"), early, rootline.CodeOwnAttestation},
		"without the power":   {w.manager, early, rootline.CodeWrongRole},
		"signed after it":     {w.supervisor, late, rootline.CodeSignedAfterEnd},
		"an act of registry":  {w.supervisor, w.Sign(w.builder, judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: worksRef})), rootline.CodeNotAttestable},
		"nothing":             {w.supervisor, rootline.Submission{JWS: "x"}, rootline.CodeMalformedJWS},
		"no device":           {w.supervisor, w.Sign(&judgetest.Person{Key: judgetest.NewKey(t)}, act(element, "notice", "")), rootline.CodeUnknownDevice},
		"another's signature": {w.supervisor, rootline.Submission{JWS: early.JWS[:len(early.JWS)-86] + late.JWS[len(late.JWS)-86:]}, rootline.CodeBadSignature},
	} {
		if got := rootline.CodeOf(w.Try(c.by, attestation(c.sub))); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}

	before := asset(w.World, element)
	sub := w.Sign(w.supervisor, attestation(early))
	d := w.Record(sub)
	if len(d.Refused) > 0 {
		t.Fatal(d.Refused[0].Error)
	}
	o := d.Outcomes[0]
	e := parsedEvent(t, early)
	after := asset(w.World, element)
	switch {
	case o.Event.ID != e.ID || o.Device.Kid != w.builder.Kid() || o.Attested == nil || o.Attested.Device.Kid != w.supervisor.Kid():
		t.Errorf("recorded as %+v", o)
	case after.Head != rootline.NextHead(before.Head, before.Seq+1, o.Hash) || after.Fields["noticeAt"].Int() != w.Now.Seconds():
		t.Errorf("the element is %+v", after)
	}
	for _, id := range []string{e.ID, parsedEvent(t, sub).ID} {
		if r, _ := w.State.Get(rootline.Ref{Space: rootline.SpaceEvent, ID: id}); r == nil {
			t.Errorf("%s has no record", id)
		}
	}
	// Sent again, it is known; attested again, there is nothing to do; and the event itself is known now.
	if d := w.Record(sub); len(d.Refused) > 0 || !d.Outcomes[0].Duplicate || len(d.Writes) > 0 {
		t.Errorf("sent again: %+v", d)
	}
	w.refused(rootline.CodeAlreadyRecorded, w.Try(w.Enrol(judgetest.Supervisor, "supervisor"), attestation(early)))
	if err := w.TrySubmission(early); err != nil {
		t.Errorf("the event itself: %v", err)
	}
}

func TestAnAttestedEventIsJudgedAsItsDevicesOwn(t *testing.T) {
	w := newWorks(t)
	element := w.element(w.division())
	supervisor := w.Enrol(judgetest.Supervisor, "supervisor")
	wrongRole := w.Sign(w.builder, act(element, "accept", good))
	unsettled := w.Sign(w.builder, act(element, "cover", `{"depth":5}`))
	w.Now += 1000
	w.revoke(w.builder)
	w.refused(rootline.CodeWrongRole, w.Try(supervisor, attestation(wrongRole)))
	w.refused(rootline.CodeRuleUndecided, w.Try(supervisor, attestation(unsettled)))
}

func TestAnEventFromBeforeAnExpiryIsAttested(t *testing.T) {
	w := newWorks(t)
	element := w.element(w.division())
	sub := w.Sign(w.builder, act(element, "notice", ""))
	w.Do(w.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRenew, rootline.RenewData{Device: w.builder.Kid(), Until: w.Now + 5000}))
	w.Now += 60_000
	w.refused(rootline.CodeDeviceExpired, w.TrySubmission(sub))
	w.Do(w.supervisor, attestation(sub))
}
