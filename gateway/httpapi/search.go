package httpapi

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// The kinds of what a search finds.
const (
	hitItem, hitLot, hitRoll = "item", "lot", "roll"
	hitPlace, hitEvent       = "place", "event"
	hitOrganisation          = "organisation"
	hitDevice                = "device"
	hitBlock, hitTransaction = "block", "transaction"
	hitRulebook              = "rulebook"
)

// How something was found.
const (
	viaCode, viaPart     = "code", "part"
	viaTag, viaBlank     = "tag", "blank-tag"
	viaID, viaHash       = "id", "hash"
	viaFile, viaChainage = "file", "chainage"
	viaName              = "name"
	viaText              = "text"
	viaPlace             = "place"
)

// Hit is something that a search found.
type Hit struct {
	Kind         string             `json:"kind" enum:"item,lot,roll,place,event,organisation,device,block,transaction,rulebook"`
	ID           string             `json:"id" doc:"What it is asked for by: a code, an id, a number, a kid, an MSP id"`
	Via          string             `json:"via" enum:"code,part,tag,blank-tag,id,hash,file,chainage,name,text,place" doc:"What was asked for: its code or part of it, a tag bound to it, a blank tag on it, its id, its hash, a file that it names, a chainage within it, part of its name, part of a text in its record, where it is"`
	Title        rootline.Text      `json:"title,omitzero"`
	Says         rootline.Text      `json:"says,omitzero" doc:"The state of an item, the action of an event"`
	Field        rootline.Text      `json:"field,omitzero" doc:"What the text is in that was found"`
	Text         string             `json:"text,omitempty" doc:"That text"`
	Place        rootline.Text      `json:"place,omitzero" doc:"Where an item is"`
	Instead      bool               `json:"instead,omitempty" doc:"Nothing bears the code that was asked for. This is what bears it with 0 for O, and 1 for I and L"`
	Asset        string             `json:"asset,omitempty" doc:"Of an event"`
	Organisation string             `json:"organisation,omitempty" doc:"MSP id"`
	Role         string             `json:"role,omitempty" doc:"Of a device"`
	Chainage     *rootline.Chainage `json:"chainage,omitempty" doc:"Of a place"`
	Block        *uint64            `json:"block,omitempty"`
	At           rootline.Instant   `json:"at,omitzero" doc:"Of an event: as its device claims"`
	File         *rootline.Evidence `json:"file,omitempty" doc:"The file that was asked for, as the event names it"`
}

type searchInput struct {
	Q string `query:"q" required:"true" maxLength:"500" doc:"A code or a QR code's address, a tag, a chainage (K65+000), part of a text in a record (a species, a waybill, the number of a report, a pit), an organisation, a device or its pseudonym, a place, the number or hash of a block, the id of a transaction or an event, the SHA-256 of a file or a rulebook"`
}

// SearchAnswer is what was found, the surest first.
type SearchAnswer struct {
	Q      string                `json:"q"`
	Hits   []Hit                 `json:"hits"`
	Only   bool                  `json:"only" doc:"The first hit is what was asked for, and nothing else is"`
	More   bool                  `json:"more" doc:"There is more than this answer holds"`
	Stored bool                  `json:"stored" doc:"This gateway keeps the file that was asked for"`
	Guest  bool                  `json:"guest" doc:"People, titles and files were not searched: that needs sign-in"`
	Block  presentation.BlockRef `json:"block" doc:"The block that this answer is current to"`
}

type searchOutput struct{ Body SearchAnswer }

// search finds what a person has in hand. What anybody may read by its code or number, anybody finds; lists of people,
// titles and files are searched for who is signed in.
func (s *Server) search(v *reply, in *searchInput) (*searchOutput, error) {
	q := readQuery(in.Q)
	if q.text == "" {
		return nil, rootline.Refuse(rootline.CodeBadRequest, rootline.Text{En: "q: say what to search for", Zh: "q：请填写要查找的内容"}).At("q")
	}
	f := &finding{reply: v, asked: q, seen: map[string]bool{}, signedIn: member(v.Context()) != nil}
	for _, try := range []func() error{f.numbers, f.hashes, f.codes, f.exactly, f.alongLine, f.layers, f.instead} {
		if err := try(); err != nil {
			return nil, err
		}
	}
	only := len(f.hits) == 1 && !f.hits[0].Instead
	if !f.signedIn {
		f.answer.Guest = true
	} else if !only {
		for _, try := range []func() error{f.names, f.texts, f.parts} {
			if err := try(); err != nil {
				return nil, err
			}
		}
	}
	f.answer.Q, f.answer.Hits, f.answer.Only, f.answer.Block = q.text, orEmpty(f.hits), only && len(f.hits) == 1, v.At
	return &searchOutput{Body: f.answer}, nil
}

// finding is one search at work. Each way of searching adds its hits; what is not there is no error.
type finding struct {
	*reply
	asked    searched
	signedIn bool
	hits     []Hit
	seen     map[string]bool
	answer   SearchAnswer
}

// shownHits bounds the hits of one way of searching, shortestPart what is searched for within codes.
const shownHits, shortestPart = 20, 4

// The lengths of texts that are looked for in records, in characters.
const shortestText, longestText = 2, 100

func (f *finding) add(h Hit) {
	if key := h.Kind + " " + h.ID; !f.seen[key] {
		f.seen[key] = true
		f.hits = append(f.hits, h)
	}
}

func (f *finding) numbers() error {
	if f.asked.number == nil {
		return nil
	}
	b, err := f.Block(*f.asked.number)
	if ok, err := presentation.There(err); !ok {
		return err
	}
	f.add(Hit{Kind: hitBlock, ID: strconv.FormatUint(b.Number, 10), Via: viaID, Block: &b.Number})
	return nil
}

// hashes finds what 64 hexadecimal digits stand for: a transaction, a block, a rulebook's text, a file.
func (f *finding) hashes() error {
	h := f.asked.hash
	if h == nil {
		return nil
	}
	if t, err := f.Transaction(h.String()); err == nil {
		f.add(Hit{Kind: hitTransaction, ID: t.ID, Via: viaID, Organisation: t.Creator, Block: &t.Block})
	} else if _, err := presentation.There(err); err != nil {
		return err
	}
	if n, err := f.BlockByHash(*h); err == nil {
		f.add(Hit{Kind: hitBlock, ID: strconv.FormatUint(n, 10), Via: viaHash, Block: &n})
	} else if _, err := presentation.There(err); err != nil {
		return err
	}
	books, err := f.Rulebooks()
	if err != nil {
		return err
	}
	for _, b := range books {
		if rootline.HashOf([]byte(b.YAML)) == *h {
			f.add(Hit{Kind: hitRulebook, ID: b.Name, Via: viaHash, Title: b.Book.Title})
		}
	}
	if !f.signedIn {
		return nil
	}
	f.answer.Stored = f.server.Evidence.Has(f.Context(), *h)
	list, err := f.FileEvents(*h, readmodel.Page{Limit: shownHits})
	if err != nil {
		return err
	}
	f.answer.More = f.answer.More || list.Next != ""
	for i := range list.Items {
		hit := f.event(&list.Items[i], viaFile)
		for _, e := range list.Items[i].Event.Evidence {
			if e.SHA256 == *h {
				hit.File = &e
			}
		}
		f.add(hit)
	}
	return nil
}

func (f *finding) event(e *readmodel.Event, via string) Hit {
	view := f.reply.ShowEvent(e)
	says := view.ActionTitle
	if says.En == "" && says.Zh == "" {
		says = rootline.Text{En: view.Action, Zh: view.Action}
	}
	return Hit{Kind: hitEvent, ID: view.ID, Via: via, Says: says, Asset: view.Asset, Organisation: view.Organisation, Block: view.Block, At: view.At}
}

// codes finds what a code leads to: an item or a lot by its own code or a tag's, a roll, a blank tag.
func (f *finding) codes() error {
	if f.asked.code == "" {
		return nil
	}
	h, err := f.bearer(f.asked.code)
	if h != nil {
		f.add(*h)
	}
	return err
}

// instead finds what the code leads to that may have been meant, where nothing bears it as it was given.
func (f *finding) instead() error {
	if len(f.hits) > 0 || f.asked.code == "" {
		return nil
	}
	code, err := f.Meant(f.asked.text)
	if err != nil || code == "" {
		return err
	}
	h, err := f.bearer(code)
	if h != nil {
		h.Instead = true
		f.add(*h)
	}
	return err
}

// bearer is what bears a code; nil when nothing does.
func (f *finding) bearer(code string) (*Hit, error) {
	a, err := f.Asset(code)
	if ok, err := presentation.There(err); err != nil {
		return nil, err
	} else if ok {
		h := f.asset(a, viaCode)
		if a.ID != code {
			h.Via = viaTag
		}
		return &h, nil
	}
	tag, err := f.Issued(code)
	switch {
	case err != nil || tag == nil:
		return nil, err
	case tag.Is == presentation.TagRoll:
		return &Hit{Kind: hitRoll, ID: code, Via: viaCode, Title: rootline.Text{En: code, Zh: code}, Organisation: tag.Organisation}, nil
	}
	return &Hit{Kind: hitRoll, ID: tag.Roll, Via: viaBlank, Organisation: tag.Organisation}, nil
}

func (f *finding) asset(a *readmodel.Asset, via string) Hit {
	view := f.reply.ShowAsset(a)
	h := Hit{Kind: hitItem, ID: a.ID, Via: via, Title: view.KindTitle, Says: view.StateTitle, Organisation: a.Custodian, Place: view.PlaceTitle}
	if a.Quantity != nil || a.List != nil {
		h.Kind = hitLot
	}
	return h
}

// exactly finds what bears the very id that was asked for.
func (f *finding) exactly() error {
	text := f.asked.text
	if rootline.ValidEventID(strings.ToLower(text)) {
		e, err := f.Event(strings.ToLower(text))
		if ok, err := presentation.There(err); err != nil {
			return err
		} else if ok {
			f.add(f.event(e, viaID))
		}
	}
	if rootline.ValidPlaceID(text) {
		p, err := f.Place(text)
		if ok, err := presentation.There(err); err != nil {
			return err
		} else if ok {
			f.add(placeHit(p, viaID))
		}
	}
	for msp, title := range f.reply.Organisations {
		if strings.EqualFold(msp, text) {
			f.add(Hit{Kind: hitOrganisation, ID: msp, Via: viaID, Title: title})
		}
	}
	if book, err := f.Rulebook(text); err == nil {
		f.add(Hit{Kind: hitRulebook, ID: book.Name, Via: viaID, Title: book.Book.Title})
	} else if _, err := presentation.There(err); err != nil {
		return err
	}
	if !f.signedIn {
		return nil
	}
	d, err := f.Device(text)
	if ok, err := presentation.There(err); err != nil {
		return err
	} else if ok {
		f.add(deviceHit(d, viaID))
	}
	return nil
}

func placeHit(p *rootline.Place, via string) Hit {
	return Hit{Kind: hitPlace, ID: p.ID, Via: via, Title: p.Title, Chainage: p.Chainage}
}

func deviceHit(d *rootline.Device, via string) Hit {
	return Hit{Kind: hitDevice, ID: d.Kid, Via: via, Title: rootline.Text{En: d.Name, Zh: d.Name}, Organisation: d.Organisation, Role: d.Role}
}

// alongLine finds the places at a chainage.
func (f *finding) alongLine() error {
	if f.asked.chainage == nil || !f.signedIn {
		return nil
	}
	places, err := f.PlacesAt(*f.asked.chainage)
	for i := range places {
		f.add(placeHit(&places[i], viaChainage))
	}
	return err
}

// layers finds what is at the places along a chainage, the shortest stretch first.
func (f *finding) layers() error {
	if f.asked.chainage == nil || !f.signedIn {
		return nil
	}
	places, err := f.PlacesAt(*f.asked.chainage)
	if err != nil {
		return err
	}
	left := shownHits
	for i := range places {
		if left <= 0 {
			f.answer.More = true
			break
		}
		list, err := f.Assets(readmodel.AssetFilter{Place: places[i].ID, Order: readmodel.Newest}, readmodel.Page{Limit: left})
		if err != nil {
			return err
		}
		f.answer.More = f.answer.More || list.Next != ""
		for j := range list.Items {
			f.add(f.asset(&list.Items[j], viaPlace))
		}
		left -= len(list.Items)
	}
	return nil
}

// texts finds items by part of a text in their record: a species, a waybill, the number of a report, a pit; those whose text
// is what was asked for before those that hold it.
func (f *finding) texts() error {
	text := f.asked.text
	if utf8.RuneCountInString(text) < shortestText || utf8.RuneCountInString(text) > longestText || f.asked.hash != nil || f.asked.chainage != nil {
		return nil
	}
	list, err := f.Assets(readmodel.AssetFilter{Text: text, Order: readmodel.Newest}, readmodel.Page{Limit: shownHits})
	if err != nil {
		return err
	}
	f.answer.More = f.answer.More || list.Next != ""
	var whole, part []Hit
	for i := range list.Items {
		a := &list.Items[i]
		h := f.asset(a, viaText)
		k := f.reply.KindOf(a.Rulebook, a.Kind)
		for _, name := range presentation.Undescribed(a.Fields, nil) {
			var field *rulebook.Field
			if k != nil {
				field = k.Field(name)
			}
			if field != nil && field.Type.Named() || field != nil && len(field.Choices) > 0 {
				continue // what is written there is no word of people's
			}
			if h.Text = textIn(a.Fields[name], text); h.Text == "" {
				continue
			}
			if field != nil {
				h.Field = field.Title
			}
			break
		}
		if h.Text == "" {
			continue
		}
		if strings.EqualFold(h.Text, text) {
			whole = append(whole, h)
		} else {
			part = append(part, h)
		}
	}
	for _, h := range append(whole, part...) {
		f.add(h)
	}
	return nil
}

// textIn is the text of a value that holds what is looked for; "" when none does.
func textIn(v rootline.Value, text string) string {
	for _, one := range append([]rootline.Value{v}, v.List()...) {
		if contains(rootline.Text{En: one.Str()}, text) && one.Str() != "" {
			return one.Str()
		}
	}
	return ""
}

// names finds organisations, places, devices and rulebooks by part of what they are called.
func (f *finding) names() error {
	text := f.asked.text
	ledger, err := f.Ledger()
	if err != nil {
		return err
	}
	for _, o := range ledger.Organisations {
		if contains(o.Title, text) || contains(rootline.Text{En: o.MSPID}, text) || o.Prefix == text {
			f.add(Hit{Kind: hitOrganisation, ID: o.MSPID, Via: viaName, Title: o.Title})
		}
	}
	places, err := f.PlacesLike(text)
	if err != nil {
		return err
	}
	for i := range places[:f.shown(len(places))] {
		f.add(placeHit(&places[i], viaName))
	}
	devices, err := f.DevicesLike(text)
	if err != nil {
		return err
	}
	for i := range devices[:f.shown(len(devices))] {
		f.add(deviceHit(&devices[i], viaName))
	}
	books, err := f.Rulebooks()
	for _, b := range books {
		if b.Current && (contains(b.Book.Title, text) || contains(rootline.Text{En: b.Name}, text)) {
			f.add(Hit{Kind: hitRulebook, ID: b.Name, Via: viaName, Title: b.Book.Title})
		}
	}
	return err
}

// shown cuts the hits of one way of searching, and notes that there are more.
func (f *finding) shown(n int) int {
	if n > shownHits {
		f.answer.More = true
	}
	return min(n, shownHits)
}

func contains(t rootline.Text, text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(strings.ToLower(t.En), text) || strings.Contains(strings.ToLower(t.Zh), text)
}

// parts finds items by part of their code, when nothing else was found: it is the slowest way.
func (f *finding) parts() error {
	part := strings.ToUpper(spaces.Replace(rootline.NarrowWidth(f.asked.text)))
	if len(f.hits) > 0 || len(part) < shortestPart || strings.Trim(part, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return nil
	}
	list, err := f.Assets(readmodel.AssetFilter{Q: part}, readmodel.Page{Limit: shownHits})
	if err != nil {
		return err
	}
	f.answer.More = f.answer.More || list.Next != ""
	for i := range list.Items {
		f.add(f.asset(&list.Items[i], viaPart))
	}
	return nil
}

// searched is what was asked for, read in every way in which it makes sense.
type searched struct {
	text string
	// code is "" for what cannot be one.
	code string
	hash *rootline.Hash
	// number is a block's.
	number *uint64
	// chainage is in millimetres.
	chainage *int64
}

var (
	chainage = regexp.MustCompile(`^[A-Za-z]{0,3}(\d{1,6})\+(\d{1,3})(?:\.(\d{1,3}))?$`)
	// blockWord is the word before a block's number, in both languages.
	blockWord = regexp.MustCompile(`(?i)^(?:block|区块)\s*#?`)
	spaces    = strings.NewReplacer(" ", "", "-", "", "\t", "")
)

func readQuery(words string) (q searched) {
	q.text = strings.TrimSpace(words)
	q.code = rootline.ReadGiven(q.text).Code
	narrow := rootline.NarrowWidth(q.text)
	if h, err := rootline.ParseHash(strings.ToLower(narrow)); err == nil {
		q.hash = &h
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(blockWord.ReplaceAllString(narrow, "")), 10, 53); err == nil && q.hash == nil {
		q.number = &n
	}
	if m := chainage.FindStringSubmatch(strings.ReplaceAll(narrow, " ", "")); m != nil {
		mm := wholeNumber(m[1])*1_000_000 + wholeNumber(m[2])*1000 + wholeNumber((m[3] + "000")[:3])
		q.chainage = &mm
	}
	return q
}

// wholeNumber reads digits that were counted before.
func wholeNumber(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}
