package projection

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"sync"
)

// MaxDeaths is how often a transaction may end the gateway before it is quarantined.
const MaxDeaths = 3

// attempts notes which transactions are in work in a file that outlives the process. What stands there when the next
// process begins is what the last one died of: killed for its memory, by a fault of the runtime, by anybody.
//
// A mark costs one short write without a sync. It is lost when the machine loses its power, which no transaction does.
type attempts struct {
	path string
	file *os.File

	mu   sync.Mutex
	kept deaths
	// until is the last block that is to be applied in small steps, with nothing read ahead: the last process died before
	// it was past it. careful says that there is one.
	until   uint64
	careful bool
}

// deaths is what is known of deaths, as JSON beside the marks.
type deaths struct {
	// Version is the build that died. Another one begins anew.
	Version string `json:"version"`
	// Deaths counts them by transaction.
	Deaths map[string]int `json:"deaths"`
}

// The marks of a file: how far blocks were delivered, what is applied, what is decoded, and what each reader reads ahead.
const (
	markDelivered = iota
	markApplied
	markDecoded
	markRead
	maxMarks = markRead + 64
	markSize = 16
	// unread marks a transaction that is being decoded or verified, placeUnread the place of one that died of it: it may not
	// even be read.
	unread      = 1 << 63
	placeUnread = "/unread"
)

// place is where a transaction lies.
func place(number uint64, index int) string { return fmt.Sprintf("%d/%d", number, index) }

// openAttempts reads what the last process left, and counts its death. With an empty path nothing is noted.
func openAttempts(path, version string, log *slog.Logger) (*attempts, error) {
	a := &attempts{path: path, kept: deaths{Version: version, Deaths: map[string]int{}}}
	counted := map[string]bool{} // one death, however many marks a transaction has
	if path == "" {
		return a, nil
	}
	var known deaths
	switch b, err := os.ReadFile(path + ".json"); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("projection: %w", err)
	case json.Unmarshal(b, &known) != nil:
		log.Warn("what is known of deaths cannot be read, and is counted anew", "file", path+".json")
	case known.Version == version && known.Deaths != nil:
		a.kept = known
	}
	var err error
	if a.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("projection: %w", err)
	}
	marks := make([]byte, maxMarks*markSize)
	n, _ := a.file.ReadAt(marks, 0) // a short file has no more marks
	for i := 0; (i+1)*markSize <= n; i++ {
		m := marks[i*markSize:]
		block, index := binary.LittleEndian.Uint64(m), binary.LittleEndian.Uint64(m[8:])
		if block == 0 {
			continue
		}
		a.careful, a.until = true, max(a.until, block-1)
		if i == markDelivered || index == 0 {
			continue
		}
		at := place(block-1, int(index&^unread-1)) // as it was written
		if index&unread != 0 {
			at += placeUnread
		}
		if counted[at] {
			continue
		}
		counted[at] = true
		a.kept.Deaths[at]++
		log.Warn("the gateway ended while it worked on a transaction", "transaction", at, "times", a.kept.Deaths[at], "quarantined_after", MaxDeaths)
	}
	if a.careful {
		if err := a.save(); err != nil {
			return nil, errors.Join(err, a.file.Close())
		}
	}
	return a, a.clear()
}

// save keeps the deaths on disk.
func (a *attempts) save() error {
	b, err := json.Marshal(a.kept)
	if err == nil {
		err = writeWhole(a.path+".json", b)
	}
	if err != nil {
		return fmt.Errorf("projection: keep what is known of deaths: %w", err)
	}
	return nil
}

// writeWhole replaces a file so that it is never half of one.
func writeWhole(path string, b []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// clear takes all marks away: what is in work then is nothing.
func (a *attempts) clear() error {
	if a.file == nil {
		return nil
	}
	if err := a.file.Truncate(0); err != nil {
		return fmt.Errorf("projection: %w", err)
	}
	return nil
}

// close ends the noting in peace.
func (a *attempts) close() error {
	if a.file == nil {
		return nil
	}
	return errors.Join(a.clear(), a.file.Close())
}

// mark notes that a transaction is in work.
func (a *attempts) mark(slot int, number uint64, index int) {
	a.write(slot, number+1, uint64(index+1)) // an index
}

// try notes that a transaction is being decoded or verified, and reports whether it may be.
func (a *attempts) try(slot int, number uint64, index int) bool {
	if a.left(number, index) {
		return false
	}
	a.write(slot, number+1, uint64(index+1)|unread) // an index
	return true
}

// done takes the mark away.
func (a *attempts) done(slot int) { a.write(slot, 0, 0) }

// delivered notes that a block is in the hands of this process.
func (a *attempts) delivered(number uint64) { a.write(markDelivered, number+1, 0) }

func (a *attempts) write(slot int, number, index uint64) {
	if a.file == nil || slot >= maxMarks {
		return
	}
	var b [markSize]byte
	binary.LittleEndian.PutUint64(b[:], number)
	binary.LittleEndian.PutUint64(b[8:], index)
	// A mark that cannot be written costs a death more until it is found out; blocks go on.
	_, _ = a.file.WriteAt(b[:], int64(slot*markSize))
}

// isCareful reports whether a block is to be applied in small steps, and forgets that when all such are past.
func (a *attempts) isCareful(number uint64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.careful && number > a.until {
		a.careful = false
		maps.DeleteFunc(a.kept.Deaths, func(_ string, n int) bool { return n < MaxDeaths })
		if err := a.save(); err != nil {
			slog.Error("what is known of deaths is not kept", "error", err)
		}
	}
	return a.careful
}

// quarantined reports whether a transaction is not to be tried any more.
func (a *attempts) quarantined(number uint64, index int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := place(number, index)
	return len(a.kept.Deaths) > 0 && max(a.kept.Deaths[at], a.kept.Deaths[at+placeUnread]) >= MaxDeaths
}

// left reports whether a transaction is not even to be read.
func (a *attempts) left(number uint64, index int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.kept.Deaths) > 0 && a.kept.Deaths[place(number, index)+placeUnread] >= MaxDeaths
}

// successor is where the attempts are noted of who builds a successor of the read model.
func (a *attempts) successor() string {
	if a.path == "" {
		return ""
	}
	return a.path + ".next"
}

// inherit takes over what whoever built a successor knew of transactions that are not to be tried any more, now that it took
// its place.
func (a *attempts) inherit() error {
	from := a.successor()
	if from == "" {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var known deaths
	if b, err := os.ReadFile(from + ".json"); err == nil && json.Unmarshal(b, &known) == nil && known.Version == a.kept.Version {
		grown := false
		for at, n := range known.Deaths {
			if n >= MaxDeaths && a.kept.Deaths[at] < n {
				a.kept.Deaths[at], grown = n, true
			}
		}
		if grown {
			if err := a.save(); err != nil {
				return err
			}
		}
	}
	for _, name := range []string{from + ".json", from} {
		if err := os.RemoveAll(name); err != nil {
			return fmt.Errorf("projection: %w", err)
		}
	}
	return nil
}
