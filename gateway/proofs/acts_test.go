package proofs

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
)

// chained is a ledger on which each device, by its number, was invited by the one before it.
type chained struct {
	Shown
	untils map[string]rootline.Instant
	// renewers signed the acts that moved the ends of devices.
	renewers map[string]string
}

func (c *chained) Device(_ context.Context, kid string) (*rootline.Device, error) {
	return &rootline.Device{Kid: kid, Organisation: "AMSP", Until: c.untils[kid]}, nil
}

func shownAct(id, device string, at rootline.Instant) readmodel.ShownEvent {
	encode := base64.RawURLEncoding.EncodeToString
	out := readmodel.ShownEvent{}
	out.Device, out.Witnessed = device, at
	out.JWS = encode([]byte(`{"alg":"ES256","kid":"k","net":"`+fmt.Sprintf("%032d", 0)+`","typ":"rootline-event"}`)) + "." + encode([]byte(id)) + "." + encode(make([]byte, 64))
	out.Event.Event = &rootline.Event{ID: id}
	return out
}

func (c *chained) Enrolment(_ context.Context, kid string) (*readmodel.Enrolment, error) {
	n, err := strconv.Atoi(kid)
	if err != nil {
		return nil, err
	}
	invite := shownAct(fmt.Sprintf("%08d invite", n), strconv.Itoa(n-1), rootline.Instant(n))
	return &readmodel.Enrolment{Enrol: shownAct(fmt.Sprintf("%08d enrol", n), kid, rootline.Instant(n)), Invite: &invite}, nil
}

func (c *chained) Renewal(_ context.Context, kid string) (*readmodel.ShownEvent, error) {
	by, ok := c.renewers[kid]
	if !ok {
		return nil, nil
	}
	e := shownAct("9 renew "+kid, by, 1_000_000)
	return &e, nil
}

func (c *chained) assembly(ctx context.Context) *assembly {
	return &assembly{
		Maker: New(Config{Shown: c}), ctx: ctx, code: "95200017H2K9QF3ABCD0", keys: map[string]bool{}, acts: map[string]*act{}, devices: map[string]*came{},
	}
}

// Whoever lets in thousands of admins, each by the one before, makes a proof impossible and nobody wait.
func TestAChainOfAdminsIsBounded(t *testing.T) {
	c := &chained{}
	a := c.assembly(t.Context())
	if err := a.device("16000", 0); rootline.CodeOf(err) != rootline.CodeProofActs {
		t.Fatalf("16,000 admins: %v", err)
	}
	if len(a.acts) > limits.ProofActs {
		t.Errorf("%d acts", len(a.acts))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.assembly(ctx).device("100", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever asked went away: %v", err)
	}
}

// Of many acts none waits for another to be looked through.
func TestManyActsAreArranged(t *testing.T) {
	a := (&chained{}).assembly(t.Context())
	const n = 100_000
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%08d", i)
	}
	// Each stands after the one with the next higher id.
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(n) {
		x := &act{id: ids[i]}
		if i+1 < n {
			x.after = []string{ids[i+1]}
		}
		x.jws.Payload = []byte(x.id)
		a.acts[x.id] = x
	}
	if err := a.arrange(); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(ids)
	for i, j := range a.bundle.Acts {
		if string(j.Payload) != ids[i] {
			t.Fatalf("act %d is %s", i, j.Payload)
		}
	}
	if len(a.bundle.Acts) != n {
		t.Errorf("%d acts", len(a.bundle.Acts))
	}
}

// Who moved a device's end may be another admin, whose own end was moved.
func TestRenewalsOfWhoRenewedAreAdded(t *testing.T) {
	c := &chained{untils: map[string]rootline.Instant{"-2": 5, "-4": 6, "-6": 7}, renewers: map[string]string{"-4": "-6", "-6": "-8"}}
	a := c.assembly(t.Context())
	for _, kid := range []string{"-2", "-4"} {
		a.devices[kid] = &came{Device: &rootline.Device{Kid: kid, Until: c.untils[kid]}, last: 10}
	}
	known := &came{Device: &rootline.Device{Kid: "-8"}}
	a.devices["-6"], a.devices["-8"] = &came{Device: &rootline.Device{Kid: "-6", Until: 7}}, known
	if err := a.renewals(); err != nil {
		t.Fatal(err)
	}
	if a.acts["9 renew -4"] == nil || a.acts["9 renew -6"] == nil || a.devices["-6"] == nil {
		t.Errorf("the acts are %v", a.acts)
	}
}

func (c *chained) Adoption(_ context.Context, rulebook string) (*readmodel.Adoption, error) {
	if rulebook == "lost@1" {
		return nil, nil
	}
	return &readmodel.Adoption{Ballot: rulebook + ":AMSP", YAML: "text of " + rulebook}, nil
}

// The texts are those of the rulebooks of the item and of its events, each once, with what shows that they were adopted. One whose
// vote is not found is left out.
func TestTextsOfRulebooks(t *testing.T) {
	a := (&chained{}).assembly(t.Context())
	a.rulebooks = map[string]bool{"works@2": true, rootline.Registry: true, "lost@1": true, "works@1": true}
	if err := a.texts("works@2"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range a.bundle.Rulebooks {
		got = append(got, r.Ballot+" "+string(r.Text))
	}
	if want := []string{"works@1:AMSP text of works@1", "works@2:AMSP text of works@2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if want := []string{"R/works", "V/works@1:AMSP", "V/works@2:AMSP"}; !slices.Equal(slices.Sorted(maps.Keys(a.keys)), want) {
		t.Errorf("it asks for %v, want %v", a.keys, want)
	}
}
