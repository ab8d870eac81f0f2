package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// unusable says what to do when a part of the gateway's folder cannot be used: a folder lies in a file's place or the other way,
// or the gateway may not read and write it. Other errors are returned as they are. Nothing is moved or deleted for that: it may
// be the only copy of what was acknowledged.
func unusable(dir string, err error) error {
	var result interface {
		error
		Code() int // as SQLite's driver has it
	}
	opened := errors.As(err, &result) && (result.Code()&0xff == 14 || result.Code()&0xff == 8) // it cannot be opened, or not written
	if !opened && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EISDIR) && !errors.Is(err, syscall.ENOTDIR) &&
		!errors.Is(err, syscall.ENOTEMPTY) && !errors.Is(err, syscall.EROFS) {
		return err
	}
	wrong := misplaced(dir)
	if len(wrong) == 0 {
		return fmt.Errorf("%w. See that the gateway may read and write %s and all that is in it, and start it again", err, dir)
	}
	return fmt.Errorf("%w. In %s: %s. Move away what does not belong there, put back what was there before, from a back-up if need be, "+
		"and start the gateway again; it has deleted nothing", err, dir, strings.Join(wrong, "; "))
}

// folders are what is no file in a gateway's folder.
var folders = map[string]bool{"evidence": true, "proofs": true, "spool": true, "tls": true}

// misplaced names what is a folder where a file belongs, or a file where a folder does, or is not to be opened.
func misplaced(dir string) (wrong []string) {
	known := []string{"lock", "attempts", "evidence", "proofs", "spool"}
	for _, name := range []string{"readmodel.db", "outbox.db", "gateway.db", "attempts", filepath.Join("evidence", "index.db")} {
		beside, err := filepath.Glob(filepath.Join(dir, name+"*"))
		if err != nil {
			continue
		}
		for _, path := range beside {
			if rel, err := filepath.Rel(dir, path); err == nil {
				known = append(known, rel)
			}
		}
	}
	seen := map[string]bool{}
	for _, name := range known {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		switch {
		case seen[name] || errors.Is(err, fs.ErrNotExist):
		case err != nil:
			wrong = append(wrong, fmt.Sprintf("%s cannot be looked at (%v)", name, err))
		case info.IsDir() && !folders[name]:
			wrong = append(wrong, name+" is a folder where a file belongs")
		case !info.IsDir() && folders[name]:
			wrong = append(wrong, name+" is a file where a folder belongs")
		case !info.IsDir():
			f, err := os.OpenFile(path, os.O_RDWR, 0) // #nosec G304 -- the gateway's own folder
			if err != nil {
				wrong = append(wrong, fmt.Sprintf("%s cannot be read and written (%v)", name, err))
			} else {
				_ = f.Close()
			}
		}
		seen[name] = true
	}
	return wrong
}
