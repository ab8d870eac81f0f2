package rootline

import (
	"encoding/json"
	"time"
)

// Instant is a moment in UTC, in milliseconds since 1970-01-01T00:00:00Z. In JSON it is RFC 3339 with "Z", with
// either no fraction or exactly three digits, so that a moment has one spelling in what Rootline writes.
type Instant int64

const (
	instantSeconds = "2006-01-02T15:04:05Z"
	instantMillis  = "2006-01-02T15:04:05.000Z"
	// instantWords is how a moment stands in a sentence for people.
	instantWords = "2006-01-02 15:04:05 UTC"
)

// InstantOf cuts t to the millisecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMilli()) }

// ParseInstant reads the JSON form of an instant.
func ParseInstant(s string) (Instant, error) {
	for _, layout := range []string{instantSeconds, instantMillis} {
		if len(s) == len(layout) {
			if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 && s[len(instantSeconds)-1] != ',' { // which Parse takes for a point
				return InstantOf(t), nil
			}
		}
	}
	return 0, fault(Text{"%q is not a moment like 2026-03-12T08:15:00Z", "%q 不是 2026-03-12T08:15:00Z 形式的时刻"}.Fill(s))
}

// Time returns the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Seconds returns the whole seconds since 1970, the form that rulebooks calculate with.
func (i Instant) Seconds() int64 { return i.Time().Unix() }

// String is the JSON form without quotes.
func (i Instant) String() string {
	if i%1000 == 0 {
		return i.Time().Format(instantSeconds)
	}
	return i.Time().Format(instantMillis)
}

// MarshalJSON implements json.Marshaler.
func (i Instant) MarshalJSON() ([]byte, error) { return json.Marshal(i.String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (i *Instant) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := ParseInstant(s)
	if err != nil {
		return err
	}
	*i = v
	return nil
}
