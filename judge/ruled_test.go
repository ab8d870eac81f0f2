package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// Whatever the registry refuses says under which rules: its own, or the powers that a rulebook gives.
func TestARefusalOfTheRegistryNamesItsRules(t *testing.T) {
	s := newSpill(t)
	id := s.open(s.all()...)
	laboratory := s.Enrol(judgetest.Supervisor, "laboratory")
	old := s.Sign(laboratory, act(s.certain, "inspect", ""))
	for rule, c := range map[string]struct {
		by   *judgetest.Person
		e    *rootline.Event
		want rootline.Code
	}{
		"works@1/powers/release":  {s.builder, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: id, Assets: []string{s.mix}, Reason: "x"}), rootline.CodeWrongRole},
		"works@1/powers/recall":   {s.builder, judgetest.Act(rootline.ActRecallClose, rootline.RecallCloseData{Recall: id, Reason: "x"}), rootline.CodeWrongRole},
		"works@1/powers/move":     {s.builder, judgetest.Act(rootline.ActMove, rootline.MoveData{Rulebook: worksRef, Assets: []string{s.mix}, Reason: "x"}), rootline.CodeWrongRole},
		"registry@1/recall-close": {s.supervisor, judgetest.Act(rootline.ActRecallClose, rootline.RecallCloseData{Recall: id, Reason: "x"}), rootline.CodeStillFrozen},
		"registry@1/recall-add": {s.builder, judgetest.Act(rootline.ActRecallAdd, rootline.RecallAddData{Recall: id,
			Dependants: []rootline.Dependant{{Asset: s.apart, Via: s.lot}}}), rootline.CodeNotDependant},
		"registry@1/attest": {s.supervisor, judgetest.Act(rootline.ActAttest, rootline.AttestData{JWS: old.JWS, Reason: "x"}), rootline.CodeStillActive},
		"registry@1/revoke": {s.builder, judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: s.builder.Kid()}), rootline.CodeWrongRole},
		"registry@1/enrol":  {s.builder, judgetest.Act(rootline.ActEnrol, rootline.EnrolData{}), rootline.CodeBadKey},
		"registry@1/dance":  {s.builder, judgetest.Act("dance", struct{}{}), rootline.CodeUnknownAction},
	} {
		if e := s.refused(c.want, s.Try(c.by, c.e)); e.Rule != rule {
			t.Errorf("%s is said by %q, want %s", c.want, e.Rule, rule)
		}
	}
}
