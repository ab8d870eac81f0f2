package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// recordOptions are the flags of record.
type recordOptions struct {
	wait  time.Duration
	check bool
	json  bool
	event eventFlags
}

func newRecordCmd(env *environment) *cobra.Command {
	o := &recordOptions{}
	cmd := &cobra.Command{
		Use:   "record [FILE]",
		Short: "Sign and send one event, or a file of them",
		Long: `Signs events with this device's key and sends them. One event is given by flags; a file (or - for the input) has one event
in JSON on each line, or a single one over several lines. What a line leaves out of "id" and "at" is filled in.

Nothing is recorded twice and nothing is lost. The signed events of a file are kept beside it in FILE.signed before they
are sent: repeat the command, and lines that did not change are sent with the same ids. One event by flags that
cannot be delivered is kept in the data folder, and the message says how to send it later.
The amounts of one event by flags are told with their units, on the error output, before it is signed.

Prints a line for each event: its status, its id, its asset, and the block or the reason.`,
		Example: `  # What happened to a tree
  rootline record --asset 9520001T7H2K9QF3ABCD --action water --rulebook forestation@1 --lat 38.912345 --lon 115.912345

  # A new lot of cement, with a code of one's own, and a report as evidence
  rootline record --new --kind cement-lot --action deliver --rulebook floodway@1 --amount 40000 \
      --set grade=42.5 --evidence report.pdf

  # Would it be accepted?
  rootline record events.jsonl --check

  # A file of them, waiting up to two minutes for the commit
  rootline record events.jsonl --wait 2m`,
		GroupID: groupDevice,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && o.event.given(cmd.Flags()) {
				return &usageError{errors.New("give a file or the flags of one event, not both")}
			}
			d, g, err := env.both(30 * time.Second)
			if err != nil {
				return err
			}
			r := &recorder{env: env, options: o, device: d, gateway: g}
			if len(args) == 1 {
				return r.file(cmd.Context(), args[0])
			}
			return r.one(cmd.Context(), cmd)
		},
	}
	o.event.register(cmd.Flags())
	cmd.Flags().DurationVar(&o.wait, "wait", 30*time.Second, "how long to wait for the commit; 0 returns when the gateway keeps the events")
	cmd.Flags().BoolVar(&o.check, "check", false, "ask whether the events would be accepted, and record nothing")
	cmd.Flags().BoolVar(&o.json, "json", false, "print each status as a line of JSON")
	return cmd
}

// recorder signs, sends and tells.
type recorder struct {
	env     *environment
	options *recordOptions
	device  *client.Device
	gateway *client.Gateway

	refused, open int
}

// one records the event that the flags describe.
func (r *recorder) one(ctx context.Context, cmd *cobra.Command) error {
	e, err := r.options.event.event(cmd.Flags())
	if err != nil {
		return &usageError{err}
	}
	if r.options.event.newCode {
		l, err := r.gateway.Ledger(ctx)
		if err != nil {
			return err
		}
		org := l.Organisation(r.device.Organisation)
		if org == nil {
			return fmt.Errorf("the ledger has no organisation %s", r.device.Organisation)
		}
		e.Asset = rootline.NewCode(org.Prefix)
	}
	if err := r.evidence(ctx, e); err != nil {
		return err
	}
	r.echo(ctx, e)
	sub, err := r.device.Sign(e)
	if err != nil {
		return err
	}
	err = r.send(ctx, []rootline.Submission{sub})
	if !undelivered(err) || r.options.check {
		return err
	}
	kept := filepath.Join(r.env.data(), "unsent", e.ID+".jsonl")
	if saveErr := saveSigned(kept, []signedLine{{Event: e.ID, JWS: sub.JWS}}); saveErr != nil {
		return errors.Join(err, saveErr)
	}
	r.env.note("The signed event is kept. Send it later: rootline record %s", kept)
	return err
}

// undelivered says whether it is not known that the gateway has the events.
func undelivered(err error) bool {
	if err == nil {
		return false
	}
	code := exitCode(err)
	return code == exitUnreachable || code == exitInterrupted
}

// evidence uploads the files that the flags name, and names them in the event.
func (r *recorder) evidence(ctx context.Context, e *rootline.Event) error {
	if len(r.options.event.evidence) == 0 {
		return nil
	}
	if _, err := r.gateway.SignIn(ctx, r.device); err != nil {
		return err
	}
	for _, path := range r.options.event.evidence {
		content, media, err := readEvidence(path)
		if err != nil {
			return err
		}
		ev, err := r.gateway.PutEvidence(ctx, content, media)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		e.Evidence = append(e.Evidence, ev)
	}
	return nil
}

// send sends signed events in parts and prints what became of each.
func (r *recorder) send(ctx context.Context, subs []rootline.Submission) error {
	for begin := 0; begin < len(subs); {
		end := endOfPart(subs, begin)
		part := subs[begin:end]
		statuses, err := r.submit(ctx, part)
		if err != nil {
			return err
		}
		for i := range statuses {
			if err := r.tell(&statuses[i]); err != nil {
				return err
			}
		}
		begin = end
	}
	switch {
	case r.refused > 0:
		return &someRefused{fmt.Sprintf("%d of %d refused", r.refused, len(subs))}
	case r.open > 0 && r.options.wait > 0 && !r.options.check:
		return &notYet{fmt.Sprintf("%d of %d are with the gateway, but not recorded yet; repeat the command to see what became of them", r.open, len(subs))}
	}
	return nil
}

// maxPart bounds the bytes of one request.
const maxPart = 4 << 20

func endOfPart(subs []rootline.Submission, begin int) int {
	end, size := begin, 0
	for end < len(subs) && end-begin < rootline.MaxBatch {
		if size += len(subs[end].JWS); size > maxPart && end > begin {
			break
		}
		end++
	}
	return end
}

func (r *recorder) submit(ctx context.Context, subs []rootline.Submission) ([]client.EventStatus, error) {
	if r.options.check {
		return r.gateway.Check(ctx, subs)
	}
	return r.gateway.Await(ctx, subs, r.options.wait)
}

// tell prints one status.
func (r *recorder) tell(s *client.EventStatus) error {
	if s.Err() != nil {
		r.refused++
	} else if !s.Final() {
		r.open++
	}
	if r.options.json {
		return json.NewEncoder(r.env.out).Encode(s)
	}
	what := ""
	if s.Status == client.Committed {
		what = fmt.Sprintf("block %d", s.Block)
	}
	if err := s.Err(); err != nil {
		what = err.Error()
	}
	r.env.say("%-10s %s %s  %s", s.Status, s.Event, first(s.Asset, "-"), what)
	return nil
}

// notYet says that events are on their way when the wait ended.
type notYet struct{ what string }

func (e *notYet) Error() string { return e.what }
