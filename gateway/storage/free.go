package storage

import (
	"math"
	"syscall"
)

// Free is the room on the disk of a folder, in bytes; as much as there can be when the system does not say.
func Free(dir string) int64 {
	var f syscall.Statfs_t
	if err := syscall.Statfs(dir, &f); err != nil {
		return math.MaxInt64
	}
	return int64(min(uint64(f.Bavail)*uint64(f.Bsize), math.MaxInt64)) // it is bounded
}
