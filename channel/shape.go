package channel

import (
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// shape is what has to be well formed within a message for protobuf for Go to read it: the members that are texts, and
// those that are messages. A member of another type, or one that is not known, may be anything. A message that comes in
// parts is read part by part, so that each has to be well formed by itself: what two parts make together does not count.
type shape struct {
	texts    []protowire.Number
	messages map[protowire.Number]*shape
}

// maxShapeDepth bounds how deep messages lie in each other: none of the shapes is deeper but policies, which are bounded
// where they are read.
const maxShapeDepth = 16

// check reports whether protobuf for Go would read the message.
func (s *shape) check(b []byte) error { return s.checkAt(b, 0) }

func (s *shape) checkAt(b []byte, depth int) error {
	if depth > maxShapeDepth {
		return errMessage
	}
	return each(b, func(f field) error {
		if f.kind != protowire.BytesType {
			return nil
		}
		for _, n := range s.texts {
			if n == f.number && !utf8.Valid(f.bytes) {
				return errText
			}
		}
		if below, ok := s.messages[f.number]; ok {
			return below.checkAt(f.bytes, depth+1)
		}
		return nil
	})
}

func texts(numbers ...protowire.Number) *shape { return &shape{texts: numbers} }

type within = map[protowire.Number]*shape

// The shapes of Fabric's messages.
var (
	shapeFlat          = &shape{}
	shapeMetadata      = &shape{nil, within{2: shapeFlat}}
	shapePayload       = &shape{nil, within{1: shapeFlat}}
	shapeChannelHeader = &shape{[]protowire.Number{4, 5}, within{3: shapeFlat}}
	shapeChaincodeID   = texts(1, 2, 3)
	shapeExtension     = &shape{nil, within{2: shapeChaincodeID}}
	shapeTransaction   = &shape{nil, within{1: shapeFlat}}
	shapeAction        = &shape{nil, within{2: {nil, within{2: shapeFlat}}}}
	shapeResult        = &shape{nil, within{3: texts(2), 4: shapeChaincodeID}}
	shapeEvent         = texts(1, 2, 3)
	shapeResults       = &shape{nil, within{2: {[]protowire.Number{1}, within{3: texts(1)}}}}
	shapeRead          = &shape{[]protowire.Number{1}, within{2: shapeFlat}}
	shapeRange         = &shape{[]protowire.Number{1, 2}, within{4: {nil, within{1: shapeRead}}, 5: shapeFlat}}
	shapeEntries       = within{2: texts(1)}
	shapePublic        = &shape{nil, within{1: shapeRead, 2: shapeRange, 3: texts(1), 4: {[]protowire.Number{1}, shapeEntries}}}
	shapeHashed        = &shape{nil, within{1: {nil, within{2: shapeFlat}}, 2: shapeFlat, 3: {nil, shapeEntries}}}
)
