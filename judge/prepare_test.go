package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// TestPreparedBeforeARevocation: what was read ahead counts for nothing when the ledger has changed since.
func TestPreparedBeforeARevocation(t *testing.T) {
	f := newForest(t)
	f.Do(f.nursery, selectTree(judgetest.Code(judgetest.Contractor))) // the judge has seen its key
	sub := f.Sign(f.nursery, selectTree(judgetest.Code(judgetest.Contractor)))
	forged := f.Sign(f.nursery, selectTree(judgetest.Code(judgetest.Contractor)))
	forged.JWS = forged.JWS[:len(forged.JWS)-86] + sub.JWS[len(sub.JWS)-86:]
	early, again, bad := f.Judge.Prepare([]rootline.Submission{sub}), f.Judge.Prepare([]rootline.Submission{sub}), f.Judge.Prepare([]rootline.Submission{forged})
	if d, err := f.Judge.RecordPrepared(f.State, early, f.Now); err != nil || len(d.Refused) > 0 {
		t.Fatalf("before: %+v, %v", d, err)
	}
	f.Do(f.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: f.nursery.Kid()}))
	for name, c := range map[string]struct {
		batch *judge.Prepared
		want  rootline.Code
	}{"revoked": {again, rootline.CodeDeviceRevoked}, "forged": {bad, rootline.CodeBadSignature}} {
		d, err := f.Judge.RecordPrepared(f.State, c.batch, f.Now+1000)
		if err != nil || len(d.Refused) != 1 || d.Refused[0].Error.Code != c.want {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}
