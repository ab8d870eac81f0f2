package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/judge/judgetest"
)

// blobs shows the evidence to the projection.
type blobs struct{ store *evidence.Store }

// Open implements projection.Blobs.
func (b blobs) Open(ctx context.Context, h rootline.Hash) (io.ReadCloser, bool, error) {
	f, err := b.store.Open(ctx, h)
	if errors.Is(err, evidence.ErrNotStored) {
		return nil, false, nil
	}
	return f, err == nil, err
}

// A blank tag is not "nobody's code": whoever scans it learns whose roll it is on, as a guest, too, and what it was bound to.
func TestABlankTagIsKnown(t *testing.T) {
	w := newWorks(t)
	roll := judgetest.Code(judgetest.Contractor)
	tags := rootline.NewCodes([]string{judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)})
	file := []byte(strings.Join(tags, "\n") + "\n")
	if _, err := w.files.Put(t.Context(), evidence.Owner{}, rootline.HashOf(file), -1, strings.NewReader(string(file))); err != nil {
		t.Fatal(err)
	}
	list := tags.List()
	issue := judgetest.Act(rootline.ActIssue, rootline.IssueData{Roll: roll})
	issue.List, issue.Evidence = &list, []rootline.Evidence{{SHA256: rootline.HashOf(file), Type: "text/vnd.rootline.codes", Size: int64(len(file))}}
	w.Do(w.Admins[judgetest.Contractor], issue)
	bind := &rootline.Event{Asset: w.tree, Action: "bind", Rulebook: book, Tag: tags[0]}
	sub := w.Sign(w.nursery, bind)
	sub.Inclusion, _ = tags.Prove(roll, tags[0])
	if err := w.TrySubmission(sub); err != nil {
		t.Fatal(err)
	}
	w.await()

	for code, want := range map[string]presentation.TagView{
		roll:    {Is: presentation.TagRoll},
		tags[1]: {Is: presentation.TagBlank},
		tags[0]: {Is: presentation.TagBound, Asset: w.tree},
	} {
		var got presentation.TagView
		r := w.get("/api/v1/tags/"+code, "")
		if r.into(t, &got); r.status != http.StatusOK || got.Code != code || got.Is != want.Is || got.Roll != roll || got.Asset != want.Asset ||
			got.Organisation != judgetest.Contractor || got.OrganisationTitle.En == "" || got.Block.Number+1 != w.height() {
			t.Errorf("%s: %d %s", want.Is, r.status, r.body)
		}
	}
	for _, other := range []string{w.tree, judgetest.Code(judgetest.Contractor), "no code"} {
		if r := w.get("/api/v1/tags/"+strings.ReplaceAll(other, " ", "%20"), ""); r.status != http.StatusNotFound && r.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", other, r.status, r.body)
		}
	}
	// The same for people.
	for code, words := range map[string]string{tags[1]: "A blank tag", roll: "A roll of blank tags", judgetest.Code(judgetest.Contractor): "Nothing is recorded"} {
		r := w.get("/8004/"+code+"?lang=en", "", "Accept", "text/html")
		if r.status != http.StatusNotFound || !strings.Contains(string(r.body), words) {
			t.Errorf("%s: %d %.600s", words, r.status, r.body)
		}
	}
	// Typed with the letters that look like its digits, or in small letters, each is offered, by search as well, and nothing is
	// taken silently; the code of nothing is not.
	alike := strings.NewReplacer("0", "O", "1", "l")
	for code, hit := range map[string]string{tags[1]: "roll " + roll + " blank-tag", roll: "roll " + roll + " code", tags[0]: "item " + w.tree + " tag", w.tree: "item " + w.tree + " code"} {
		for _, mistyped := range []string{alike.Replace(code), strings.ToUpper(alike.Replace(code)), strings.ToLower(code)} {
			for _, path := range []string{"/8004/" + mistyped, "/8004/" + mistyped + "/check"} {
				r := w.get(path+"?lang=en", "", "Accept", "text/html")
				if link := `href="/8004/` + code + `?lang=en"`; r.status != http.StatusNotFound || !strings.Contains(string(r.body), "This code is on record") || !strings.Contains(string(r.body), link) {
					t.Errorf("%s: %d %.900s", path, r.status, r.body)
				}
			}
			var got SearchAnswer
			w.get("/api/v1/search?q="+mistyped, "").into(t, &got)
			if !firstHit(got.Hits, hit) || got.Hits[0].Instead != (strings.ToUpper(mistyped) != code) || got.Only == got.Hits[0].Instead {
				t.Errorf("%s for %s: %+v", mistyped, hit, got)
			}
		}
	}
	nobody := alike.Replace(judgetest.Code(judgetest.Contractor))
	if r := w.get("/8004/"+nobody+"?lang=en", "", "Accept", "text/html"); r.status != http.StatusNotFound || strings.Contains(string(r.body), "on record.") {
		t.Errorf("%s: %d %.900s", nobody, r.status, r.body)
	}
}
