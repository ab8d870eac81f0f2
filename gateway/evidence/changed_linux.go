package evidence

import (
	"io/fs"
	"syscall"
	"time"
)

// changed is when a file's content or anything else about it was changed, by the system's own clock: unlike the time of the
// last writing no program sets it.
func changed(info fs.FileInfo) time.Time {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(s.Ctim.Sec), int64(s.Ctim.Nsec)) // their sizes differ by machine
	}
	return info.ModTime()
}
