package rootline_test

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

func TestMomentsStandInRefusalsAsPeopleWriteThem(t *testing.T) {
	at, err := rootline.ParseInstant("2026-03-12T08:15:00.250Z")
	if err != nil {
		t.Fatal(err)
	}
	says := rootline.Refuse(rootline.CodeDeviceRevoked, at).Says
	for _, words := range []string{says.En, says.Zh} {
		if !strings.Contains(words, "2026-03-12 08:15:00 UTC") {
			t.Errorf("%q", words)
		}
	}
}

// Words are given in both languages, and what is the same in both stands in both.
func TestWordsOfARefusalAreOfItsLanguage(t *testing.T) {
	r := rootline.Refuse(rootline.CodeTooManyRequests, rootline.Text{En: "Too much at once", Zh: "同时过多"}, 5)
	if r.Says != (rootline.Text{En: "Too much at once. Try again in 5 s.", Zh: "同时过多。请在 5 秒后重试。"}) {
		t.Errorf("%+v", r.Says)
	}
	if r := rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "only so"}); r.Says.Zh != "网关尚未就绪：only so。" {
		t.Errorf("%+v", r.Says)
	}
}
