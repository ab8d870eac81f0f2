package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/jws"
)

func newAttestCmd(env *environment) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "attest FILE --reason REASON",
		Short: "Vouch for events that a device signed before it was revoked or expired",
		Long: `Vouches for events that a device of another organisation signed before its end, and that reached the ledger too late.
Each is judged as that device's own and recorded under its own id, with your signature beside it. The device needs a role that
the event's rulebook gives this power.

The file (or - for the input) has a signed event on each line: the JWS itself, or JSON with a member "jws", as record and
a phone's queue write them. What the ledger has already is passed over.`,
		Example: `  rootline attest queue-of-crew-7.jsonl --reason "I stood beside the crew that day"`,
		GroupID: groupDevice,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(reason) == "" {
				return &usageError{errors.New("say why, with --reason")}
			}
			signed, err := readSigned(env, args[0])
			if err != nil {
				return err
			}
			d, g, err := env.both(30 * time.Second)
			if err != nil {
				return err
			}
			return attest(cmd.Context(), env, d, g, signed, reason)
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "how you know that it was signed in time, for everybody who looks at it")
	return cmd
}

// attest sends an attestation of each event and tells how it went. The last refusal decides how the command ends.
func attest(ctx context.Context, env *environment, d *client.Device, g *client.Gateway, signed []string, reason string) error {
	var refusal error
	for _, compact := range signed {
		status, err := g.Attest(ctx, d, compact, reason)
		refused := rootline.AsError(err)
		switch {
		case err == nil:
			env.say("attested\t%s\tblock %d", eventID(compact), status.Block)
		case refused != nil && refused.Code == rootline.CodeAlreadyRecorded:
			env.say("recorded\t%s\tbefore", eventID(compact))
		case refused != nil:
			env.say("refused\t%s\t%s", eventID(compact), refused)
			refusal = err
		default:
			return err
		}
	}
	return refusal
}

func readSigned(env *environment, name string) (list []string, err error) {
	from := env.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	lines := bufio.NewReader(from)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if text := strings.TrimSpace(line); text != "" {
			compact, bad := signedIn(text)
			if bad != nil {
				return nil, &usageError{fmt.Errorf("line %d is no signed event: %w", n, bad)}
			}
			list = append(list, compact)
		}
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, err
		}
	}
}

// signedIn finds the JWS of a line.
func signedIn(text string) (string, error) {
	if strings.HasPrefix(text, "{") {
		var line struct {
			JWS string `json:"jws"`
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			return "", err
		}
		text = line.JWS
	}
	_, err := jws.Parse(text)
	return text, err
}

// eventID is the id of a signed event, as far as it can be read.
func eventID(compact string) string {
	signed, err := jws.Parse(compact)
	if err != nil {
		return ""
	}
	e, err := rootline.ParseEvent(signed.Payload)
	if err != nil {
		return ""
	}
	return e.ID
}
