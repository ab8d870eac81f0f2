package httpapi

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	stories "github.com/rootline/rootline/story/recorded"
)

// What a guest downloads of an item is checked here with nothing of Rootline's: the signatures with the keys in the file,
// and the heads from zero to the record's.
func TestSignedItemIsCheckedByStrangers(t *testing.T) {
	w := newWorks(t)
	var file struct {
		Head    string
		Events  []struct{ JWS, Head string }
		Devices []struct {
			Kid string
			Key struct{ X, Y string }
		}
		Blocks []struct{ Hash string }
	}
	r := w.get(w.fill("/api/v1/assets/TREE/signed"), "")
	if err := json.Unmarshal(r.body, &file); err != nil || r.status != 200 || len(file.Events) != 1 || len(file.Blocks) == 0 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	keys := map[string]*ecdsa.PublicKey{}
	for _, d := range file.Devices {
		x, _ := base64.RawURLEncoding.DecodeString(d.Key.X)
		y, _ := base64.RawURLEncoding.DecodeString(d.Key.Y)
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
		if err != nil {
			t.Fatal(err)
		}
		keys[d.Kid] = key
	}
	head := make([]byte, 32)
	for i, e := range file.Events {
		parts := strings.Split(e.JWS, ".")
		var by struct{ Kid string }
		header, _ := base64.RawURLEncoding.DecodeString(parts[0])
		if err := json.Unmarshal(header, &by); err != nil || keys[by.Kid] == nil {
			t.Fatalf("nobody's key: %s", header)
		}
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
		if !ecdsa.Verify(keys[by.Kid], sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
			t.Error("the signature does not hold")
		}
		link := append([]byte("rootline/head/v1\n"), head...)
		link = append(binary.BigEndian.AppendUint64(link, uint64(i+1)), sum[:]...)
		next := sha256.Sum256(link)
		if head = next[:]; hex.EncodeToString(head) != e.Head {
			t.Errorf("event %d does not follow", i+1)
		}
	}
	if hex.EncodeToString(head) != file.Head {
		t.Error("the events do not lead to the record")
	}
}

// toldBlocks are the recorded stories as a peer delivers them.
type toldBlocks struct {
	integrity.Ledger
	blocks []*block.Block
}

func (l *toldBlocks) Block(_ context.Context, n uint64) (*block.Block, error) {
	return l.blocks[n], nil
}

// download gives what a stranger downloads of items of the recorded stories, and the pinned hash.
func download(t *testing.T) (get func(code string, after uint64, limit int) []byte, items []string, pin channel.Hash) {
	t.Helper()
	raw, err := stories.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	var decoder fabric.Decoder
	l := &toldBlocks{}
	for _, r := range raw {
		l.blocks = append(l.blocks, decoder.Block(r))
	}
	store, err := readmodel.Open(t.Context(), filepath.Join(t.TempDir(), "readmodel.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	p, err := projection.New(projection.Config{Store: store})
	if err == nil {
		err = p.Apply(t.Context(), l.blocks...)
	}
	if err != nil {
		t.Fatal(err)
	}
	list, err := readmodeltest.View(t, store).Assets(readmodel.AssetFilter{}, readmodel.Page{Limit: 400})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.Items {
		items = append(items, a.ID)
	}
	s := &Server{Deps: Deps{
		Store: store, Compare: integrity.New(integrity.Config{Shown: store, Ledger: l}),
		Peer: func() presentation.Peer { return presentation.Peer{Known: uint64(len(l.blocks))} },
	}, files: budget.NewRate(1<<30, time.Minute)}
	return func(code string, after uint64, limit int) []byte {
		t.Helper()
		out, err := s.signed(t.Context(), &signedInput{CodePath: query.CodePath{ID: code}, After: after, Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}, items, channel.Hash(l.blocks[0].Hash)
}

// stranger checks downloads knowing nothing but the hash of block 0, as docs/signed.md says.
type stranger struct {
	pin     channel.Hash
	configs []*channel.Config
	// followed are the configurations that these were made of.
	followed []byte
	blocks   map[uint64]*SignedBlock
	devices  map[string]*SignedDevice
	net      string
	// envelopes counts those that were checked, within those that events were found in.
	envelopes, within int
}

func (s *stranger) check(page []byte) error {
	var file SignedItem
	d := json.NewDecoder(bytes.NewReader(page))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return err
	}
	s.blocks, s.devices, s.net = map[uint64]*SignedBlock{}, map[string]*SignedDevice{}, file.Net
	if err := s.follow(file.Configurations); err != nil {
		return err
	}
	for i := range file.Blocks {
		if err := s.block(&file.Blocks[i]); err != nil {
			return err
		}
	}
	for i := range file.Devices {
		s.devices[file.Devices[i].Kid] = &file.Devices[i]
	}
	for i := range file.Devices {
		if err := s.device(&file.Devices[i]); err != nil {
			return fmt.Errorf("device %d: %w", i, err)
		}
	}
	var head rootline.Hash
	for i := range file.Events {
		e := &file.Events[i]
		if e.Seq != uint64(i+1) {
			return errors.New("seq")
		}
		signed, err := s.signed(e.JWS)
		if err != nil {
			return err
		}
		if head = rootline.NextHead(head, e.Seq, rootline.Hash(signed.Hash())); head != e.Head {
			return errors.New("head")
		}
		if i == 0 && !strings.Contains(string(signed.Payload), `"`+file.Asset+`"`) {
			return errors.New("the first event is of another item")
		}
		if err := s.lies(e); err != nil {
			return err
		}
	}
	if head != file.Head || file.Seq != uint64(len(file.Events)) {
		return errors.New("the events do not lead to the record")
	}
	return nil
}

func (s *stranger) follow(blocks []SignedBlock) error {
	text, err := json.Marshal(blocks)
	if err != nil || bytes.Equal(text, s.followed) {
		return err // the very same were followed before
	}
	s.configs, s.followed = nil, nil
	for i := range blocks {
		b := raw(&blocks[i])
		if !blocks[i].Whole || !whole(&blocks[i]) || blocks[i].Hash != rootline.Hash(b.Hash()) {
			return errors.New("a configuration is not whole")
		}
		var next *channel.Config
		if i == 0 {
			begun, err := channel.Begin(b, s.pin)
			if err != nil {
				return err
			}
			next = begun.Config()
		} else {
			var err error
			if next, err = s.configs[i-1].Follow(b); err != nil {
				return err
			}
		}
		s.configs = append(s.configs, next)
	}
	if len(s.configs) == 0 {
		return errors.New("no configuration")
	}
	s.followed = text
	return nil
}

func raw(b *SignedBlock) *channel.Block {
	out := &channel.Block{Number: b.Number, Previous: b.Previous[:], DataHash: b.DataHash[:], Signatures: b.Signatures}
	if b.Number == 0 {
		out.Previous = nil
	}
	for _, e := range b.Envelopes {
		out.Envelopes = append(out.Envelopes, e.Envelope)
	}
	return out
}

// under is the configuration that a block was made under.
func (s *stranger) under(number uint64) *channel.Config {
	c := s.configs[0]
	for _, next := range s.configs {
		if next.Block() < number {
			c = next
		}
	}
	return c
}

func (s *stranger) block(b *SignedBlock) error {
	is := raw(b)
	if rootline.Hash(is.Hash()) != b.Hash {
		return errors.New("hash")
	}
	if err := s.under(b.Number).OrderedHeader(is); err != nil {
		return err
	}
	if b.Whole != whole(b) {
		return errors.New("whole")
	}
	s.envelopes += len(b.Envelopes)
	s.blocks[b.Number] = b
	return nil
}

// whole reports whether the envelopes are all of a block.
func whole(b *SignedBlock) bool {
	sum := sha256.New()
	for i, e := range b.Envelopes {
		if e.Index != i {
			return false
		}
		sum.Write(e.Envelope)
	}
	return bytes.Equal(sum.Sum(nil), b.DataHash[:])
}

// signed checks a JWS by the key of the device that it names.
func (s *stranger) signed(compact string) (*jws.Signed, error) {
	signed, err := jws.Parse(compact)
	if err != nil {
		return nil, err
	}
	d := s.devices[signed.Kid]
	if d == nil || signed.Net != s.net || signed.Typ != rootline.TypEvent || d.Key.Thumbprint() != signed.Kid {
		return nil, errors.New("whose is it")
	}
	key, err := d.Key.Public()
	if err != nil {
		return nil, err
	}
	return signed, signed.Verify(key)
}

func (s *stranger) device(d *SignedDevice) error {
	enrol, err := s.signed(d.Enrol)
	if err != nil || enrol.Kid != d.Kid {
		return fmt.Errorf("enrol: %w", err)
	}
	var data rootline.EnrolData
	if err := act(enrol, rootline.ActEnrol, &data); err != nil || data.Key != d.Key || data.Role != d.Role {
		return fmt.Errorf("enrol: %w", err)
	}
	if d.Invite == "" {
		b := s.blocks[d.EnrolledIn.Block]
		if b == nil || d.InvitedIn != nil {
			return errors.New("no block has the confirmation")
		}
		i := slices.IndexFunc(b.Envelopes, func(e SignedEnvelope) bool { return e.Index == d.EnrolledIn.Transaction })
		if i < 0 || d.EnrolledIn.Position != 0 {
			return errors.New("no confirmation")
		}
		call, err := s.under(b.Number).Call(b.Envelopes[i].Envelope)
		if err != nil {
			return err
		}
		fn, arg, _, err := called(b.Envelopes[i].Envelope)
		if err != nil || call.Chaincode != wire.Chaincode || fn != wire.FnConfirm || arg != d.Enrol || !call.Admin || call.Creator != d.Organisation || len(call.Endorsers) < 2 {
			return fmt.Errorf("not confirmed: %w", err)
		}
		return nil
	}
	invite, err := s.signed(d.Invite)
	if err != nil {
		return err
	}
	by := s.devices[invite.Kid]
	var offer rootline.InviteData
	if err := act(invite, rootline.ActInvite, &offer); err != nil || by.Role != rootline.RoleAdmin || by.Organisation != d.Organisation || offer.Role != d.Role {
		return fmt.Errorf("invite: %w", err)
	}
	once, err := offer.Key.Public()
	if err != nil {
		return err
	}
	proof, err := jws.Parse(data.Proof)
	if err != nil || d.InvitedIn == nil || s.blocks[d.InvitedIn.Block] == nil || s.blocks[d.EnrolledIn.Block] == nil {
		return fmt.Errorf("proof: %w", err)
	}
	return proof.Verify(once)
}

func act(signed *jws.Signed, name string, data any) error {
	e, err := rootline.ParseEvent(signed.Payload)
	if err != nil || e.Action != name || e.Rulebook != rootline.Registry {
		return fmt.Errorf("it is no %s: %w", name, err)
	}
	return json.Unmarshal(e.Data, data)
}

// lies looks for an event in its block, where that is given.
func (s *stranger) lies(e *SignedEvent) error {
	b := s.blocks[e.Block]
	if b == nil {
		return errors.New("no block")
	}
	for _, envelope := range b.Envelopes {
		call, err := s.under(b.Number).Call(envelope.Envelope)
		if err != nil {
			return err
		}
		if call.ID != e.Transaction {
			continue
		}
		fn, arg, at, err := called(envelope.Envelope)
		if err != nil || fn != wire.FnRecord || at != e.Witnessed || len(call.Endorsers) < 2 {
			return fmt.Errorf("%s: %w", fn, err)
		}
		batch, err := wire.DecodeBatch(arg)
		if err != nil || e.Position >= len(batch) || batch[e.Position].JWS != e.JWS {
			return fmt.Errorf("it is not in its transaction: %w", err)
		}
		s.within++
		return nil
	}
	if b.Whole {
		return errors.New("the block has no such transaction")
	}
	return nil
}

// called reads what a transaction calls.
func called(envelope []byte) (fn, arg string, at rootline.Instant, err error) {
	var e common.Envelope
	var payload common.Payload
	var head common.ChannelHeader
	var tx peer.Transaction
	var action peer.ChaincodeActionPayload
	var proposal peer.ChaincodeProposalPayload
	var call peer.ChaincodeInvocationSpec
	if err := errors.Join(proto.Unmarshal(envelope, &e), proto.Unmarshal(e.GetPayload(), &payload),
		proto.Unmarshal(payload.GetHeader().GetChannelHeader(), &head), proto.Unmarshal(payload.GetData(), &tx)); err != nil || len(tx.GetActions()) != 1 {
		return "", "", 0, err
	}
	err = errors.Join(proto.Unmarshal(tx.GetActions()[0].GetPayload(), &action), proto.Unmarshal(action.GetChaincodeProposalPayload(), &proposal),
		proto.Unmarshal(proposal.GetInput(), &call))
	args := call.GetChaincodeSpec().GetInput().GetArgs()
	if err != nil || len(args) != 2 {
		return "", "", 0, fmt.Errorf("%d arguments: %w", len(args), err)
	}
	return string(args[0]), string(args[1]), rootline.InstantOf(head.GetTimestamp().AsTime()), nil
}

// What is downloaded of every item of the recorded stories, which a real network signed, is checked by a stranger who
// knows the hash of block 0 and nothing else.
func TestStrangersCheckWholeDownloads(t *testing.T) {
	get, items, pin := download(t)
	s := &stranger{pin: pin}
	best, most := "", 0
	for i, code := range items {
		if i%5 > 0 && i > 40 && i < len(items)-60 {
			continue
		}
		before := s.within
		file := get(code, 0, 100)
		if err := s.check(file); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		if n := s.within - before; n > most {
			best, most = code, n
		}
		if i%20 == 0 {
			others(t, file, code)
		}
	}
	if most == 0 {
		t.Fatal("no event was found within an envelope")
	}
	t.Logf("%d items, %d envelopes, %d events within; %s has %d", len(items), s.envelopes, s.within, best, most)
	altered(t, s, get(best, 0, 100))
}

// others looks for other items' events in a file: in what is given nobody else's position stands.
func others(t *testing.T, file []byte, code string) {
	t.Helper()
	var item SignedItem
	if err := json.Unmarshal(file, &item); err != nil {
		t.Fatal(err)
	}
	for _, b := range item.Blocks {
		for _, e := range b.Envelopes {
			fn, arg, _, err := called(e.Envelope)
			if err != nil {
				t.Fatal(err)
			}
			if fn != wire.FnRecord {
				continue
			}
			batch, err := wire.DecodeBatch(arg)
			if err != nil {
				t.Fatal(err)
			}
			for _, sub := range batch {
				if signed, err := jws.Parse(sub.JWS); err != nil || !strings.Contains(string(signed.Payload), code) {
					t.Errorf("%s: its file has %s", code, signed.Payload)
				}
			}
		}
	}
}

// said are the members of a file that this gateway says and nothing proves: see docs/signed.md.
var said = regexp.MustCompile(`^\.(block|next)\b|^\.devices\[\d+\]\.invitedIn`)

// altered changes each member of a file in turn and expects that it is noticed.
func altered(t *testing.T, s *stranger, file []byte) {
	t.Helper()
	var tree any
	d := json.NewDecoder(bytes.NewReader(file))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	var item SignedItem
	if err := json.Unmarshal(file, &item); err != nil {
		t.Fatal(err)
	}
	elsewhere := map[string]bool{} // an enrolment's transaction is given for first devices only
	for i := range item.Devices {
		for _, member := range []string{"block", "transaction", "position"} {
			elsewhere[fmt.Sprintf(".devices[%d].enrolledIn.%s", i, member)] = item.Devices[i].Invite != ""
		}
	}
	tried := 0
	var walk func(path string, at any, set func(any))
	try := func(path string, set func(any), old, altered any) {
		if said.MatchString(path) || elsewhere[path] {
			return
		}
		tried++
		set(altered)
		b, err := json.Marshal(tree)
		set(old)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.check(b); err == nil && !quorum(path) {
			t.Errorf("%s changed from %.40v to %.40v, and nobody noticed", path, old, altered)
		}
	}
	walk = func(path string, at any, set func(any)) {
		switch v := at.(type) {
		case map[string]any:
			for name, member := range v {
				walk(path+"."+name, member, func(n any) { v[name] = n })
			}
		case []any:
			for i, member := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), member, func(n any) { v[i] = n })
			}
		case string:
			for _, at := range []int{0, len(v) / 3, len(v) / 2, len(v) - 3} {
				if at < 0 || at >= len(v) {
					continue
				}
				c := byte('A')
				if v[at] == c || path[strings.LastIndex(path, ".")+1:] == "hash" {
					c = '7'
				}
				if v[at] == c {
					c = '8'
				}
				try(path, set, v, v[:at]+string(c)+v[at+1:])
			}
		case json.Number:
			n, _ := v.Int64()
			try(path, set, v, json.Number(fmt.Sprint(n+1)))
		case bool:
			try(path, set, v, !v)
		}
	}
	walk("", tree, func(any) {})
	t.Logf("%d changes", tried)
	if tried < 200 {
		t.Errorf("only %d members were changed", tried)
	}
}

// quorum reports whether a member is one of several signatures, of which a quorum is left without it.
func quorum(path string) bool { return strings.HasSuffix(path, ".signatures") }

// TestWhatIsReadIsCharged: whoever downloads what was signed pays for the blocks that are read for it, and whoever has a
// sleeping item checked or given, for the list that is read. Who has nothing left is told when to come again; others,
// and what costs nothing, are not held up.
func TestWhatIsReadIsCharged(t *testing.T) {
	w := newWorks(t)
	w.server.files = budget.NewRate(1<<16, time.Hour)
	asleep := func() string {
		lot := judgetest.Code(judgetest.Contractor)
		codes := rootline.NewCodes([]string{judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)})
		file := []byte(strings.Join(codes, "\n") + "\n")
		if _, err := w.files.Put(t.Context(), evidence.Owner{}, rootline.HashOf(file), -1, bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		list := codes.List()
		w.Do(w.nursery, &rootline.Event{
			Asset: lot, Kind: "tree-lot", Action: "select", Rulebook: book, Data: []byte(`{"species":"Ulmus pumila"}`), List: &list,
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf(file), Type: "text/vnd.rootline.codes", Size: int64(len(file))}},
		})
		w.await()
		for end := time.Now().Add(time.Minute); w.get("/api/v1/assets/"+codes[0], "").status != http.StatusOK; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the list does not come to be known")
			}
		}
		return codes[0]
	}
	const poor, other = "192.0.2.9", "192.0.2.7"
	ask := func(from, path string) int {
		r := w.get(path, "", "X-Forwarded-For", from, "Accept", "application/json")
		if r.status == http.StatusTooManyRequests && (r.code() != rootline.CodeTooManyRequests || r.header.Get("Retry-After") == "") {
			t.Errorf("%s: %s, Retry-After %q", path, r.body, r.header.Get("Retry-After"))
		}
		return r.status
	}
	tree := w.fill("/api/v1/assets/TREE")
	given := 0
	for ask(poor, tree+"/signed") == http.StatusOK && given < 1000 {
		given++
	}
	if given == 0 || given == 1000 {
		t.Errorf("what was signed is given %d times", given)
	}
	if status := ask(other, tree+"/signed?after=1"); status != http.StatusOK {
		t.Errorf("another address: HTTP %d", status)
	}
	if status := ask(poor, tree+"/check"); status != http.StatusOK {
		t.Errorf("a check that reads no list: HTTP %d", status)
	}
	w.server.files = budget.NewRate(1, time.Hour)
	w.server.files.Took(budget.Who{Name: poor}, 10)
	for _, what := range []string{"check", "signed?after=1"} {
		item := "/api/v1/assets/" + asleep() + "/" + what
		if status := ask(poor, item); status != http.StatusTooManyRequests {
			t.Errorf("%s, with nothing left: HTTP %d", what, status)
		}
		fresh := "192.0.2.1" + fmt.Sprint(len(what))
		if status := ask(fresh, item); status == http.StatusTooManyRequests {
			t.Errorf("%s, with all left: HTTP %d", what, status)
		}
		if w.server.files.Left(budget.Who{Name: fresh}) {
			t.Errorf("%s: the list is not charged", what)
		}
	}
	// And of the page for people.
	if r := w.get("/8004/"+asleep()+"/check", "", "X-Forwarded-For", poor, "Accept", "text/html"); r.status != http.StatusTooManyRequests {
		t.Errorf("the page: HTTP %d", r.status)
	}
}
