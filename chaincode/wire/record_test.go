package wire_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/jws"
)

var update = flag.Bool("update", false, "write the golden files anew; every ledger that exists must then be migrated")

const (
	kid  = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM"
	tree = "9520002T7H2K9QF3ABCD"
)

var (
	hash = rootline.HashOf([]byte("x"))
	list = &rootline.List{Count: 3, Root: hash}
	key  = jws.Key{Kty: "EC", Crv: "P-256", X: "x", Y: "y"}
	noon = rootline.Instant(1_773_300_000_123)
)

// records has one of each kind, with every member set, and the sparse form of those that often are.
var records = map[string]rootline.Record{
	"asset": &rootline.Asset{
		ID: tree, Kind: "tree", Rulebook: "forestation@1", State: "planted", Maker: "ContractorMSP", Custodian: "OwnerMSP",
		Place: "forest/9/14", Position: &rootline.Position{Point: rootline.Point{Lat: -1, Lon: 115_912_500}, Accuracy: 5},
		Lot: "9520002LOT00000000001", Quantity: &rootline.Quantity{Total: 10, Left: 0}, List: list, UsedBy: "9520002LAYER",
		Parents: []rootline.Parent{{Asset: "9520002SOIL", Amount: 3}},
		Fields: rootline.Fields{
			"b": rootline.BoolOf(false), "a": rootline.StringOf("油松 <&> \u2028 \"q\""), "n": rootline.IntegerOf(-9007199254740991),
			"list": rootline.ListOf(rootline.IntegerOf(1), rootline.IntegerOf(2)), "none": rootline.ListOf(),
		},
		Seq: 7, Head: hash, Changed: noon,
	},
	"asset-sparse": &rootline.Asset{ID: tree, Kind: "tree", Rulebook: "forestation@1", State: "selected", Maker: "ContractorMSP", Custodian: "ContractorMSP", Seq: 1, Head: hash, Changed: 1000},
	"asset-works": &rootline.Asset{
		ID: tree, Kind: "element", Rulebook: "floodway@2", State: "tested", Maker: "ContractorMSP", Custodian: "ContractorMSP",
		Parents: []rootline.Parent{{Asset: "9520002SOIL", Amount: 3}, {Asset: "9520002SILO", Amount: 1, Possible: true}},
		Under:   "9520002DIVISION", Children: map[string]int64{"total": 3, "accepted": 2},
		Pending: &rootline.Pending{Action: "accept", Agreed: hash, Base: hash, Signatures: []rootline.Signature{
			{Role: "builder", Organisation: "ContractorMSP", Device: kid, Event: "0190c7f2-0000-7000-8000-000000000001", Head: hash},
		}},
		Frozen: []rootline.Freeze{{Recall: "0190c7f2-0000-7000-8000-000000000003", Via: "9520002SILO", Possible: true}},
		Claim:  "floodway/element/00ff", Released: []string{"0190c7f2-0000-7000-8000-000000000004"}, Seq: 7, Head: hash, Changed: noon,
	},
	"asset-tallies": &rootline.Asset{
		ID: tree, Kind: "division", Rulebook: "floodway@2", State: "open", Maker: "ContractorMSP", Custodian: "ContractorMSP",
		Children: map[string]int64{"total": 3},
		Tallies:  map[string]rootline.Tally{"greatest/layer": {Values: []rootline.Tallied{{Value: 3, Count: 1}, {Value: -2, Count: 2}}, Beyond: 1}, "last/depth": {Values: []rootline.Tallied{{Value: 0, Count: 1}}}},
		Fields: rootline.Fields{"defects": rootline.ListOf(
			rootline.EntryOf(rootline.Fields{"place": rootline.StringOf("levee/3"), "class": rootline.IntegerOf(2), "mended": rootline.BoolOf(false)}),
			rootline.EntryOf(rootline.Fields{}),
		)},
		Seq: 4, Head: hash, Changed: noon,
	},
	"readers":              &rootline.RulebookReaders{Rulebook: "floodway", Names: []string{"funds", "survey"}},
	"organisation-changed": &rootline.Organisation{MSPID: "OwnerMSP", Title: rootline.Text{En: "Owner", Zh: "建设单位"}, Prefix: "9520001", Roles: []string{"bank", "manager"}, Confirmed: noon, RoleChanges: 1},
	"ballot-roles":         &rootline.Ballot{Name: "roles/OwnerMSP/0/00ff", Organisation: "OwnerMSP", Roles: []string{"bank"}, Votes: []string{"RegulatorMSP"}},
	"mark":                 &rootline.Mark{ID: rootline.MarkID(tree, "funds", "volume", "", ""), Count: 2, Sum: 450},
	"mark-once":            &rootline.Mark{ID: rootline.MarkID(tree, "funds", "paid", "9520002LINE", ""), Asset: "9520003MEASURE", Count: 1, Sum: 1},
	"claim":                &rootline.Claim{ID: "floodway/element/00ff", Asset: tree},
	"claim-free":           &rootline.Claim{ID: "floodway/element/00ff"},
	"recall": &rootline.Recall{
		ID: "0190c7f2-0000-7000-8000-000000000003", Asset: "9520002CEMENT", Rulebook: "floodway@1", Reason: "28 天强度不合格",
		Organisation: "SupervisorMSP", Opened: noon, Deadline: noon + 1, Named: 3, Frozen: 0,
		Holders: []rootline.Holder{{Organisation: "ContractorMSP", Assets: 3, Acknowledged: noon, Device: kid}},
		Closed:  noon + 2, Outcome: "replaced",
	},
	"event":            &rootline.EventRecord{ID: "0190c7f2-0000-7000-8000-000000000001", Subject: tree, Seq: 7, Hash: hash, Witnessed: noon},
	"event-registry":   &rootline.EventRecord{ID: "0190c7f2-0000-7000-8000-000000000002", Subject: "D/" + kid, Hash: hash, Witnessed: noon},
	"tag":              &rootline.Tag{Code: "9520002TAG", Asset: tree, Roll: "9520002ROLL", ReplacedBy: "9520002TAG2"},
	"roll":             &rootline.Tag{Code: "9520002ROLL", Organisation: "ContractorMSP", List: list},
	"device":           &rootline.Device{Kid: kid, Key: key, Organisation: "ContractorMSP", Role: "planter", Name: "C7", InvitedBy: "k", Since: noon, Until: noon + 1, Revoked: noon + 2},
	"device-sparse":    &rootline.Device{Kid: kid, Key: key, Organisation: "OwnerMSP", Role: "admin", Name: "admin", Since: noon},
	"invitation":       &rootline.Invitation{Event: "0190c7f2-0000-7000-8000-000000000004", Kid: kid, Key: key, Organisation: "ContractorMSP", Role: "planter", Name: "C7", InvitedBy: "k", Expires: noon, Until: noon, UsedBy: "d", Revoked: noon},
	"organisation":     &rootline.Organisation{MSPID: "OwnerMSP", Title: rootline.Text{En: "Owner", Zh: "建设单位"}, Prefix: "9520001", Roles: []string{"manager"}, Confirmed: noon, Genesis: hash},
	"seal":             &rootline.Seal{Nonce: []byte("sixteen bytes or"), Witnessed: noon},
	"ledger":           &rootline.Ledger{Net: "00112233445566778899aabbccddeeff", Protocol: 1, Organisations: []string{"OwnerMSP", "ContractorMSP"}, Founded: noon},
	"place-weeks":      &rootline.Place{ID: "levee/3", Kind: "section", Parent: "levee", Title: rootline.Text{En: "Section 3", Zh: "三标"}, Weeks: map[string]map[string]int64{"tree": {"2026-W13": 200, "2026-W12": 100}}},
	"place":            &rootline.Place{ID: "levee/3", Kind: "section", Parent: "levee", Organisation: "OwnerMSP", Title: rootline.Text{En: "Section 3", Zh: "三标"}, Outline: []rootline.Point{{Lat: 1, Lon: 2}}, Line: []rootline.Point{{Lat: 3, Lon: 4}}, Chainage: &rootline.Chainage{From: 0, To: 400_000, Side: "left"}, Plan: map[string]int64{"tree": 300, "shrub": 2}},
	"rulebook":         &rootline.AdoptedRulebook{Name: "forestation@1", YAML: "rulebook: forestation\n", Adopted: noon},
	"rulebook-current": &rootline.CurrentRulebook{Name: "forestation", Version: 2},
	"ballot":           &rootline.Ballot{Name: "forestation@2", Title: rootline.Text{En: "Trees", Zh: "树木"}, SHA256: hash, Votes: []string{"OwnerMSP"}},
	"ballot-protocol":  &rootline.Ballot{Name: "protocol/2", Votes: []string{"OwnerMSP"}},
	"proposed-text":    &rootline.ProposedText{Ballot: "forestation@2", YAML: "x: <1>\n"},
	"open-votes":       &rootline.OpenVotes{Organisation: "OwnerMSP", Ballots: []string{"forestation@2", "floodway@1:ContractorMSP"}},
}

// The bytes and keys of records are in every ledger that exists. They never change by accident.
func TestKeysAndEncodingsDoNotChange(t *testing.T) {
	for name, r := range records {
		t.Run(name, func(t *testing.T) {
			b, err := wire.Encode(r)
			if err != nil {
				t.Fatal(err)
			}
			readable, err := cbor.Diagnose(b)
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Appendf(nil, "%s\n%s\n%x\n", wire.Key(r.Ref()), readable, b)
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("was\n%sis\n%s", want, got)
			}
		})
	}
}

func TestRecordsAreReadAsTheyWereWritten(t *testing.T) {
	for name, r := range records {
		t.Run(name, func(t *testing.T) {
			b, err := wire.Encode(r)
			if err != nil {
				t.Fatal(err)
			}
			ref, err := wire.ParseKey(wire.Key(r.Ref()))
			if err != nil || ref != r.Ref() {
				t.Fatalf("the key leads to %v (%v)", ref, err)
			}
			back, err := wire.Decode(ref, b)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back, r) && name != "asset" { // an empty list reads back as one, but not as nil
				t.Fatalf("read back as %+v", back)
			}
			again, err := wire.Encode(back)
			if err != nil || !bytes.Equal(again, b) {
				t.Fatalf("written again as %s (%v), was %s", again, err, b)
			}
		})
	}
}

// Every space has a record, so that none can be written that nobody reads.
func TestEverySpaceHasARecord(t *testing.T) {
	seen := map[rootline.Space]bool{}
	for _, r := range records {
		seen[r.Ref().Space] = true
	}
	for _, s := range rootline.Spaces {
		if !seen[rootline.Space(s)] {
			t.Errorf("no record of the space %c is under test", s)
		}
	}
}

func TestWhatIsNoRecordIsRefused(t *testing.T) {
	for _, key := range []string{"", "A", "A9520002", "Z/1", "/1", "Ä/1", "a/1"} {
		if ref, err := wire.ParseKey(key); err == nil {
			t.Errorf("%q was read as %v", key, ref)
		}
	}
	if r, err := wire.Decode(rootline.Ref{Space: rootline.SpaceAsset, ID: tree}, nil); r != nil || err != nil {
		t.Errorf("no bytes gave %v, %v", r, err)
	}
	if _, err := wire.Decode(rootline.Ref{Space: 'Z', ID: "1"}, []byte{0xa0}); err == nil {
		t.Error("a space that nobody knows was read")
	}
	if _, err := wire.Decode(rootline.Ref{Space: rootline.SpaceAsset, ID: tree}, []byte{0xa1, 0x0e, 0x61, 'x'}); err == nil {
		t.Error("a damaged record was read")
	}
}
