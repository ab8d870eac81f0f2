package wire

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rootline/rootline"
)

// Key is where a record lies in the world state: its namespace, a slash, its id.
func Key(ref rootline.Ref) string { return ref.String() }

// ParseKey is the inverse of Key.
func ParseKey(key string) (rootline.Ref, error) {
	if len(key) < 2 || key[1] != '/' || !strings.ContainsRune(rootline.Spaces, rune(key[0])) {
		return rootline.Ref{}, fmt.Errorf("wire: %q is no key of Rootline", key)
	}
	return rootline.Ref{Space: rootline.Space(key[0]), ID: key[2:]}, nil
}

// Encode gives the bytes of a record. The same record gives the same bytes everywhere: members in the order of the
// type, map keys sorted.
func Encode(r rootline.Record) ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("wire: encode %s: %w", r.Ref(), err)
	}
	return b, nil
}

// Decode reads the record that lies under ref. No bytes give no record.
func Decode(ref rootline.Ref, b []byte) (rootline.Record, error) {
	if len(b) == 0 {
		return nil, nil
	}
	r := blank(ref)
	if r == nil {
		return nil, fmt.Errorf("wire: no kind of record lies under %s", ref)
	}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("wire: decode %s: %w", ref, err)
	}
	return r, nil
}

func blank(ref rootline.Ref) rootline.Record {
	switch ref.Space {
	case rootline.SpaceAsset:
		return new(rootline.Asset)
	case rootline.SpaceEvent:
		return new(rootline.EventRecord)
	case rootline.SpaceTag:
		return new(rootline.Tag)
	case rootline.SpaceDevice:
		return new(rootline.Device)
	case rootline.SpaceInvitation:
		return new(rootline.Invitation)
	case rootline.SpaceOrganisation:
		return new(rootline.Organisation)
	case rootline.SpacePlace:
		return new(rootline.Place)
	case rootline.SpaceLedger:
		return new(rootline.Ledger)
	case rootline.SpaceBallot:
		return new(rootline.Ballot)
	case rootline.SpaceRulebook:
		if strings.Contains(ref.ID, "@") {
			return new(rootline.AdoptedRulebook)
		}
		return new(rootline.CurrentRulebook)
	}
	return nil
}
