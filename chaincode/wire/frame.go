package wire

import "errors"

var errFrame = errors.New("it is not one Zstandard frame")

// oneFrame reports whether b is exactly one Zstandard frame (RFC 8878, 3.1.1) without a dictionary, and nothing beside it: no
// further frame, and none that is skipped. Readers in other languages make the same of it then.
func oneFrame(b []byte) bool {
	const magic = "\x28\xb5\x2f\xfd"
	if len(b) < len(magic)+1 || string(b[:len(magic)]) != magic {
		return false
	}
	descriptor := b[len(magic)]
	single := descriptor&0x20 != 0
	if descriptor&0x0b != 0 { // a reserved bit, or the id of a dictionary
		return false
	}
	size := []int{0, 2, 4, 8}[descriptor>>6]
	if single && size == 0 {
		size = 1
	} else if !single {
		size++ // the window's descriptor
	}
	at := len(magic) + 1 + size
	for {
		if at+3 > len(b) {
			return false
		}
		head := int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16
		at += 3
		switch size := head >> 3; head >> 1 & 3 {
		case 0, 2: // as it is, compressed
			at += size
		case 1: // one byte, repeated
			at++
		default:
			return false
		}
		if head&1 != 0 {
			break
		}
	}
	if descriptor&4 != 0 {
		at += 4 // the checksum
	}
	return at == len(b)
}
