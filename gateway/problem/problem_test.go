package problem

import (
	"fmt"
	"io/fs"
	"net/http"
	"syscall"
	"testing"

	"github.com/rootline/rootline"
)

// A full disk is said to be one, wherever it was met.
func TestAFullDiskIsSaid(t *testing.T) {
	for _, err := range []error{
		&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, syscall.EDQUOT, sqliteResult(13), sqliteResult(13 | 2<<8),
	} {
		p := Of(fmt.Errorf("outbox: write: %w", err))
		if p.Status != http.StatusInsufficientStorage || p.Code != rootline.CodeStorageFull || p.GetHeaders().Get("Retry-After") == "" {
			t.Errorf("%v: %+v", err, p)
		}
	}
	if p := Of(sqliteResult(5)); p.Code != rootline.CodeInternal {
		t.Errorf("%+v", p)
	}
}

// sqliteResult is an error as SQLite's driver has it.
type sqliteResult int

func (r sqliteResult) Error() string { return fmt.Sprint("result ", int(r)) }
func (r sqliteResult) Code() int     { return int(r) }
