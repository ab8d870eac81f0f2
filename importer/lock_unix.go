//go:build unix

package importer

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps a second import of the same data out. The system lets go of it when the process ends, however it ends.
func lock(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.New("another import is using it")
	}
	return nil
}
