package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/limits"
)

func rolesOf(w *judgetest.World, msp string) []string {
	return w.State.Records()[rootline.Ref{Space: rootline.SpaceOrganisation, ID: msp}].(*rootline.Organisation).Roles
}

func wants(msp string, roles ...string) *rootline.Event {
	return judgetest.Act(rootline.ActRoles, rootline.RolesData{Organisation: msp, Roles: append([]string{}, roles...)})
}

func TestRolesChangeByAMajority(t *testing.T) {
	w := judgetest.NewWorld(t)
	w.Enrol(judgetest.Supervisor, "supervisor")
	manager := w.Enrol(judgetest.Owner, rootline.RoleManager)
	invite := func() error {
		offer := w.Offer(w.Admins[judgetest.Supervisor], "bank", judgetest.NewKey(t))
		return w.Try(w.Admins[judgetest.Supervisor], offer.Event)
	}
	many := make([]string, limits.OrganisationRoles+1)
	for i := range many {
		many[i] = "r" + strings.Repeat("x", i)
	}
	admins := w.Admins
	for _, c := range []struct {
		name  string
		who   *judgetest.Person
		e     *rootline.Event
		want  rootline.Code
		holds bool
	}{
		{"not an admin", manager, wants(judgetest.Supervisor, "bank"), rootline.CodeWrongRole, false},
		{"nobody's", admins[judgetest.Owner], wants("NobodyMSP", "bank"), rootline.CodeBadRoles, false},
		{"as they are", admins[judgetest.Owner], wants(judgetest.Supervisor, "supervisor", "laboratory"), rootline.CodeBadRoles, false},
		{"admin", admins[judgetest.Owner], wants(judgetest.Supervisor, "admin"), rootline.CodeBadRoles, false},
		{"no name", admins[judgetest.Owner], wants(judgetest.Supervisor, "Bank"), rootline.CodeBadRoles, false},
		{"twice", admins[judgetest.Owner], wants(judgetest.Supervisor, "bank", "bank"), rootline.CodeBadRoles, false},
		{"too many", admins[judgetest.Owner], wants(judgetest.Supervisor, many...), rootline.CodeBadRoles, false},
		{"first", admins[judgetest.Owner], wants(judgetest.Supervisor, "supervisor", "bank"), "", false},
		{"again", admins[judgetest.Owner], wants(judgetest.Supervisor, "bank", "supervisor"), rootline.CodeAlreadyVoted, false},
		{"second, in another order", admins[judgetest.Regulator], wants(judgetest.Supervisor, "bank", "supervisor"), "", false},
		{"for something else", admins[judgetest.Contractor], wants(judgetest.Supervisor, "bank"), "", false},
		{"the last", admins[judgetest.Contractor], wants(judgetest.Supervisor, "supervisor", "bank"), "", true},
	} {
		if err := w.Try(c.who, c.e); rootline.CodeOf(err) != c.want || err != nil && c.want == "" {
			t.Fatalf("%s: %v, want %q", c.name, err, c.want)
		}
		if holds := slices.Equal(rolesOf(w, judgetest.Supervisor), []string{"bank", "supervisor"}); holds != c.holds {
			t.Fatalf("%s: %v may be given", c.name, rolesOf(w, judgetest.Supervisor))
		}
		if err := invite(); (err == nil) != c.holds {
			t.Fatalf("%s: inviting: %v", c.name, err)
		}
	}
	// The vote for something else was for a change of what held before, and does not lie on the table any more.
	w.Do(admins[judgetest.Owner], wants(judgetest.Supervisor, "bank"))
	if slices.Equal(rolesOf(w, judgetest.Supervisor), []string{"bank"}) {
		t.Error("two votes and one of before decided")
	}
}

func TestAVoteForRolesIsTakenBackWhileItIsOpen(t *testing.T) {
	w := judgetest.NewWorld(t)
	org := w.State.Records()[rootline.Ref{Space: rootline.SpaceOrganisation, ID: judgetest.Supervisor}].(*rootline.Organisation)
	ballot := rootline.RolesBallot(org, []string{"bank"})
	withdraw := func(msp string) error {
		return w.Try(w.Admins[msp], judgetest.Act(rootline.ActWithdraw, rootline.WithdrawData{Rulebook: ballot}))
	}
	if got := rootline.CodeOf(withdraw(judgetest.Owner)); got != rootline.CodeNotVoted {
		t.Errorf("before the vote: %q", got)
	}
	vote := func(msp string) { t.Helper(); w.Do(w.Admins[msp], wants(judgetest.Supervisor, "bank")) }
	vote(judgetest.Owner)
	vote(judgetest.Regulator)
	if got := rootline.CodeOf(withdraw(judgetest.Contractor)); got != rootline.CodeNotVoted {
		t.Errorf("who has not voted: %q", got)
	}
	if err := withdraw(judgetest.Owner); err != nil {
		t.Fatal(err)
	}
	// Voting for it as for a rulebook is no way in.
	odd := judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: ballot})
	if got := rootline.CodeOf(w.Try(w.Admins[judgetest.Contractor], odd)); got != rootline.CodeUnknownRulebook {
		t.Errorf("voted for as a rulebook: %q", got)
	}
	vote(judgetest.Contractor)
	if slices.Contains(rolesOf(w, judgetest.Supervisor), "bank") {
		t.Fatal("two votes decided")
	}
	if err := withdraw(judgetest.Regulator); err != nil {
		t.Fatal(err)
	}
	if err := withdraw(judgetest.Contractor); err != nil {
		t.Fatal(err)
	}
	for _, msp := range []string{judgetest.Regulator, judgetest.Contractor, judgetest.Owner} {
		vote(msp)
	}
	if got := rolesOf(w, judgetest.Supervisor); !slices.Equal(got, []string{"bank"}) {
		t.Fatalf("%v may be given", got)
	}
	if got := rootline.CodeOf(withdraw(judgetest.Owner)); got != rootline.CodeBallotClosed {
		t.Errorf("after the vote: %q", got)
	}
}

// Votes for roles count among the votes that an organisation may have open.
func TestVotesForRolesAreBounded(t *testing.T) {
	w := judgetest.NewWorld(t)
	for i := range limits.OpenVotes {
		w.Do(w.Admins[judgetest.Owner], wants(judgetest.Supervisor, "r"+strings.Repeat("x", i)))
	}
	if got := rootline.CodeOf(w.Try(w.Admins[judgetest.Owner], wants(judgetest.Supervisor, "bank"))); got != rootline.CodeTooManyVotes {
		t.Errorf("one more: %q", got)
	}
	// A change of these roles decides them all.
	for _, msp := range []string{judgetest.Regulator, judgetest.Contractor, judgetest.Supervisor} {
		w.Do(w.Admins[msp], wants(judgetest.Supervisor, "bank"))
	}
	w.Do(w.Admins[judgetest.Owner], wants(judgetest.Supervisor, "supervisor"))
}

func TestARoleThatWasTakenAwaySignsNothing(t *testing.T) {
	w := newWorks(t)
	division := w.division()
	open := w.Invite(judgetest.Contractor, "builder")
	for _, msp := range []string{judgetest.Owner, judgetest.Regulator, judgetest.Supervisor} {
		w.Do(w.builder, act(division, "note", "")) // until the last vote
		w.Do(w.Admins[msp], wants(judgetest.Contractor, "supplier"))
	}
	w.refused(rootline.CodeRoleWithdrawn, w.Try(w.builder, act(division, "note", "")))
	late := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: judgetest.Contractor, Role: "builder"}
	w.refused(rootline.CodeRoleWithdrawn, w.Try(late, w.Enrolment(late.Key, open, "builder")))
	w.Do(w.manager, act(division, "note", ""))
	w.cement(1) // by a supplier
	for _, msp := range []string{judgetest.Owner, judgetest.Regulator, judgetest.Supervisor} {
		w.Do(w.Admins[msp], wants(judgetest.Contractor, "builder", "supplier"))
	}
	w.Do(w.builder, act(division, "note", ""))
}
