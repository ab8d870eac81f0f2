package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
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
	Instead      bool               `json:"instead,omitempty" doc:"Nothing bears the code that was asked for. This one is it with 0 for O, and 1 for I and L"`
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
		return nil, rootline.Refuse(rootline.CodeBadRequest, "q: say what to search for / 请填写要查找的内容").At("q")
	}
	f := &finding{reply: v, asked: q, seen: map[string]bool{}, signedIn: caller(v.Context()) != nil}
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
