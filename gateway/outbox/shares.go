package outbox

import (
	"github.com/rootline/rootline"
)

// amount is a number of events and their length.
type amount struct {
	events int
	bytes  int64
}

// usage is how much each device and each organisation has here: what waits for the ledger, and what was taken, refused and
// not fetched yet.
type usage struct {
	devices       map[source]amount
	organisations map[string]amount
}

func newUsage() usage {
	return usage{devices: map[source]amount{}, organisations: map[string]amount{}}
}

func (u usage) add(s source, events int, bytes int64) {
	shift(u.devices, s, events, bytes)
	shift(u.organisations, s.organisation, events, bytes)
}

func shift[K comparable](m map[K]amount, key K, events int, bytes int64) {
	a := m[key]
	a.events, a.bytes = max(0, a.events+events), max(0, a.bytes+bytes)
	if a == (amount{}) {
		delete(m, key)
		return
	}
	m[key] = a
}

// Shares of the whole outbox. No organisation fills it, and no device its organisation's part.
const (
	organisationShare = 2
	deviceShare       = 5
)

// share is a part of the outbox. One request always fits into an empty one.
func (c Config) share(part int) amount {
	return amount{
		events: max(c.MaxPending/part, min(c.MaxPending, rootline.MaxBatch)),
		bytes:  max(c.MaxBytes/int64(part), min(c.MaxBytes, 8<<20)),
	}
}

// mayTake refuses new entries for which their device or organisation has no place left. The caller holds the lock.
func (o *Outbox) mayTake(entries []*entry) error {
	devices, organisations := map[source]amount{}, map[string]amount{}
	for _, e := range entries {
		shift(devices, e.source, 1, int64(e.size))
		shift(organisations, e.source.organisation, 1, int64(e.size))
	}
	full := func(has, more, most amount) bool {
		return has.events+more.events > most.events || has.bytes+more.bytes > most.bytes
	}
	for s, more := range devices {
		if has := o.q.usage.devices[s]; full(has, more, o.config.share(deviceShare)) {
			o.metrics.busy.Inc()
			return rootline.Refuse(rootline.CodeDeviceShare, has.events, busySeconds)
		}
	}
	for organisation, more := range organisations {
		if has := o.q.usage.organisations[organisation]; full(has, more, o.config.share(organisationShare)) {
			o.metrics.busy.Inc()
			return rootline.Refuse(rootline.CodeOrganisationShare, has.events, organisation, busySeconds)
		}
	}
	return nil
}

// freed gives devices back the place of refused events whose bytes are not kept any more.
func (o *Outbox) freed(rows []*row) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range rows {
		o.q.usage.add(r.source, -1, -int64(len(r.submission.JWS)))
	}
}
