package proofs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// Scope says which items a set is of: all that match a filter, or those of some codes.
type Scope struct {
	// Filter is that of the lists of assets. Its Order and Disputed are not part of a scope: one changes no set, and the other
	// is a gateway's own verdict.
	Filter readmodel.AssetFilter
	// Codes, when there are any, are the items' own codes, ascending, each once; there is no filter then.
	Codes []string
}

// The beginnings of subjects.
const (
	subjectCodes  = "codes"
	subjectAssets = "assets"
)

// scopeMember is a member of a filter under the name that the list of assets is asked with.
type scopeMember struct {
	name string
	get  func(*readmodel.AssetFilter) string
	set  func(f *readmodel.AssetFilter, value string) bool
}

// namedMember is a member whose value, or each of several with commas between them, has a form in which nothing can be said:
// other organisations sign the subject.
func namedMember(name string, valid func(string) bool, of func(*readmodel.AssetFilter) *string) scopeMember {
	return scopeMember{name, func(f *readmodel.AssetFilter) string { return *of(f) }, func(f *readmodel.AssetFilter, v string) bool {
		*of(f) = v
		for one := range strings.SplitSeq(v, ",") {
			if !valid(one) {
				return false
			}
		}
		return true
	}}
}

// soughtMember is a member that people write themselves: it stands in quotation marks, so that it reads as what was looked for.
func soughtMember(name string, of func(*readmodel.AssetFilter) *string) scopeMember {
	return scopeMember{name, func(f *readmodel.AssetFilter) string {
		if *of(f) == "" {
			return ""
		}
		return "“" + *of(f) + "”"
	}, func(f *readmodel.AssetFilter, v string) bool {
		v, begun := strings.CutPrefix(v, "“")
		v, ended := strings.CutSuffix(v, "”")
		*of(f) = v
		return begun && ended && !strings.ContainsAny(v, "“”")
	}}
}

func instantMember(name string, of func(*readmodel.AssetFilter) *rootline.Instant) scopeMember {
	return scopeMember{name, func(f *readmodel.AssetFilter) string {
		if *of(f) == 0 {
			return ""
		}
		return of(f).String()
	}, func(f *readmodel.AssetFilter, v string) bool {
		at, err := rootline.ParseInstant(v)
		*of(f) = at
		return err == nil
	}}
}

// scopeMembers are in the order in which a subject names them.
var scopeMembers = []scopeMember{
	namedMember("rulebook", rootline.ValidName, func(f *readmodel.AssetFilter) *string { return &f.Book }),
	namedMember("kind", rootline.ValidName, func(f *readmodel.AssetFilter) *string { return &f.Kind }),
	namedMember("state", rootline.ValidName, func(f *readmodel.AssetFilter) *string { return &f.State }),
	namedMember("place", rootline.ValidPlaceID, func(f *readmodel.AssetFilter) *string { return &f.Place }),
	namedMember("custodian", rootline.ValidMSPID, func(f *readmodel.AssetFilter) *string { return &f.Custodian }),
	namedMember("maker", rootline.ValidMSPID, func(f *readmodel.AssetFilter) *string { return &f.Maker }),
	namedMember("lot", rootline.ValidCode, func(f *readmodel.AssetFilter) *string { return &f.Lot }),
	{"located", func(f *readmodel.AssetFilter) string { return string(f.Located) }, func(f *readmodel.AssetFilter, v string) bool {
		f.Located = readmodel.Choice(v)
		return f.Located == readmodel.Yes || f.Located == readmodel.No
	}},
	instantMember("changedFrom", func(f *readmodel.AssetFilter) *rootline.Instant { return &f.ChangedFrom }),
	instantMember("changedTo", func(f *readmodel.AssetFilter) *rootline.Instant { return &f.ChangedTo }),
	namedMember("under", rootline.ValidCode, func(f *readmodel.AssetFilter) *string { return &f.Under }),
	namedMember("pending", rootline.ValidName, func(f *readmodel.AssetFilter) *string { return &f.Pending }),
	namedMember("recall", rootline.ValidEventID, func(f *readmodel.AssetFilter) *string { return &f.Recall }),
	{"frozen", func(f *readmodel.AssetFilter) string {
		if f.Frozen {
			return "true"
		}
		return ""
	}, func(f *readmodel.AssetFilter, v string) bool {
		f.Frozen = v == "true"
		return f.Frozen
	}},
	soughtMember("q", func(f *readmodel.AssetFilter) *string { return &f.Q }),
	soughtMember("text", func(f *readmodel.AssetFilter) *string { return &f.Text }),
}

// reserved are the characters that a subject has as percent codes: those that it is read by, and those that no subject may have.
func reserved(r rune) bool {
	return r == '%' || r == '&' || r == '=' || r < 0x20 || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029
}

func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if !reserved(r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// unescaped undoes escaped; ok is false for what escaped does not write, which ParseScope finds by writing it again.
func unescaped(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		var c byte
		if i+2 >= len(s) {
			return "", false
		}
		if _, err := fmt.Sscanf(s[i+1:i+3], "%02X", &c); err != nil {
			return "", false
		}
		b.WriteByte(c)
		i += 2
	}
	return b.String(), true
}

// Subject is the scope as the proof names it: "codes", "assets" for all, or "assets?" and the members of the filter as the list
// of assets is asked with, in one order: "assets?kind=tree&place=forest/9".
func (s *Scope) Subject() string {
	if len(s.Codes) > 0 {
		return subjectCodes
	}
	var parts []string
	for _, m := range scopeMembers {
		if v := m.get(&s.Filter); v != "" {
			parts = append(parts, m.name+"="+escaped(v))
		}
	}
	if len(parts) == 0 {
		return subjectAssets
	}
	return subjectAssets + "?" + strings.Join(parts, "&")
}

// Check refuses a scope that no set can be of.
func (s *Scope) Check() error {
	if len(s.Subject()) > limits.ProofSubject {
		return &rootline.Error{Code: rootline.CodeBadRequest, Says: rootline.Text{
			En: fmt.Sprintf("The filter is too long for the subject of a proof, which has at most %d bytes. Name fewer values.", limits.ProofSubject),
			Zh: fmt.Sprintf("筛选条件过长：证明的主题最多 %d 字节。请减少条件。", limits.ProofSubject),
		}}
	}
	for _, m := range scopeMembers {
		if v := m.get(&s.Filter); v != "" && !m.set(&readmodel.AssetFilter{}, v) {
			return &rootline.Error{Code: rootline.CodeBadRequest, Says: rootline.Text{
				En: fmt.Sprintf("%q has a value that cannot be: %s.", m.name, v), Zh: fmt.Sprintf("“%s”的值不正确：%s。", m.name, v),
			}, Field: "/" + m.name}
		}
	}
	if len(s.Codes) > limits.SetCodes {
		return &rootline.Error{Code: rootline.CodeBadRequest, Says: rootline.Text{
			En: fmt.Sprintf("At most %d codes can be named in one proof. Take a filter, or several proofs.", limits.SetCodes),
			Zh: fmt.Sprintf("一个证明最多列出 %d 个编码。请改用筛选条件，或分成几个证明。", limits.SetCodes),
		}, Field: "/codes"}
	}
	for i, code := range s.Codes {
		if !rootline.ValidCode(code) || i > 0 && code <= s.Codes[i-1] {
			return &rootline.Error{Code: rootline.CodeBadRequest, Says: rootline.Text{
				En: "A code is wrong, or stands there twice.", Zh: "有编码不正确，或重复。",
			}, Field: fmt.Sprintf("/codes/%d", i)}
		}
	}
	return nil
}

// ParseScope reads a subject, with the codes where it is of codes. ok is false for what Subject does not write.
func ParseScope(subject string, codes []string) (s Scope, ok bool) {
	s.Codes = codes
	rest, filtered := strings.CutPrefix(subject, subjectAssets+"?")
	if filtered {
		for part := range strings.SplitSeq(rest, "&") {
			name, value, _ := strings.Cut(part, "=")
			i := slices.IndexFunc(scopeMembers, func(m scopeMember) bool { return m.name == name })
			if value, ok = unescaped(value); !ok || i < 0 || value == "" || !scopeMembers[i].set(&s.Filter, value) {
				return s, false
			}
		}
	}
	return s, s.Subject() == subject && s.Check() == nil && (len(codes) == 0 || s.Filter == readmodel.AssetFilter{})
}

// items are what the scope is of, by a view, in the order of their codes. What only sleeps on a list has no record, and is
// not among what a filter finds; a code of such a one, or of nothing, is refused.
func (s *Scope) items(v *readmodel.View) ([]proof.Item, error) {
	var out []proof.Item
	add := func(a *readmodel.Asset) error {
		if a.Unjudged != "" {
			return rootline.Refuse(rootline.CodeNotJudged, a.ID, a.Unjudged)
		}
		if len(out) == limits.SetItems {
			return &rootline.Error{Code: rootline.CodeBadRequest, Says: rootline.Text{
				En: fmt.Sprintf("More than %d items match: they do not fit into one proof. Narrow the filter.", limits.SetItems),
				Zh: fmt.Sprintf("符合条件的物品超过 %d 个，一个证明容纳不下。请缩小范围。", limits.SetItems),
			}}
		}
		out = append(out, proof.Item{Code: a.ID, Seq: a.Seq, Head: a.Head})
		return nil
	}
	for part := range slices.Chunk(s.Codes, readmodel.MaxLimit) {
		found, err := v.Resolve(part)
		if err != nil {
			return nil, err
		}
		for i, a := range found {
			switch {
			case a == nil || a.ID != part[i]:
				return nil, rootline.Refuse(rootline.CodeUnknownAsset, part[i])
			case a.Asleep:
				return nil, rootline.Refuse(rootline.CodeAsleep, a.ID, a.Lot)
			}
			if err := add(a); err != nil {
				return nil, err
			}
		}
	}
	if len(s.Codes) > 0 {
		return out, nil
	}
	return out, v.EveryAsset(s.Filter, func(some []readmodel.Asset) error {
		for i := range some {
			if err := add(&some[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
