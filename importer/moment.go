package importer

import (
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
)

// momentReader reads the time of the act.
type momentReader struct {
	spec      Moment
	constant  rootline.Instant
	otherwise rootline.Instant
	layout    layout
	zone      *time.Location
}

func newMomentReader(where string, spec Moment) (*momentReader, error) {
	r := &momentReader{spec: spec}
	var err error
	for _, fixed := range []struct {
		name, value string
		to          *rootline.Instant
	}{{"constant", spec.Constant, &r.constant}, {"otherwise", spec.Otherwise, &r.otherwise}} {
		if fixed.value == "" {
			continue
		}
		if *fixed.to, err = rootline.ParseInstant(fixed.value); err != nil {
			return nil, &MappingError{Where: where + "." + fixed.name, Reason: err.Error()}
		}
	}
	if spec.Column == "" {
		return r, nil
	}
	if r.layout, err = layoutOf(where+".layout", spec.Layout); err != nil {
		return nil, err
	}
	if r.zone, err = time.LoadLocation(spec.Zone); err != nil {
		return nil, &MappingError{Where: where + ".zone", Reason: "there is no time zone called " + spec.Zone}
	}
	return r, nil
}

func (r *momentReader) read(cell string) (rootline.Instant, *Fault) {
	if r.spec.Column == "" {
		return r.constant, nil
	}
	cell = strings.TrimSpace(cell)
	if cell == "" || slices.Contains(r.spec.Empty, cell) {
		if r.otherwise == 0 {
			return 0, fault(r.spec.Column, cell, CodeEmpty)
		}
		return r.otherwise, nil
	}
	if wrong := unreadable(r.spec.Column, cell); wrong != nil {
		return 0, wrong
	}
	t, ok := r.layout.read(cell, r.zone)
	if !ok || t.Year() < 1970 {
		return 0, fault(r.spec.Column, cell, CodeMoment, r.spec.Layout)
	}
	return rootline.InstantOf(t), nil
}
