package httpapi

import (
	"strings"
	"testing"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/presentation"
)

// A gateway that does not read on, or that is behind, calls nothing intact, and says how it stands on all its pages.
func TestAGatewayThatIsNotCurrentSaysSo(t *testing.T) {
	w := newWorks(t)
	at := uint64(len(w.blocks))
	for _, c := range []struct {
		name   string
		peer   presentation.Peer
		en, zh string
	}{
		{"behind", presentation.Peer{Height: at + 387, Known: at + 387}, "387 blocks behind", "落后 387"},
		{"stopped", presentation.Peer{Height: at + 387, Known: at + 387, Stop: block.StopUnverified, Since: w.Now}, "387 blocks behind: stopped at a block that does not verify", "停在未通过验证"},
		{"without its peer", presentation.Peer{Known: at, Stop: block.StopPeer, Since: w.Now}, "peer does not answer, since", "节点没有应答"},
	} {
		w.peer = c.peer
		for _, page := range []string{"/8004/TREE", "/8004/TREE/check", "/8004/95200020000000000000"} {
			en := string(w.get(w.fill(page+"?lang=en"), "", "Accept", "text/html").body)
			zh := string(w.get(w.fill(page+"?lang=zh"), "", "Accept", "text/html").body)
			if !strings.Contains(en, c.en) || !strings.Contains(zh, c.zh) {
				t.Errorf("%s: %s does not say so:\n%s\n%s", c.name, page, en, zh)
			}
			if strings.Contains(en, "Record intact") || strings.Contains(zh, "记录完整：") {
				t.Errorf("%s: %s claims more than was read", c.name, page)
			}
		}
		var check AssetCheck
		w.get(w.fill("/api/v1/assets/TREE/check"), "").into(t, &check)
		if check.Verdict != verdictPartial || check.Block.Stopped != string(c.peer.Stop) || c.peer.Known > at && check.Block.Lag != 387 {
			t.Errorf("%s: %+v", c.name, check)
		}
	}
}

// A gateway whose read model is built anew beside the one that answers says so on its pages, in its answers and to its operator,
// and is ready.
func TestAnOutdatedReadModelIsToldOf(t *testing.T) {
	w := newWorks(t)
	at := uint64(len(w.blocks))
	w.peer = presentation.Peer{Height: at, Known: at, Successor: &presentation.Successor{Reason: "version", Since: w.Now, Block: 2, Waits: "disk"}}
	for _, page := range []string{"/8004/TREE", "/8004/TREE/check"} {
		en := string(w.get(w.fill(page+"?lang=en"), "", "Accept", "text/html").body)
		zh := string(w.get(w.fill(page+"?lang=zh"), "", "Accept", "text/html").body)
		if !strings.Contains(en, "building its read model anew from blocks: block 2 of") || !strings.Contains(zh, "正在根据区块重建查询数据库：已至区块 2") {
			t.Errorf("%s does not say so:\n%s\n%s", page, en, zh)
		}
	}
	var check AssetCheck
	w.get(w.fill("/api/v1/assets/TREE/check"), "").into(t, &check)
	if s := check.Block.Successor; s == nil || *s != *w.peer.Successor {
		t.Errorf("%+v", check.Block)
	}
	var ready Readiness
	w.get("/readyz", "").into(t, &ready)
	if !ready.Ready || ready.Successor == nil || *ready.Successor != *w.peer.Successor {
		t.Errorf("%+v", ready)
	}
}
