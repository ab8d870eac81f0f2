package app

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock keeps two gateways from using one folder. The kernel lets go of it when the process ends, however it does.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { // descriptors are small
		return nil, errors.Join(fmt.Errorf("another gateway uses this folder (%s): %w", path, err), f.Close())
	}
	return f.Close, nil
}
