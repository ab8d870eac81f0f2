package main

import (
	"context"
	"errors"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// Exit codes. They are part of the interface: scripts rely on them.
const (
	exitOK          = 0
	exitFailure     = 1 // something failed on this machine
	exitUsage       = 2 // the command was called wrongly
	exitRefused     = 3 // the ledger or the rules refused, all or some
	exitUnreachable = 4 // the gateway cannot be reached, is busy, or is none
	exitPending     = 5 // taken by the gateway, but not recorded within the wait
	exitInterrupted = 130
)

const exitHelp = `Exit codes:
  0  done
  1  something failed on this machine
  2  the command was called wrongly
  3  the ledger or the rules refused, all or some
  4  the gateway cannot be reached, is busy, or is none
  5  taken by the gateway, but not recorded yet`

// usageError says that the command was called wrongly.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// someRefused says that events or rows were refused, which were shown one by one.
type someRefused struct{ what string }

func (e *someRefused) Error() string { return e.what }

// exitCode finds the code for how a command ended.
func exitCode(err error) int {
	var usage *usageError
	var link *client.LinkError
	var refused *someRefused
	var problem *client.Problem
	var unreachable *client.Unreachable
	var answer *client.AnswerError
	var pending *client.NotFinalError
	var open *notYet
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage), errors.As(err, &link):
		return exitUsage
	case errors.As(err, &refused):
		return exitRefused
	case errors.As(err, &problem) && problem.Status >= 429:
		return exitUnreachable
	case errors.As(err, &unreachable), errors.As(err, &answer):
		return exitUnreachable
	case errors.As(err, &pending), errors.As(err, &open):
		return exitPending
	case rootline.AsError(err) != nil:
		return exitRefused
	}
	return exitFailure
}
