package wire

import (
	"errors"
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

// Encode gives the bytes of a record. The same record gives the same bytes everywhere.
func Encode(r rootline.Record) ([]byte, error) {
	var form any = r
	switch r := r.(type) {
	case *rootline.Asset:
		form = compactAsset(r)
	case *rootline.EventRecord:
		form = &eventForm{Subject: r.Subject, Seq: r.Seq, Hash: r.Hash, Witnessed: int64(r.Witnessed)}
	}
	b, err := encoding.Marshal(form)
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
	r, err := decode(ref, b)
	if err != nil {
		return nil, fmt.Errorf("wire: decode %s: %w", ref, err)
	}
	return r, nil
}

func decode(ref rootline.Ref, b []byte) (rootline.Record, error) {
	switch ref.Space {
	case rootline.SpaceAsset:
		var f assetForm
		if err := decoding.Unmarshal(b, &f); err != nil {
			return nil, err
		}
		return f.asset(ref.ID)
	case rootline.SpaceEvent:
		var f eventForm
		if err := decoding.Unmarshal(b, &f); err != nil {
			return nil, err
		}
		return &rootline.EventRecord{
			ID: ref.ID, Subject: f.Subject, Seq: f.Seq, Hash: f.Hash, Witnessed: rootline.Instant(f.Witnessed),
		}, nil
	}
	r := blank(ref)
	if r == nil {
		return nil, errors.New("no kind of record lies there")
	}
	return r, decoding.Unmarshal(b, r)
}

// blank is an empty record of the kind that lies under ref, for the kinds without a form of their own.
func blank(ref rootline.Ref) rootline.Record {
	switch ref.Space {
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
	case rootline.SpaceClaim:
		return new(rootline.Claim)
	case rootline.SpaceRecall:
		return new(rootline.Recall)
	case rootline.SpaceBallot:
		return new(rootline.Ballot)
	case rootline.SpaceSeal:
		return new(rootline.Seal)
	case rootline.SpaceProposedText:
		return new(rootline.ProposedText)
	case rootline.SpaceOpenVotes:
		return new(rootline.OpenVotes)
	case rootline.SpaceMark:
		return new(rootline.Mark)
	case rootline.SpaceReaders:
		return new(rootline.RulebookReaders)
	case rootline.SpaceRulebook:
		if strings.Contains(ref.ID, "@") {
			return new(rootline.AdoptedRulebook)
		}
		return new(rootline.CurrentRulebook)
	}
	return nil
}
