package rootline

import (
	"encoding/json"
	"strconv"

	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

// Limits of one event and of one batch. They bound what a peer must read and keep for one signature.
const (
	// MaxEventBytes is the length of an event's JWS. A rulebook being proposed is the longest thing that is signed.
	MaxEventBytes = limits.EventBytes
	// MaxDataBytes is the length of the data of an event about an asset.
	MaxDataBytes = limits.DataBytes
	MaxInputs    = limits.Inputs
	MaxRefs      = limits.Refs
	MaxEvidence  = limits.Evidence
	MaxInto      = limits.Into
	// MaxBatch is the number of events in one transaction.
	MaxBatch = limits.BatchEvents
	// MaxBatchRecords is the number of different records that the events of one transaction name.
	MaxBatchRecords = limits.BatchRecords
)

// Event is what a person says about a thing, before it is signed. Its meaning is ARCHITECTURE's "The event".
type Event struct {
	// ID is a UUIDv7 made on the device; it makes acceptance idempotent.
	ID string `json:"id"`
	// Asset is the code of the asset the event is about. Acts of the registry (enrolment, places, rulebooks) have none.
	Asset string `json:"asset,omitempty"`
	// Kind is given with the event that creates an asset, and only there.
	Kind string `json:"kind,omitempty"`
	// Under is the asset that a created one lies under in the breakdown of the works. Later events may repeat it, so
	// that a gateway sees whose counts they may change.
	Under string `json:"under,omitempty"`
	// Action is what was done, in the rulebook's words: "plant".
	Action string `json:"action"`
	// Rulebook is the version that the asset lives under, "forestation@1", or Registry.
	Rulebook string `json:"rulebook"`
	// At is the device's claim of when it was done.
	At       Instant    `json:"at"`
	Place    *Position  `json:"place,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	// Amount is the quantity that the event is about, in the smallest unit of the asset's kind.
	Amount int64 `json:"amount,omitempty"`
	// Inputs are the assets that this event uses up, in part or whole.
	Inputs []Input `json:"inputs,omitempty"`
	// Refs are assets that the action looks at without using them up: the layer below.
	Refs []string `json:"refs,omitempty"`
	// List is the committed code list of a new listed lot or of a roll of blank tags.
	List *List `json:"list,omitempty"`
	// Into are the lots that a listed lot is divided into.
	Into []Part `json:"into,omitempty"`
	// Tag is the code that is bound to the asset; Replaces the code that it takes over from.
	Tag      string `json:"tag,omitempty"`
	Replaces string `json:"replaces,omitempty"`
	// Corrects is the id of an earlier event of the same asset that this one puts right.
	Corrects string `json:"corrects,omitempty"`
	// Data answers what the rulebook's action asks, or is the typed body of an act of the registry.
	Data json.RawMessage `json:"data,omitempty"`
	// Seen is a recent block that the device knew of: the event was signed after it.
	Seen *Seen `json:"seen,omitempty"`
	// Prev is the head of the asset that the device saw. When given, it must still be the head.
	Prev Hash `json:"prev,omitzero"`
}

// Evidence names a file that is kept off the ledger.
type Evidence struct {
	SHA256 Hash   `json:"sha256"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
}

// Input is an asset and how much of it is used, in the smallest unit of its kind; 1 for a single thing.
type Input struct {
	Asset  string `json:"asset"`
	Amount int64  `json:"amount"`
}

// Part is one of the lots that a listed lot is divided into.
type Part struct {
	Asset string `json:"asset"`
	List  List   `json:"list"`
}

// Seen is a block as a device knew it.
type Seen struct {
	Block uint64 `json:"block"`
	Hash  Hash   `json:"hash"`
}

// ParseEvent reads the payload of a JWS and checks its form. Every error is an *Error with CodeMalformedEvent or
// CodeTooLarge and the pointer of what is wrong. The event's Data shares the payload's memory.
func ParseEvent(payload []byte) (*Event, error) {
	if len(payload) > MaxEventBytes {
		return nil, Refuse(CodeTooLarge, len(payload), MaxEventBytes)
	}
	e := readEvent(payload)
	if e == nil {
		e = new(Event)
		if err := decodeEvent(payload, e); err != nil {
			return nil, err
		}
	}
	if pointer, reason := e.wrong(); !reason.IsZero() {
		return nil, Refuse(CodeMalformedEvent, reason).At(pointer)
	}
	return e, nil
}

// longestList is how long any list of an event may be before it is read; what each may be is checked after.
const longestList = max(MaxInputs, MaxRefs, MaxEvidence, MaxInto)

// decodeEvent reads every event, and says why it refuses.
func decodeEvent(payload []byte, e *Event) error {
	err := strictjson.DecodeShort(payload, e, longestList, "/data")
	if err == nil {
		err = strictjson.NoNull(payload, "/data")
	}
	if err != nil {
		refused := Refuse(CodeMalformedEvent, err)
		if strict, ok := err.(*strictjson.Error); ok {
			refused.Field = strict.Pointer
		}
		return refused
	}
	return nil
}

// wrong returns the pointer and the reason of the first member whose form is not allowed.
func (e *Event) wrong() (pointer string, reason Text) {
	_, _, versioned := SplitRulebook(e.Rulebook)
	for _, c := range []struct {
		ok      bool
		pointer string
		reason  Text
	}{
		{ValidEventID(e.ID), "/id", Text{"an event's id is a lower-case UUIDv7", "事件编号应为小写的 UUIDv7"}},
		{e.Asset == "" || ValidCode(e.Asset), "/asset", Text{"a code has 8 to 30 digits and upper-case letters", "编码为 8 至 30 位数字和大写字母"}},
		{e.Under == "" || ValidCode(e.Under) && e.Under != e.Asset, "/under", Text{"the code of another asset is needed: 8 to 30 digits and upper-case letters", "须填写另一资产的编码：8 至 30 位数字和大写字母"}},
		{e.Kind == "" || ValidName(e.Kind), "/kind", Text{"not the name of a kind", "不是类别的名称"}},
		{ValidName(e.Action), "/action", Text{"not the name of an action", "不是操作的名称"}},
		{versioned, "/rulebook", Text{"a rulebook is named with its version, like forestation@1", "规则手册应连同版本书写，如 forestation@1"}},
		{e.At > 0, "/at", Text{"the time of the act is missing", "缺少操作时间"}},
		{e.Amount >= 0, "/amount", Text{"an amount is not negative", "数量不得为负"}},
		{e.Tag == "" || ValidCode(e.Tag), "/tag", Text{"a code has 8 to 30 digits and upper-case letters", "编码为 8 至 30 位数字和大写字母"}},
		{e.Replaces == "" || ValidCode(e.Replaces), "/replaces", Text{"a code has 8 to 30 digits and upper-case letters", "编码为 8 至 30 位数字和大写字母"}},
		{e.Corrects == "" || ValidEventID(e.Corrects), "/corrects", Text{"an event's id is a lower-case UUIDv7", "事件编号应为小写的 UUIDv7"}},
		{e.Asset == "" || len(e.Data) <= MaxDataBytes, "/data", Text{"the data is longer than 16 KiB", "数据超过 16 KiB"}},
		{len(e.Inputs) <= MaxInputs, "/inputs", Text{"more than 64 inputs", "投入物超过 64 个"}},
		{len(e.Refs) <= MaxRefs, "/refs", Text{"more than 500 references", "引用超过 500 个"}},
		{len(e.Evidence) <= MaxEvidence, "/evidence", Text{"more than 32 pieces of evidence", "证据超过 32 份"}},
		{len(e.Into) <= MaxInto, "/into", Text{"more than 64 parts", "拆分部分超过 64 个"}},
		{e.List == nil || e.List.valid(), "/list", Text{"a list has a count of 1 to 1,000,000 and a root", "清单须有 1 至 1,000,000 的数目和根哈希"}},
	} {
		if !c.ok {
			return c.pointer, c.reason
		}
	}
	if p := e.Place; p != nil && (!p.Valid() || p.Accuracy < 0 || p.Accuracy > MaxAccuracy) {
		return "/place", Text{"a position is in micro-degrees of WGS 84, its accuracy in metres up to 10,000", "位置以 WGS 84 微度表示，精度以米表示，不超过 10,000"}
	}
	return e.wrongLists()
}

func (e *Event) wrongLists() (pointer string, reason Text) {
	named := map[string]bool{e.Asset: true, e.Under: true}
	for i, in := range e.Inputs {
		if !ValidCode(in.Asset) || named[in.Asset] || in.Amount <= 0 {
			return "/inputs/" + strconv.Itoa(i), Text{"an input is another asset, named once, with an amount above 0", "投入物须为另一资产，只列一次，数量大于 0"}
		}
		named[in.Asset] = true
	}
	for i, ref := range e.Refs {
		if !ValidCode(ref) || named[ref] {
			return "/refs/" + strconv.Itoa(i), Text{"a reference is another asset, named once", "引用须为另一资产，只列一次"}
		}
		named[ref] = true
	}
	for i, part := range e.Into {
		if !ValidCode(part.Asset) || named[part.Asset] || !part.List.valid() {
			return "/into/" + strconv.Itoa(i), Text{"a part is another lot, named once, with its own list", "拆分部分须为另一批次，只列一次，并有自己的清单"}
		}
		named[part.Asset] = true
	}
	for i, ev := range e.Evidence {
		if ev.SHA256.IsZero() || ev.Size <= 0 || ev.Type == "" || len(ev.Type) > limits.MediaType {
			return "/evidence/" + strconv.Itoa(i), Text{"evidence has a SHA-256, a media type and a size", "证据须有 SHA-256、媒体类型和大小"}
		}
	}
	return "", Text{}
}

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
			s.Block = uint64(n) // it is not negative
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
			case '{':
				return readEntry(r)
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

// readEntry reads one of a list of entries.
func readEntry(r *strictjson.Reader) Value {
	members := Fields{}
	r.Object(func(name string) {
		switch r.Kind() {
		case '"':
			members[name] = StringOf(r.Text())
		case '0':
			members[name] = IntegerOf(r.Integer())
		case 't', 'f':
			members[name] = BoolOf(r.Bool())
		default:
			r.Fail()
		}
	})
	return EntryOf(members)
}
