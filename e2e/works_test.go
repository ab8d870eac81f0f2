package e2e

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"image"
	"image/jpeg"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/network"
)

const (
	forestation = "forestation@1"
	floodway    = "floodway@1"
	plotID      = "forest/9/140" // the story has forest/9/14
	lat, lon    = 38_912_450, 115_912_500
	patience    = 60 * time.Second
)

// The GS1 prefixes of the demonstration's organisations.
const (
	ownerPrefix      = "9520001"
	contractorPrefix = "9520002"
	supervisorPrefix = "9520003"
	regulatorPrefix  = "9520004"
)

// person is a device in a test. It holds its own key, so that it can also do what no proper client does.
type person struct{ key *ecdsa.PrivateKey }

func (p *person) kid() string { return jws.KeyOf(&p.key.PublicKey).Thumbprint() }

// works is the site: the people who are enrolled, a plot, a stored photo. It is set up once, as people would do it.
type works struct {
	*testing.T
	net              string
	owner, regulator *client.Gateway
	admins           map[string]*client.Device

	manager, nursery, carrier, planter, supervisor, supplier, builder *person
	// reader is signed in at both gateways.
	reader *client.Device
	photo  rootline.Evidence
}

var theWorks struct {
	once sync.Once
	works
}

// site gives the works to a test.
// sitePhoto are the works' photo.
var sitePhoto = picture(640, 480)

// picture is a photo of nothing: a JPEG of a size.
func picture(width, height int) []byte {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(i % width * 255 / width)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func site(t *testing.T) *works {
	t.Helper()
	bringUp(t)
	theWorks.once.Do(func() {
		theWorks.T = t
		theWorks.open()
	})
	if theWorks.photo.Size == 0 {
		t.Fatal("the site could not be set up; see the first test that failed")
	}
	w := theWorks.works
	w.T = t
	return &w
}

func (w *works) open() {
	w.owner, w.regulator = w.gateway(0), w.gateway(1)
	w.admins = map[string]*client.Device{}
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor, network.Regulator} {
		d, err := client.LoadDevice(filepath.Join(ledger.data, "keys", org+"-admin.json"))
		w.ok(err)
		w.admins[org], w.net = d, d.Net
	}
	w.reader = w.admins[network.Owner]
	for _, g := range []*client.Gateway{w.owner, w.regulator} {
		_, err := g.SignIn(w.Context(), w.reader)
		w.ok(err)
	}
	w.manager = w.enrol(network.Owner, rootline.RoleManager)
	w.nursery, w.carrier = w.enrol(network.Contractor, "nursery"), w.enrol(network.Contractor, "carrier")
	w.planter, w.supplier = w.enrol(network.Contractor, "planter"), w.enrol(network.Contractor, "supplier")
	w.builder, w.supervisor = w.enrol(network.Contractor, "builder"), w.enrol(network.Supervisor, "supervisor")
	for _, p := range []rootline.Place{
		{ID: "forest", Kind: "project"}, {ID: "forest/9", Kind: "section", Parent: "forest"},
		{ID: plotID, Kind: "plot", Parent: "forest/9", Outline: []rootline.Point{
			{Lat: lat - 450, Lon: lon - 1000}, {Lat: lat - 450, Lon: lon + 1000}, {Lat: lat + 450, Lon: lon + 1000}, {Lat: lat + 450, Lon: lon - 1000},
		}},
	} {
		p.Title = testTitle(p.ID)
		w.do(w.sign(w.manager, act(rootline.ActPlace, p)))
	}
	w.adoptTrial()
	photo, err := w.owner.PutEvidence(w.Context(), sitePhoto, "image/jpeg")
	w.ok(err)
	_, err = w.regulator.PutEvidence(w.Context(), sitePhoto, "image/jpeg")
	w.ok(err)
	w.photo = photo
}

func (w *works) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *works) gateway(i int) *client.Gateway {
	w.Helper()
	g, err := client.NewGateway(gatewayURL(i), client.WithPatience(patience))
	w.ok(err)
	return g
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// act is an event of the registry.
func act(action string, data any) *rootline.Event {
	b, err := json.Marshal(data)
	if err != nil {
		panic(err) // a test's own types
	}
	return &rootline.Event{Action: action, Rulebook: rootline.Registry, Data: b}
}

// sign fills in id and time and signs, whatever the event says.
func (w *works) sign(p *person, e *rootline.Event) rootline.Submission {
	w.Helper()
	if e.ID == "" {
		e.ID = rootline.NewEventID(p.kid())
	}
	if e.At == 0 {
		e.At = rootline.InstantOf(time.Now())
	}
	b, err := json.Marshal(e)
	w.ok(err)
	return w.signRaw(p.key, rootline.TypEvent, w.net, string(b))
}

func (w *works) signRaw(key *ecdsa.PrivateKey, typ, net, payload string) rootline.Submission {
	w.Helper()
	compact, err := jws.Sign(key, typ, net, []byte(payload))
	w.ok(err)
	return rootline.Submission{JWS: compact}
}

// offer is an invitation as its link carries it.
type offer struct {
	key                      *ecdsa.PrivateKey
	organisation, invitation string
}

// offers makes an admin's act that offers a role to a one-time key.
func (w *works) offers(org, role string, once *ecdsa.PrivateKey, life time.Duration) (offer, rootline.Submission) {
	w.Helper()
	e := act(rootline.ActInvite, rootline.InviteData{
		Key: jws.KeyOf(&once.PublicKey), Role: role, Name: role + "-1", Expires: rootline.InstantOf(time.Now().Add(life)),
	})
	sub, err := w.admins[org].Sign(e)
	w.ok(err)
	return offer{once, w.admins[org].Organisation, e.ID}, sub
}

// invite has an organisation's admin offer a role to a one-time key.
func (w *works) invite(org, role string, life time.Duration) offer {
	w.Helper()
	o, sub := w.offers(org, role, newKey(w.T), life)
	w.do(sub)
	return o
}

// proof is what the one-time key signs for a device.
func (w *works) proof(o offer, kid string) string {
	w.Helper()
	b, err := json.Marshal(rootline.EnrolProof{Device: kid, Organisation: o.organisation, Invitation: o.invitation})
	w.ok(err)
	return w.signRaw(o.key, rootline.TypEnrolment, w.net, string(b)).JWS
}

// enrolment takes an invitation, signed with both keys.
func (w *works) enrolment(p *person, o offer, role string) *rootline.Event {
	w.Helper()
	return act(rootline.ActEnrol, rootline.EnrolData{Key: jws.KeyOf(&p.key.PublicKey), Role: role, Proof: w.proof(o, p.kid())})
}

func (w *works) enrol(org, role string) *person {
	w.Helper()
	p := &person{key: newKey(w.T)}
	w.do(w.sign(p, w.enrolment(p, w.invite(org, role, time.Hour), role)))
	return p
}

// submit sends events to the owner's gateway and waits until they are final.
func (w *works) submit(subs ...rootline.Submission) []client.EventStatus {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	statuses, err := w.owner.Submit(ctx, subs, 30*time.Second)
	w.ok(err)
	return statuses
}

// do records events that must be accepted.
func (w *works) do(subs ...rootline.Submission) []client.EventStatus {
	w.Helper()
	statuses := w.submit(subs...)
	for i, s := range statuses {
		if s.Status != client.Committed {
			w.Fatalf("event %d is %s: %v", i, s.Status, s.Err())
		}
	}
	return statuses
}

// testTitle is what people call a place of a test: its id is for machines, and on no page.
func testTitle(id string) rootline.Text {
	name := strings.ReplaceAll(id, "/", " ")
	return rootline.Text{En: "Test " + name, Zh: "测试 " + name}
}
