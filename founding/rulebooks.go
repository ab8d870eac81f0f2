package founding

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// voteWait is how long a proposal or a vote may take to be committed.
const voteWait = 30 * time.Second

// Voter is an organisation's admin device and the gateway that it speaks to.
type Voter struct {
	Device  *client.Device
	Gateway *client.Gateway
}

// Adopt has a rulebook adopted: the first voter proposes it, the others vote until a majority holds. A rulebook that
// holds already is left alone.
func Adopt(ctx context.Context, ref string, yaml []byte, voters []Voter) error {
	adopted, err := isAdopted(ctx, voters[0].Gateway, ref)
	if err != nil || adopted {
		return err
	}
	body, err := json.Marshal(rootline.ProposeData{YAML: string(yaml)})
	if err != nil {
		return err
	}
	if err := cast(ctx, voters[0], rootline.ActPropose, body); err != nil {
		return fmt.Errorf("proposing %s: %w", ref, err)
	}
	body, err = json.Marshal(rootline.VoteData{Rulebook: ref, SHA256: rootline.HashOf(yaml)})
	if err != nil {
		return err
	}
	for _, v := range voters[1:] {
		switch err := cast(ctx, v, rootline.ActVote, body); {
		case rootline.CodeOf(err) == rootline.CodeRulebookAdopted:
			return nil
		case err != nil:
			return fmt.Errorf("voting for %s: %w", ref, err)
		}
	}
	return nil
}

func isAdopted(ctx context.Context, g *client.Gateway, ref string) (bool, error) {
	books, err := g.Rulebooks(ctx)
	if err != nil {
		return false, err
	}
	for _, b := range books {
		if b.Name == ref {
			return true, nil
		}
	}
	return false, nil
}

// cast records a proposal or vote; one that was cast before counts as done.
func cast(ctx context.Context, v Voter, action string, body []byte) error {
	status, err := v.Gateway.Record(ctx, v.Device, &rootline.Event{
		Action: action, Rulebook: rootline.Registry, Data: body,
	}, voteWait)
	if err == nil {
		err = status.Err()
	}
	if rootline.CodeOf(err) == rootline.CodeAlreadyVoted {
		return nil
	}
	return err
}
