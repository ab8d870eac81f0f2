package network

import (
	"errors"
	"fmt"
)

// Code names a kind of failure. Codes are stable: programs may match on them.
type Code string

// The failures of this package.
const (
	// CodeConfig: a setting is missing or contradicts another.
	CodeConfig Code = "config-invalid"
	// CodeSource: the folder with tools/fabric/go.mod was not found, so nothing can be built.
	CodeSource Code = "source-missing"
	// CodeBinaries: the folder of Fabric binaries lacks some of them.
	CodeBinaries Code = "binaries-missing"
	// CodeBuild: the Go tool failed, or is not installed.
	CodeBuild Code = "build-failed"
	// CodePort: another process listens on a port that the network needs.
	CodePort Code = "port-taken"
	// CodeFolder: the data folder holds a network made with other settings.
	CodeFolder Code = "folder-of-other-network"
	// CodeBusy: another Up, Down or Start works on the same data folder.
	CodeBusy Code = "network-busy"
	// CodeAbsent: the data folder holds no network.
	CodeAbsent Code = "network-absent"
	// CodeProcess: a process is unknown, could not be started, died, or did not become healthy.
	CodeProcess Code = "process-failed"
	// CodeCommand: one of Fabric's commands failed.
	CodeCommand Code = "command-failed"
	// CodeNotReady: the network runs, but did not endorse in time.
	CodeNotReady Code = "not-ready"
)

// Error is the error type of this package.
type Error struct {
	Code Code
	// What happened, as one sentence without a full stop.
	What string
	// Way out: what the reader can do. It may be empty.
	Way string
	// Err is the cause, or nil.
	Err error
}

// Error gives the sentence, the cause and the way out.
func (e *Error) Error() string {
	s := e.What
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	if e.Way != "" {
		s += ". " + e.Way
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf gives the code of an error of this package, or "" for any other error.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

func fail(code Code, cause error, way, format string, args ...any) error {
	return &Error{Code: code, What: fmt.Sprintf(format, args...), Way: way, Err: cause}
}
