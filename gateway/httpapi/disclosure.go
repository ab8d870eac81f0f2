package httpapi

import (
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/proofs"
)

// What guests see is decided here, once, and nowhere else: a table of the fields of answers × who sees them. A type that
// a route for guests answers with must be in it, and every field of the type: what nobody decided upon does not exist.
//
//	guests   everybody sees it
//	coarse   guests see it cut to about a kilometre; who is signed in sees it as it was signed
//	members  only who is signed in sees it: a device of any member
//
// What only some members see (an organisation's open invitations) is a route of its own, with an access of its own. The
// signed bytes are apart, too: see signed.go and docs/privacy.md.
type disclosed struct {
	of                      reflect.Type
	guests, coarse, members string
	// whole says that everybody sees the type and all that is in it.
	whole bool
}

func of[T any]() reflect.Type { return reflect.TypeFor[T]() }

// disclosures is the table. The fields are named as in JSON.
var disclosures = []disclosed{
	// An item, and what the ledger's record of it says.
	{of: of[presentation.AssetView](), guests: "kindTitle stateTitle placeTitle unit fieldTitles tags asleep disputed unjudged notRecomputed releasedPhoto url block", members: "photo"},
	{of: of[rootline.Asset](), coarse: "position", guests: `id kind rulebook state maker custodian place lot quantity list usedBy parents under children tallies
		pending frozen released claim fields seq head changed`},
	{of: of[rootline.Quantity](), guests: "total left"},
	{of: of[rootline.List](), guests: "count root"},
	{of: of[rootline.Parent](), guests: "asset amount possible"},
	{of: of[rootline.Pending](), guests: "action agreed base signatures"},
	{of: of[rootline.Signature](), guests: "role organisation event head", members: "device"},
	{of: of[rootline.Tally](), guests: "values beyond"},
	{of: of[rootline.Tallied](), guests: "value count"},
	{of: of[rootline.Freeze](), guests: "recall via possible"},
	{of: of[presentation.BlockRef](), guests: "number hash time lag stopped since successor"},
	{of: of[presentation.Successor](), guests: "reason since block waits"},
	{of: of[rootline.Text](), guests: "en zh"},

	// A tag that was issued. Whose it is answers for it, bound or blank.
	{of: of[presentation.TagView](), guests: "code is roll organisation organisationTitle asset replacedBy block"},

	// An event. Whose device signed it is an organisation's own business; the organisation and the role answer for it.
	{of: of[presentation.EventView](), coarse: "place", members: "device name jws inclusion", guests: `id asset seq head link action actionTitle kind
		rulebook state stateTitle at witnessed late organisation organisationTitle role evidence inputs refs list into amount data seen
		corrects correctedBy under attests attestedBy tag replaces block blockHash transaction hash status error`},
	{of: of[rootline.Evidence](), guests: "sha256 type size"},
	{of: of[rootline.Input](), guests: "asset amount"},
	{of: of[rootline.Part](), guests: "asset list"},
	{of: of[rootline.Seen](), guests: "block hash"},
	{of: of[rootline.Error](), guests: "code says field rule clause"},
	{of: of[EventStatus](), guests: "event asset status error transaction block"},

	// Where an item comes from.
	{of: of[Trace](), guests: "root direction nodes edges truncated"},
	{of: of[TraceNode](), guests: "asset depth"},
	{of: of[TraceEdge](), guests: "from to amount event possible"},

	// Whether a record is intact.
	{of: of[AssetCheck](), guests: "asset verdict events signatures devices organisations disputed unjudged notRecomputed first last head chain compared faults block"},
	{of: of[presentation.NotRecomputed](), guests: "transaction block"},
	{of: of[SignedItem](), whole: true}, // signed bytes cannot be cut
	{of: of[ProofAnchor](), whole: true},
	{of: of[proofs.SetAnswer](), whole: true}, // to a member's gateway, which its question names
	{of: of[Compared](), whole: true},
	{of: of[ChainCheck](), guests: "blocks hash began broken"},
	{of: of[CheckFault](), guests: "kind field by event seq block"},

	// The ledger. A block tells guests how much is in it, and not of which items.
	{of: of[Block](), guests: "number hash previous dataHash time transactions"},
	{of: of[Transaction](), guests: "id block index code codeName valid chaincode function creator endorsers time verdict", members: "events repeated"},
	{of: of[Repeated](), members: "id block"},
	{of: of[BlockNews](), guests: "number hash time transactions events"},
	{of: of[EventNews](), guests: "rulebook kind action state organisation role at witnessed block transaction status", members: "id asset"},
	{of: of[Ledger](), guests: "net organisations channel founded protocol roles block gateway"},
	{of: of[Protocol](), guests: "number known votes"},
	{of: of[RolesVote](), guests: "ballot organisation roles votes"},
	{of: of[GatewayRef](), guests: "organisation origin"},
	{of: of[rootline.Organisation](), guests: "mspId title prefix roles confirmed genesis roleChanges"},

	// The works: rules and places are what was planned, and name nobody.
	{of: of[RulebookView](), whole: true},
	{of: of[PlaceView](), guests: "unjudged notRecomputed block"},
	{of: of[rootline.Place](), guests: "id kind parent title organisation outline line chainage plan weeks"},
	{of: of[rootline.Point](), guests: "lat lon"},
	{of: of[rootline.Chainage](), guests: "from to side"},

	// What a search finds by what a guest has in hand.
	{of: of[SearchAnswer](), guests: "q hits only more stored guest block"},
	{of: of[Hit](), guests: "kind id via title says place instead asset organisation role chainage block at file", members: "field text"},

	// Who signs in is told who they are; how the gateway stands.
	{of: of[Session](), guests: "device organisation role name token expires"},
	{of: of[Readiness](), whole: true},
}

// openActs are the acts of the registry whose data says nothing about people: guests may read it. Invitations,
// enrolments, renewals, revocations and attestations are between an organisation and its devices.
var openActs = []string{
	rootline.ActPlace, rootline.ActIssue, rootline.ActPropose, rootline.ActVote, rootline.ActWithdraw, rootline.ActMove, rootline.ActPin,
	rootline.ActRecall, rootline.ActRecallAdd, rootline.ActRecallAcknowledge, rootline.ActRecallRelease, rootline.ActRecallClose,
}

// What a position is cut to for guests: hundredths of a degree, about a kilometre, and never said to be surer than that.
const (
	coarseStep     = 10_000 // micro-degrees
	coarseAccuracy = 1000   // metres
)

// coarse is a position as guests see it.
func coarse(p rootline.Position) rootline.Position {
	round := func(n int64) int64 {
		half := int64(coarseStep / 2)
		if n < 0 {
			half = -half
		}
		return (n + half) / coarseStep * coarseStep
	}
	return rootline.Position{
		Point:    rootline.Point{Lat: round(p.Lat), Lon: round(p.Lon)},
		Accuracy: max(p.Accuracy, coarseAccuracy),
	}
}

// forGuests is what guests see of an answer; the answer itself is left as it is.
func forGuests[T any](answer T) T {
	v := reflect.ValueOf(&answer).Elem()
	v.Set(cutting.of(v.Type()).cut(v))
	return answer
}

// discloses gives what an operation's output is made into before it is sent: all of it for who is signed in, what the
// table says for guests. It panics when nobody decided upon some of it. Files and streams pass as they are; see stream.go.
func discloses[O any](who *access) func(context.Context, *O) *O {
	as := func(_ context.Context, out *O) *O { return out }
	f, ok := of[O]().FieldByName("Body")
	if who != public || !ok || f.Type.Kind() == reflect.Func || f.Type == of[[]byte]() {
		return as
	}
	body := cutting.of(f.Type)
	if body.same {
		return as
	}
	return func(ctx context.Context, out *O) *O {
		if out == nil || member(ctx) != nil {
			return out
		}
		copied := *out
		v := reflect.ValueOf(&copied).Elem().FieldByIndex(f.Index)
		v.Set(body.cut(v))
		return &copied
	}
}

// cutter makes what guests see of the values of one type.
type cutter struct {
	// same says that there is nothing to cut: the value is shared, not copied.
	same bool
	cut  func(reflect.Value) reflect.Value
}

// cutters are made once for each type.
type cutters struct {
	mu    sync.Mutex
	known map[reflect.Type]*cutter
}

var cutting cutters

var (
	decisions = fieldsOf(disclosures)
	// guestly is a type that cuts itself, for it has more than fields.
	guestly = reflect.TypeFor[interface{ forGuests() any }]()
)

func fieldsOf(rows []disclosed) map[reflect.Type]map[string]string {
	all := map[reflect.Type]map[string]string{}
	for _, d := range rows {
		fields := map[string]string{}
		for who, names := range map[string]string{"guests": d.guests, "coarse": d.coarse, "members": d.members} {
			for _, name := range strings.Fields(names) {
				if fields[name] != "" {
					panic(fmt.Sprintf("httpapi: %s.%s is decided upon twice", d.of, name))
				}
				fields[name] = who
			}
		}
		all[d.of] = fields
	}
	return all
}

func (c *cutters) of(t reflect.Type) *cutter {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[reflect.Type]*cutter{}
	}
	return c.make(t)
}

// make makes the cutter of a type, and panics at a field upon which nobody decided: routes are checked when they are
// registered.
func (c *cutters) make(t reflect.Type) *cutter {
	if known := c.known[t]; known != nil {
		return known
	}
	whole := &cutter{same: true, cut: func(v reflect.Value) reflect.Value { return v }}
	made := &cutter{}
	c.known[t] = made // types may hold themselves
	switch {
	case t.Implements(guestly):
		made.cut = func(v reflect.Value) reflect.Value {
			return reflect.ValueOf(v.Interface().(interface{ forGuests() any }).forGuests())
		}
	case written(t) || seenWhole(t):
		*made = *whole
	case t.Kind() == reflect.Pointer:
		*made = *c.pointer(t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		*made = *c.slice(t)
	case t.Kind() == reflect.Map:
		if !c.make(t.Elem()).same {
			panic(fmt.Sprintf("httpapi: %s holds by names what guests may not see", t))
		}
		*made = *whole
	case t.Kind() == reflect.Struct:
		*made = *c.fields(t)
	case t.Kind() == reflect.Interface:
		panic(fmt.Sprintf("httpapi: nobody decided what guests see of a %s", t))
	default:
		*made = *whole
	}
	return made
}

func seenWhole(t reflect.Type) bool {
	return slices.ContainsFunc(disclosures, func(d disclosed) bool { return d.whole && d.of == t })
}

// written reports whether a type writes itself as one JSON value: a hash, a moment.
func written(t reflect.Type) bool {
	for _, as := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if t.Implements(as) || reflect.PointerTo(t).Implements(as) {
			return true
		}
	}
	return false
}

func (c *cutters) pointer(t reflect.Type) *cutter {
	inner := c.make(t.Elem())
	return &cutter{same: inner.same, cut: func(v reflect.Value) reflect.Value {
		if v.IsNil() || inner.same {
			return v
		}
		copied := reflect.New(t.Elem())
		copied.Elem().Set(inner.cut(v.Elem()))
		return copied
	}}
}

func (c *cutters) slice(t reflect.Type) *cutter {
	inner := c.make(t.Elem())
	return &cutter{same: inner.same, cut: func(v reflect.Value) reflect.Value {
		if v.IsNil() || inner.same {
			return v
		}
		copied := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := range v.Len() {
			copied.Index(i).Set(inner.cut(v.Index(i)))
		}
		return copied
	}}
}

// fields makes the cutter of a struct from its rows of the table. One without a name, the body of a list, is in no table:
// its fields are decided upon by their types.
func (c *cutters) fields(t reflect.Type) *cutter {
	decided, known := decisions[t]
	if !known && t.Name() != "" {
		panic(fmt.Sprintf("httpapi: nobody decided what guests see of %s", t))
	}
	type step struct {
		field int
		cut   func(reflect.Value) reflect.Value
	}
	var steps []step
	for i := range t.NumField() {
		f := t.Field(i)
		name := jsonName(&f)
		switch who := decided[name]; {
		case name == "" && !f.Anonymous:
			continue
		case f.Anonymous && name == "", !known, who == "guests":
			if inner := c.make(f.Type); !inner.same {
				steps = append(steps, step{i, inner.cut})
			}
		case who == "coarse":
			steps = append(steps, step{i, coarsely(f.Type)})
		case who == "members":
			steps = append(steps, step{i, func(v reflect.Value) reflect.Value { return reflect.Zero(v.Type()) }})
		default:
			panic(fmt.Sprintf("httpapi: nobody decided who sees %s.%s", t, name))
		}
	}
	more := whatElse[t]
	return &cutter{same: len(steps) == 0 && more == nil, cut: func(v reflect.Value) reflect.Value {
		copied := reflect.New(t).Elem()
		copied.Set(v)
		for _, s := range steps {
			copied.Field(s.field).Set(s.cut(v.Field(s.field)))
		}
		if more != nil {
			more(copied.Addr().Interface())
		}
		return copied
	}}
}

// whatElse depends on more than a field's name.
var whatElse = map[reflect.Type]func(any){
	of[presentation.AssetView](): func(v any) {
		a, _ := v.(*presentation.AssetView)
		a.Guests.CutRecord(&a.Asset)
	},
	of[presentation.EventView](): func(v any) {
		e, _ := v.(*presentation.EventView)
		if e.Rulebook != rootline.Registry {
			e.Guests.CutEvent(e)
		}
		if e.Rulebook == rootline.Registry && !slices.Contains(openActs, e.Action) {
			e.Data, e.Organisation, e.OrganisationTitle, e.Role, e.Evidence, e.Attests = nil, "", rootline.Text{}, "", nil, ""
		}
	},
}

func jsonName(f *reflect.StructField) string {
	if !f.IsExported() {
		return ""
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch {
	case name == "-" || name == "" && f.Anonymous:
		return ""
	case name == "":
		return f.Name
	}
	return name
}

func coarsely(t reflect.Type) func(reflect.Value) reflect.Value {
	if t != of[*rootline.Position]() {
		panic(fmt.Sprintf("httpapi: a %s cannot be cut to a kilometre", t))
	}
	return func(v reflect.Value) reflect.Value {
		if p, _ := v.Interface().(*rootline.Position); p != nil {
			c := coarse(*p)
			return reflect.ValueOf(&c)
		}
		return v
	}
}
