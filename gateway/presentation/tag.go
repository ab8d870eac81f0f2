package presentation

import "github.com/rootline/rootline"

// What a tag's code is.
const (
	TagRoll  = "roll"
	TagBlank = "blank"
	TagBound = "bound"
)

// TagView is what the ledger knows of a code that was issued for tags: the roll itself, a blank tag on it, or one that
// is bound to an asset.
type TagView struct {
	Code              string        `json:"code"`
	Is                string        `json:"is" enum:"roll,blank,bound" doc:"The roll's own code; a blank tag on a roll; a tag that is bound"`
	Roll              string        `json:"roll" doc:"The roll's code"`
	Organisation      string        `json:"organisation" doc:"The member that the roll was issued to, and that may bind its tags"`
	OrganisationTitle rootline.Text `json:"organisationTitle"`
	Asset             string        `json:"asset,omitempty" doc:"What the tag is bound to"`
	ReplacedBy        string        `json:"replacedBy,omitempty" doc:"The tag that took over from this one"`
	Block             BlockRef      `json:"block" doc:"The block that this answer is current to"`
}

// Issued finds a code among the tags that were issued; nil when it is none of them.
func (v *Reply) Issued(code string) (*TagView, error) {
	t, err := v.Tag(code)
	ok, err := There(err)
	if err != nil {
		return nil, err
	}
	view := TagView{Code: code, Is: TagRoll, Roll: code}
	switch {
	case ok && t.Asset != "":
		view.Is, view.Roll, view.Asset, view.ReplacedBy = TagBound, t.Roll, t.Asset, t.ReplacedBy
	case !ok:
		roll, err := v.TagListing(code)
		if err != nil || roll == "" {
			return nil, err
		}
		view.Is, view.Roll = TagBlank, roll
	}
	roll, err := v.Tag(view.Roll)
	if ok, err := There(err); err != nil || !ok {
		return nil, err
	}
	view.Organisation = roll.Organisation
	return &view, nil
}

// Meant is the first of the codes that may have been meant by a code that nothing bears, under which something is on record or a
// tag was issued; "" when there is none. It is to be offered, never taken.
func (v *Reply) Meant(code string) (string, error) {
	for _, meant := range rootline.MeantCodes(code) {
		_, err := v.Asset(meant)
		if ok, err := There(err); err != nil || ok {
			return meant, err
		}
		if tag, err := v.Issued(meant); err != nil || tag != nil {
			return meant, err
		}
	}
	return "", nil
}
