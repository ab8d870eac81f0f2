package budget

import (
	"strconv"
	"testing"
	"time"
)

func TestRate(t *testing.T) {
	now := time.Unix(0, 0)
	r := NewRate(100, time.Minute)
	r.now = func() time.Time { return now }
	guest, other := Who{Name: "192.0.2.1"}, Who{Name: "192.0.2.2"}
	r.Took(guest, 150)
	r.Took(Who{}, 1000)
	if r.Left(guest) || !r.Left(other) || !r.Left(Who{}) {
		t.Error("who took all has nothing left, others have")
	}
	now = now.Add(29 * time.Second)
	if r.Left(guest) {
		t.Error("less than half came back")
	}
	now = now.Add(2 * time.Second)
	if !r.Left(guest) {
		t.Error("more than half came back")
	}
	for i := range 2 * maxTakers {
		r.Took(Who{Name: strconv.Itoa(i)}, 1000)
	}
	if len(r.each) > maxTakers {
		t.Errorf("%d takers are remembered", len(r.each))
	}
}
