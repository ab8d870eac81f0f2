package judge

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

// registry judges an act by the rulebook that is built in, or by the powers that a rulebook gives.
func (a *act) registry(c *reading) error {
	judged := a.byRegistry
	if a.event.Action == rootline.ActEnrol {
		judged = a.enrol
	}
	return ruled(judged(c), rootline.Registry+"/"+a.event.Action)
}

// byRegistry judges the acts about people, places and rules. Enrolling is apart, since who enrols is not known yet.
func (a *act) byRegistry(c *reading) error {
	if a.event.Asset != "" || a.event.Kind != "" {
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "asset").At("/asset")
	}
	if list := a.event.List; list != nil && a.event.Action != rootline.ActIssue {
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "list").At("/list")
	}
	switch a.event.Action {
	// Who may do these is said by the rulebook of what they are about.
	case rootline.ActAttest:
		return a.attest(c)
	case rootline.ActMove:
		return a.move()
	case rootline.ActRecall:
		return a.recall()
	case rootline.ActRecallAdd:
		return a.recallAdd()
	case rootline.ActRecallAcknowledge:
		return a.recallAcknowledge()
	case rootline.ActRecallRelease:
		return a.recallRelease()
	case rootline.ActRecallClose:
		return a.recallClose()
	}
	for _, r := range []struct {
		action string
		roles  []string
		judge  func() error
	}{
		{rootline.ActInvite, []string{rootline.RoleAdmin}, a.invite},
		{rootline.ActRenew, []string{rootline.RoleAdmin}, a.renew},
		{rootline.ActRevoke, []string{rootline.RoleAdmin}, a.revoke},
		{rootline.ActPropose, []string{rootline.RoleAdmin}, a.propose},
		{rootline.ActVote, []string{rootline.RoleAdmin}, a.vote},
		{rootline.ActWithdraw, []string{rootline.RoleAdmin}, a.withdraw},
		{rootline.ActRaise, []string{rootline.RoleAdmin}, a.raise},
		{rootline.ActRoles, []string{rootline.RoleAdmin}, a.roles},
		{rootline.ActPin, []string{rootline.RoleAdmin}, a.pin},
		{rootline.ActPlace, []string{rootline.RoleManager}, a.place},
		{rootline.ActIssue, []string{rootline.RoleAdmin, rootline.RoleManager}, a.issue},
	} {
		if r.action == a.event.Action {
			if err := a.needRole(r.roles...); err != nil {
				return err
			}
			return r.judge()
		}
	}
	return rootline.Refuse(rootline.CodeUnknownAction, "registry", a.event.Action, rootline.Registry).At("/action")
}

func (a *act) validPseudonym(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= a.protocol.maxName && strings.TrimSpace(s) == s
}

func (a *act) invite() error {
	d, err := body[rootline.InviteData](a.event)
	if err != nil {
		return err
	}
	if _, err := d.Key.Public(); err != nil {
		return rootline.Refuse(rootline.CodeBadKey).At("/data/key")
	}
	allowed := append([]string{rootline.RoleAdmin}, a.org.Roles...)
	switch {
	case !slices.Contains(allowed, d.Role):
		return rootline.Refuse(rootline.CodeRoleNotAllowed, a.org.MSPID, d.Role, allowed).At("/data/role")
	case !a.validPseudonym(d.Name):
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, "name").At("/data/name")
	case d.Expires <= a.witnessed:
		return rootline.Refuse(rootline.CodeInviteExpired, d.Expires).At("/data/expires")
	}
	invitation := &rootline.Invitation{
		Event: a.event.ID, Kid: d.Key.Thumbprint(), Key: d.Key, Organisation: a.org.MSPID, Role: d.Role, Name: d.Name,
		InvitedBy: a.device.Kid, Expires: d.Expires, Until: d.Until,
	}
	a.view.put(invitation)
	a.accept(invitation.Ref().String(), 0)
	return nil
}

// enrol lets a device in that holds the one-time key of an invitation and its own, and that accepts this invitation of
// this organisation.
func (a *act) enrol(c *reading) error {
	d, err := a.ownKey(c)
	if err != nil {
		return err
	}
	proof, err := jws.Parse(d.Proof)
	if err != nil || proof.Typ != rootline.TypEnrolment || proof.Net != a.ledger.Net {
		return rootline.Refuse(rootline.CodeUnknownInvite).At("/data/proof")
	}
	said, err := enrolProof(proof.Payload)
	if err != nil {
		return rootline.Refuse(rootline.CodeUnknownInvite).At("/data/proof")
	}
	inv, err := get[*rootline.Invitation](a.view, rootline.Ref{Space: rootline.SpaceInvitation, ID: said.Invitation})
	if err != nil {
		return err
	}
	switch {
	case inv == nil || inv.Kid != proof.Kid:
		return rootline.Refuse(rootline.CodeUnknownInvite).At("/data/proof")
	case inv.Organisation != said.Organisation:
		return rootline.Refuse(rootline.CodeOtherInviter, inv.Organisation, said.Organisation).At("/data/proof")
	case inv.UsedBy != "":
		return rootline.Refuse(rootline.CodeInviteUsed)
	case inv.Revoked != 0:
		return rootline.Refuse(rootline.CodeInviteRevoked, inv.Revoked)
	case a.witnessed > inv.Expires:
		return rootline.Refuse(rootline.CodeInviteExpired, inv.Expires)
	case d.Role != inv.Role:
		return rootline.Refuse(rootline.CodeRoleNotInvited, inv.Role, d.Role).At("/data/role")
	case d.Name != "":
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "name").At("/data/name")
	case !d.Genesis.IsZero():
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "genesis").At("/data/genesis")
	}
	if err := a.provesKey(proof, said, inv.Key); err != nil {
		return err
	}
	org, err := a.getOrg(inv.Organisation)
	if err != nil {
		return err
	}
	if org != nil && inv.Role != rootline.RoleAdmin && !slices.Contains(org.Roles, inv.Role) {
		return rootline.Refuse(rootline.CodeRoleWithdrawn, org.MSPID, inv.Role).At("/data/role")
	}
	used := *inv
	used.UsedBy = c.signed.Kid
	a.view.put(&used)
	a.register(&rootline.Device{
		Kid: c.signed.Kid, Key: d.Key, Organisation: inv.Organisation, Role: inv.Role, Name: inv.Name,
		InvitedBy: inv.InvitedBy, Since: a.witnessed, Until: inv.Until,
	})
	return nil
}

// provesKey checks that the holder of the one-time key let in the device that signs.
func (a *act) provesKey(proof *jws.Signed, said *rootline.EnrolProof, key jws.Key) error {
	verifier, err := a.judge.keys.verifier(key)
	if err != nil {
		return err
	}
	if said.Device != a.out.Signed.Kid || verifier.Verify(proof) != nil {
		return rootline.Refuse(rootline.CodeKeyNotHeld).At("/data/proof")
	}
	return nil
}

// ownKey checks that the event is signed with the key that it wants registered, and that the key is new.
func (a *act) ownKey(c *reading) (*rootline.EnrolData, error) {
	d, err := body[rootline.EnrolData](a.event)
	if err != nil {
		return nil, err
	}
	if a.event.Asset != "" || a.event.Kind != "" {
		return nil, rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "asset").At("/asset")
	}
	pub, err := d.Key.Public()
	if err != nil {
		return nil, rootline.Refuse(rootline.CodeBadKey).At("/data/key")
	}
	if d.Key.Thumbprint() != c.signed.Kid || c.signed.Verify(pub) != nil {
		return nil, rootline.Refuse(rootline.CodeKeyNotHeld).At("/data/key")
	}
	known, err := get[*rootline.Device](a.view, rootline.Ref{Space: rootline.SpaceDevice, ID: c.signed.Kid})
	if err != nil {
		return nil, err
	}
	if known != nil {
		return nil, rootline.Refuse(rootline.CodeKeyKnown).At("/data/key")
	}
	return d, nil
}

func (a *act) register(d *rootline.Device) {
	a.device, a.out.Device = d, d
	a.view.put(d)
	a.accept(d.Ref().String(), 0)
}

// ownDevice returns a device of the signer's organisation.
func (a *act) ownDevice(kid string) (*rootline.Device, error) {
	d, err := get[*rootline.Device](a.view, rootline.Ref{Space: rootline.SpaceDevice, ID: kid})
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, rootline.Refuse(rootline.CodeUnknownDevice).At("/data/device")
	}
	if d.Organisation != a.org.MSPID {
		return nil, rootline.Refuse(rootline.CodeWrongOrg, d.Organisation, a.org.MSPID).At("/data/device")
	}
	if d.Revoked != 0 {
		return nil, rootline.Refuse(rootline.CodeDeviceRevoked, d.Revoked).At("/data/device")
	}
	changed := *d
	return &changed, nil
}

func (a *act) renew() error {
	d, err := body[rootline.RenewData](a.event)
	if err != nil {
		return err
	}
	device, err := a.ownDevice(d.Device)
	if err != nil {
		return err
	}
	device.Until = d.Until
	a.view.put(device)
	a.accept(device.Ref().String(), 0)
	return nil
}

func (a *act) revoke() error {
	d, err := body[rootline.RevokeData](a.event)
	if err != nil {
		return err
	}
	switch {
	case d.Device == "" && d.Invitation == "":
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, "device").At("/data/device")
	case d.Device != "" && d.Invitation != "":
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "invitation").At("/data/invitation")
	case d.Invitation != "":
		return a.revokeInvitation(d.Invitation)
	}
	device, err := a.ownDevice(d.Device)
	if err != nil {
		return err
	}
	device.Revoked = a.witnessed
	a.view.put(device)
	a.accept(device.Ref().String(), 0)
	return nil
}

// revokeInvitation ends an offer of the signer's organisation that is open. One that is past its end is ended for good: the
// clocks of those who read may differ.
func (a *act) revokeInvitation(event string) error {
	inv, err := get[*rootline.Invitation](a.view, rootline.Ref{Space: rootline.SpaceInvitation, ID: event})
	if err != nil {
		return err
	}
	var refused *rootline.Error
	switch {
	case inv == nil:
		refused = rootline.Refuse(rootline.CodeUnknownInvite)
	case inv.Organisation != a.org.MSPID:
		refused = rootline.Refuse(rootline.CodeWrongOrg, inv.Organisation, a.org.MSPID)
	case inv.UsedBy != "":
		refused = rootline.Refuse(rootline.CodeInviteUsed)
	case inv.Revoked != 0:
		refused = rootline.Refuse(rootline.CodeInviteRevoked, inv.Revoked)
	}
	if refused != nil {
		return refused.At("/data/invitation")
	}
	ended := *inv
	ended.Revoked = a.witnessed
	a.view.put(&ended)
	a.accept(ended.Ref().String(), 0)
	return nil
}

// pin adds to the record of the signer's organisation the hash of block 0 that it pinned, once.
func (a *act) pin() error {
	d, err := body[rootline.PinData](a.event)
	if err != nil {
		return err
	}
	switch {
	case d.Genesis.IsZero():
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, "genesis").At("/data/genesis")
	case !a.org.Genesis.IsZero():
		return rootline.Refuse(rootline.CodeGenesisPinned, a.org.MSPID, a.org.Genesis).At("/data/genesis")
	}
	pinned := *a.org
	pinned.Genesis = d.Genesis
	a.view.put(&pinned)
	a.accept(pinned.Ref().String(), 0)
	return nil
}

func (a *act) place() error {
	p, err := body[rootline.Place](a.event)
	if err != nil {
		return err
	}
	if reason := wrongPlace(p); !reason.IsZero() {
		return rootline.Refuse(rootline.CodeBadPlace, reason).At("/data")
	}
	if reason := wrongOutline(p.Outline); !reason.IsZero() {
		return rootline.Refuse(rootline.CodeBadPlace, reason).At("/data/outline")
	}
	if reason := wrongLine(p.Line); !reason.IsZero() {
		return rootline.Refuse(rootline.CodeBadPlace, reason).At("/data/line")
	}
	if err := a.ownPlace(p); err != nil {
		return err
	}
	if p.Organisation == "" {
		p.Organisation = a.org.MSPID
	}
	a.view.put(p)
	a.accept(p.Ref().String(), 0)
	return nil
}

// ownPlace refuses a place that another organisation has, or that would lie under one, and a successor that is no member.
func (a *act) ownPlace(p *rootline.Place) error {
	known, err := get[*rootline.Place](a.view, p.Ref())
	if err != nil {
		return err
	}
	// Who was given a part has it, whoever has the whole.
	if known == nil && p.Parent != "" {
		if known, err = a.getPlace(p.Parent); err != nil {
			return err
		}
	}
	if known != nil && known.Organisation != a.org.MSPID {
		return rootline.Refuse(rootline.CodeForeignPlace, known.ID, known.Organisation).At("/data/id")
	}
	if known == nil {
		if owner, err := a.placeNamedAfter(p.ID); err != nil {
			return err
		} else if owner != "" && owner != a.org.MSPID {
			return rootline.Refuse(rootline.CodeForeignPlace, p.ID, owner).At("/data/id")
		}
	}
	if p.Organisation != "" && !slices.Contains(a.ledger.Organisations, p.Organisation) {
		return rootline.Refuse(rootline.CodeNoSuccessor, p.Organisation).At("/data/organisation")
	}
	return nil
}

// placeNamedAfter gives the organisation whose name a place at the top has, "" for none. Whoever is first has a name; but one that ends in a
// point and an organisation's prefix, "forest.9520001", is that organisation's: who sees a place on its way and takes its name
// first leaves it names that nobody can take.
func (a *act) placeNamedAfter(id string) (string, error) {
	i := strings.LastIndexByte(id, '.')
	if i < 0 || !rootline.ValidPrefix(id[i+1:]) {
		return "", nil
	}
	for _, msp := range a.ledger.Organisations {
		if o, err := a.getOrg(msp); err != nil {
			return "", err
		} else if o != nil && o.Prefix == id[i+1:] {
			return msp, nil
		}
	}
	return "", nil
}

// wrongPlace says what does not hold of a place by itself.
func wrongPlace(p *rootline.Place) rootline.Text {
	parent := path.Dir(p.ID)
	if parent == "." {
		parent = ""
	}
	switch {
	case !rootline.ValidPlaceID(p.ID):
		return rootline.Text{En: "an id is parts of lower-case letters and digits with slashes between, like forest/9/14", Zh: "编号由小写字母和数字组成，各段以斜线分隔，如 forest/9/14"}
	case p.Parent != parent:
		return rootline.Text{En: `the parent of %s is "%s"`, Zh: "%s 的上级应为“%s”"}.Fill(p.ID, parent)
	case !rootline.ValidName(p.Kind):
		return rootline.Text{En: "the kind is missing", Zh: "缺少类别"}
	case p.Title.IsZero():
		return rootline.Text{En: "the title is missing", Zh: "缺少名称"}
	case !p.Title.Short():
		return rootline.Text{En: "a title has at most 400 characters", Zh: "名称最多 400 个字符"}
	case p.Chainage != nil && p.Chainage.From >= p.Chainage.To:
		return rootline.Text{En: "a chainage runs from a smaller to a larger value", Zh: "桩号应由小到大"}
	case !p.ValidPlan():
		return rootline.Text{En: "a plan names up to 64 kinds and amounts from 0 on; by week it has at most 160 amounts, each under a week like 2026-W12", Zh: "计划最多列 64 个类别，数量不小于 0；按周最多 160 个数量，周写作 2026-W12"}
	}
	return rootline.Text{}
}

// shapeFaults are the words for what is wrong with a shape, but for where an outline meets itself.
var shapeFaults = map[rootline.ShapeFault]rootline.Text{
	rootline.ShapeLong: {En: "an outline or line has at most 512 points", Zh: "边界或线最多 512 个点"},
	rootline.ShapeOff:  {En: "a point lies off the earth", Zh: "坐标超出地球范围"},
	rootline.ShapeWide: {
		En: "an outline extends at most 1,000 km; one across the meridian of 180° is split there",
		Zh: "边界跨度最多 1,000 公里；跨越 180° 经线的，须在该处分开",
	},
}

// wrongOutline is what is wrong with an outline, or nothing.
func wrongOutline(outline []rootline.Point) rootline.Text {
	switch fault := rootline.FaultOfOutline(outline); fault {
	case rootline.ShapeShort:
		return rootline.Text{En: "an outline has at least 3 different corners", Zh: "边界至少 3 个不同的角点"}
	case rootline.ShapeCrossing:
		at, _ := rootline.SelfCrossing(outline)
		return crossing(at)
	default:
		return shapeFaults[fault]
	}
}

// wrongLine is what is wrong with a line, or nothing.
func wrongLine(line []rootline.Point) rootline.Text {
	fault := rootline.FaultOfLine(line)
	if fault == rootline.ShapeShort {
		return rootline.Text{En: "a line has at least 2 different points", Zh: "线至少 2 个不同的点"}
	}
	return shapeFaults[fault]
}

// crossing says where an outline meets itself. Corners are counted from 1, as people count.
func crossing(c rootline.Crossing) rootline.Text {
	return rootline.Text{
		En: "the outline meets itself: its edges after corner %d and after corner %d, at %s, %s",
		Zh: "边界自相交：第 %d 个角点之后的边与第 %d 个角点之后的边，位于 %s, %s",
	}.Fill(c.First+1, c.Second+1, degrees(c.At.Lat), degrees(c.At.Lon))
}

// degrees writes micro-degrees: 38912345 is 38.912345.
func degrees(micro int64) string {
	sign := ""
	if micro < 0 {
		sign, micro = "-", -micro
	}
	return fmt.Sprintf("%s%d.%06d", sign, micro/1_000_000, micro%1_000_000)
}

// issue gives the signer's organisation a roll of blank tags.
func (a *act) issue() error {
	d, err := body[rootline.IssueData](a.event)
	if err != nil {
		return err
	}
	if !rootline.ValidCode(d.Roll) {
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, "roll").At("/data/roll")
	}
	if a.event.List == nil {
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, "list").At("/list")
	}
	if err := a.ownFreeCode(d.Roll, "/data/roll"); err != nil {
		return err
	}
	list := *a.event.List
	roll := &rootline.Tag{Code: d.Roll, Organisation: a.org.MSPID, List: &list}
	a.view.put(roll)
	a.accept(roll.Ref().String(), 0)
	return nil
}
