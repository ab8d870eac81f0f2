// Package storage tells a full disk from other faults, whichever part of the gateway met it.
package storage

import (
	"errors"
	"syscall"
)

// sqliteFull is SQLITE_FULL, the low byte of SQLite's result codes.
const sqliteFull = 13

// Full reports whether an error comes from a disk, a quota or a database file that takes no more.
func Full(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	var result interface {
		error
		Code() int // as SQLite's driver has it
	}
	return errors.As(err, &result) && result.Code()&0xff == sqliteFull
}
