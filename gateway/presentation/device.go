package presentation

import "github.com/rootline/rootline"

// The states of a device.
const (
	Active  = "active"  // it may sign
	Revoked = "revoked" // an admin ended it
	Expired = "expired" // it is past its end; an invitation may be, too
)

// DeviceState is a device's state at a moment.
func DeviceState(d *rootline.Device, now rootline.Instant) string {
	switch rootline.CodeOf(d.Active(now)) {
	case rootline.CodeDeviceRevoked:
		return Revoked
	case rootline.CodeDeviceExpired:
		return Expired
	}
	return Active
}

// Pseudonyms looks devices' names up, each once.
type Pseudonyms map[string]string

// Of is what a device is called; "" for one that is not known.
func (known Pseudonyms) Of(v *Reply, kid string) string {
	if kid == "" {
		return ""
	}
	name, ok := known[kid]
	if !ok {
		if d, err := v.Device(kid); err == nil {
			name = d.Name
		}
		known[kid] = name
	}
	return name
}
