package httpapi

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

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

// lookAlikes reads letters that codes made here do not have as the digits that they look like.
var lookAlikes = strings.NewReplacer("O", "0", "I", "1", "L", "1")

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
	code := f.asked.code
	if code == "" {
		return nil
	}
	a, err := f.Asset(code)
	if err == nil {
		via := viaCode
		if a.ID != code {
			via = viaTag
		}
		f.add(f.asset(a, via))
		return nil
	}
	if _, err := presentation.There(err); err != nil {
		return err
	}
	t, err := f.Tag(code)
	if err == nil && t.Asset == "" {
		f.add(Hit{Kind: hitRoll, ID: code, Via: viaCode, Title: rootline.Text{En: t.Roll, Zh: t.Roll}, Organisation: t.Organisation})
		return nil
	}
	if _, err := presentation.There(err); err != nil {
		return err
	}
	in, err := f.TagInclusion(code)
	if err != nil || in == nil {
		return err
	}
	f.add(Hit{Kind: hitRoll, ID: in.List, Via: viaBlank})
	return nil
}

// instead looks for a code with the digits that some of its letters look like, where nothing bears it as it was given.
func (f *finding) instead() error {
	code := lookAlikes.Replace(f.asked.code)
	if len(f.hits) > 0 || code == f.asked.code || !rootline.ValidCode(code) {
		return nil
	}
	a, err := f.Asset(code)
	if ok, err := presentation.There(err); !ok {
		return err
	}
	h := f.asset(a, viaCode)
	if h.Instead = true; a.ID != code {
		h.Via = viaTag
	}
	f.add(h)
	return nil
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
			if field != nil && field.Type == rulebook.PlaceRef || field != nil && len(field.Choices) > 0 {
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
	part := strings.ToUpper(spaces.Replace(f.asked.text))
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
