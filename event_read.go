package rootline

import (
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

// readEvent reads an event that is plainly written, as devices write them. Where it returns nil strictjson.Decode
// decides; where it does not, Decode reads the same. Data shares the payload's memory.
func readEvent(payload []byte) *Event {
	e := new(Event)
	r := strictjson.NewReader(string(payload))
	r.Object(func(name string) {
		switch name {
		case "id":
			e.ID = r.Text()
		case "asset":
			e.Asset = r.Text()
		case "kind":
			e.Kind = r.Text()
		case "under":
			e.Under = r.Text()
		case "action":
			e.Action = r.Text()
		case "rulebook":
			e.Rulebook = r.Text()
		case "at":
			e.At = readInstant(&r)
		case "place":
			e.Place = readPosition(&r)
		case "evidence":
			e.Evidence = readList(&r, longestList, readEvidence)
		case "amount":
			e.Amount = r.Integer()
		case "inputs":
			e.Inputs = readList(&r, longestList, readInput)
		case "refs":
			e.Refs = readList(&r, longestList, (*strictjson.Reader).Text)
		case "list":
			list := readCodeList(&r)
			e.List = &list
		case "into":
			e.Into = readList(&r, longestList, readPart)
		case "tag":
			e.Tag = r.Text()
		case "replaces":
			e.Replaces = r.Text()
		case "corrects":
			e.Corrects = r.Text()
		case "data":
			if r.Kind() == 'n' {
				r.Fail()
			}
			from, to := r.Raw()
			e.Data = payload[from:to:to]
		case "seen":
			e.Seen = readSeen(&r)
		case "prev":
			e.Prev = readHash(&r)
		default:
			r.Fail()
		}
	})
	if r.End(); r.Failed() {
		return nil
	}
	return e
}

// readList gives up on a list of more than so many.
func readList[T any](r *strictjson.Reader, most int, one func(*strictjson.Reader) T) []T {
	list := []T{}
	r.Array(func() {
		if len(list) == most {
			r.Fail()
			return
		}
		list = append(list, one(r))
	})
	return list
}

func readInstant(r *strictjson.Reader) Instant {
	i, err := ParseInstant(r.Text())
	if err != nil {
		r.Fail()
	}
	return i
}

func readHash(r *strictjson.Reader) Hash {
	text := r.Text()
	if text == "" {
		return Hash{}
	}
	h, err := ParseHash(text)
	if err != nil {
		r.Fail()
	}
	return h
}

func readPosition(r *strictjson.Reader) *Position {
	p := new(Position)
	r.Object(func(name string) {
		switch name {
		case "lat":
			p.Lat = r.Integer()
		case "lon":
			p.Lon = r.Integer()
		case "accuracy":
			p.Accuracy = r.Integer()
		default:
			r.Fail()
		}
	})
	return p
}

func readEvidence(r *strictjson.Reader) (e Evidence) {
	r.Object(func(name string) {
		switch name {
		case "sha256":
			e.SHA256 = readHash(r)
		case "type":
			e.Type = r.Text()
		case "size":
			e.Size = r.Integer()
		default:
			r.Fail()
		}
	})
	return e
}

func readInput(r *strictjson.Reader) (in Input) {
	r.Object(func(name string) {
		switch name {
		case "asset":
			in.Asset = r.Text()
		case "amount":
			in.Amount = r.Integer()
		default:
			r.Fail()
		}
	})
	return in
}

func readCodeList(r *strictjson.Reader) (l List) {
	r.Object(func(name string) {
		switch name {
		case "count":
			l.Count = r.Integer()
		case "root":
			l.Root = readHash(r)
		default:
			r.Fail()
		}
	})
	return l
}

func readPart(r *strictjson.Reader) (p Part) {
	r.Object(func(name string) {
		switch name {
		case "asset":
			p.Asset = r.Text()
		case "list":
			p.List = readCodeList(r)
		default:
			r.Fail()
		}
	})
	return p
}

func readSeen(r *strictjson.Reader) *Seen {
	s := new(Seen)
	r.Object(func(name string) {
		switch name {
		case "block":
			n := r.Integer()
			if n < 0 {
				r.Fail()
			}
			s.Block = uint64(n) //nolint:gosec // it is not negative
		case "hash":
			s.Hash = readHash(r)
		default:
			r.Fail()
		}
	})
	return s
}

// readFields reads data that is plainly written; nil where Decode has to decide.
func readFields(data []byte) Fields {
	f := Fields{}
	r := strictjson.NewReader(string(data))
	r.Object(func(name string) { f[name] = readValue(&r) })
	if r.End(); r.Failed() {
		return nil
	}
	return f
}

func readValue(r *strictjson.Reader) Value {
	switch r.Kind() {
	case '"':
		return StringOf(r.Text())
	case '0':
		return IntegerOf(r.Integer())
	case 't', 'f':
		return BoolOf(r.Bool())
	case '[':
		list := readList(r, limits.DataBytes, func(r *strictjson.Reader) Value {
			switch r.Kind() {
			case '"':
				return StringOf(r.Text())
			case '0':
				return IntegerOf(r.Integer())
			}
			r.Fail()
			return Value{}
		})
		for i := range list {
			if list[i].kind != list[0].kind {
				r.Fail()
			}
		}
		return ListOf(list...)
	}
	r.Fail()
	return Value{}
}
