package evidence

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rootline/rootline/limits"
)

// ErrNoRoom says that the disk has no more room than what is kept for the outbox and the read model.
var ErrNoRoom = errors.New("evidence: the disk has no room left beside its reserve")

// Owner is whose device brought a file.
type Owner struct{ Device, Organisation string }

// Amount is a number of files and their length together.
type Amount struct{ Bytes, Files int64 }

// String gives an amount in words for an operator.
func (a Amount) String() string { return fmt.Sprintf("%d bytes in %d files", a.Bytes, a.Files) }

// units of bytes in settings, the longest names first.
var units = []struct {
	name  string
	bytes int64
}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}

// ParseBytes reads a length as settings have it: 2GiB, 500MiB, or a number of bytes.
func ParseBytes(s string) (int64, error) {
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil && n > 0 && n <= math.MaxInt64/2/u.bytes {
			return n * u.bytes, nil
		}
		break
	}
	return 0, fmt.Errorf("%q is no length like 2GiB, 500MiB or 1000000", s)
}

// ParseAmount reads an amount as settings have it: 50GiB/200000, a length and a number of files.
func ParseAmount(s string) (Amount, error) {
	length, number, ok := strings.Cut(s, "/")
	bytes, err := ParseBytes(length)
	files, wrong := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || wrong != nil || files < 1 || files > math.MaxInt64/2 {
		return Amount{}, fmt.Errorf("%q is no quota like 50GiB/200000, a length and a number of files", s)
	}
	return Amount{bytes, files}, nil
}

func (a Amount) within(most Amount) bool { return a.Bytes <= most.Bytes && a.Files <= most.Files }

func (a Amount) plus(b Amount) Amount { return Amount{a.Bytes + b.Bytes, a.Files + b.Files} }

// Quotas are how much is kept of one device, of the devices of one organisation, and in all.
type Quotas struct {
	Device, Organisation, All Amount
	// Reserve is the room on the disk, in bytes, that evidence leaves to the outbox and the read model.
	Reserve int64
}

// DefaultQuotas are those of a gateway to which nobody gave others.
var DefaultQuotas = Quotas{
	Device:       Amount{limits.DeviceFilesBytes, limits.DeviceFiles},
	Organisation: Amount{limits.OrganisationFilesBytes, limits.OrganisationFiles},
	All:          Amount{limits.AllFilesBytes, limits.AllFiles},
	Reserve:      limits.DiskReserve,
}

// Of says whose quota it is.
type Of string

// The three quotas.
const (
	OfDevice       Of = "device"
	OfOrganisation Of = "organisation"
	OfAll          Of = "all"
)

// QuotaError says that a quota is full.
type QuotaError struct {
	Of   Of
	Has  Amount
	Most Amount
}

// Error implements error.
func (e *QuotaError) Error() string {
	return fmt.Sprintf("evidence: the quota (%s) is full: %s of %s", e.Of, e.Has, e.Most)
}

// usage is how much there is of each device and organisation: files, parts, and what is just coming.
type usage struct {
	devices, organisations map[string]Amount
	all                    Amount
}

func newUsage() usage { return usage{map[string]Amount{}, map[string]Amount{}, Amount{}} }

func (u *usage) add(o Owner, a Amount) {
	shift := func(m map[string]Amount, name string) {
		if name == "" {
			return
		}
		if m[name] = m[name].plus(a); m[name] == (Amount{}) {
			delete(m, name)
		}
	}
	shift(u.devices, o.Device)
	shift(u.organisations, o.Organisation)
	u.all = u.all.plus(a)
}

func (u *usage) take(o Owner, a Amount) { u.add(o, Amount{-a.Bytes, -a.Files}) }

// fits reports whether there is place for a more, as a *QuotaError.
func (u *usage) fits(q Quotas, o Owner, a Amount) error {
	for _, c := range []struct {
		of        Of
		has, most Amount
	}{{OfDevice, u.devices[o.Device], q.Device}, {OfOrganisation, u.organisations[o.Organisation], q.Organisation}, {OfAll, u.all, q.All}} {
		if !c.has.plus(a).within(c.most) {
			return &QuotaError{c.of, c.has, c.most}
		}
	}
	return nil
}

// Full reports whether the disk has no room for evidence at present.
func (s *Store) Full() bool { return s.free() <= s.quotas.Reserve }

// reserve takes place for a file of at most n bytes, until release or keep is called.
func (s *Store) reserve(o Owner, n int64) (*reservation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usage.fits(s.quotas, o, Amount{n, 1}); err != nil {
		s.metrics.refused(err)
		return nil, err
	}
	if err := s.roomLocked(n); err != nil {
		return nil, err
	}
	s.usage.add(o, Amount{n, 1})
	s.coming += n
	return &reservation{s, o, n}, nil
}

// roomLocked refuses n more bytes for which the disk has no room. The caller holds the lock.
func (s *Store) roomLocked(n int64) error {
	if s.free()-s.coming-n < s.quotas.Reserve {
		s.metrics.refused(ErrNoRoom)
		return ErrNoRoom
	}
	return nil
}

// room takes place on the disk for n more bytes of what has its place in the quotas.
func (s *Store) room(n int64) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.roomLocked(n); err != nil {
		return nil, err
	}
	s.coming += n
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.coming -= n
	}, nil
}

// reservation is place that is taken for a file which is coming.
type reservation struct {
	store *Store
	owner Owner
	bytes int64
}

// release gives the place back. Again it does nothing.
func (r *reservation) release() {
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	r.releaseLocked()
}

func (r *reservation) releaseLocked() {
	if r.bytes > 0 {
		r.store.usage.take(r.owner, Amount{r.bytes, 1})
		r.store.coming -= r.bytes
		r.bytes = 0
	}
}
