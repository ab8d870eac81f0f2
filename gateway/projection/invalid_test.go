package projection

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline/gateway/block"
)

// TestFloodOfInvalidTransactionsIsNamed: who sends too many is named once an hour, by a name that was signed.
func TestFloodOfInvalidTransactionsIsNamed(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, err := newMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	v := &invalid{log: slog.New(slog.NewTextHandler(&said, nil)), metrics: m, organisations: map[string]bool{}}
	flood := func(code string, creator block.Creator, n int) *block.Block {
		b := &block.Block{}
		for range n {
			b.Transactions = append(b.Transactions, block.Transaction{CodeName: code, Creator: creator})
		}
		return b
	}
	gateway, other := block.Creator{MSPID: "XMSP", Name: "gateway.x.example"}, block.Creator{MSPID: "YMSP", Name: "y"}
	v.applied(flood("MVCC_READ_CONFLICT", gateway, invalidPerHour), hour)
	v.applied(flood("BAD_CREATOR_SIGNATURE", other, invalidPerHour+5), hour)
	if strings.Contains(said.String(), "YMSP") || strings.Contains(said.String(), "XMSP") {
		t.Fatalf("said too early, or of somebody who signed nothing: %s", said.String())
	}
	v.applied(flood("ENDORSEMENT_POLICY_FAILURE", gateway, 5), hour+1)
	if n := strings.Count(said.String(), "organisation=XMSP name=gateway.x.example"); n != 1 {
		t.Fatalf("said %d times: %s", n, said.String())
	}
	if n := counted(t, registry, "rootline_projection_invalid_total"); n != invalidPerHour+5 {
		t.Errorf("%v counted", n)
	}
	v.applied(flood("ENDORSEMENT_POLICY_FAILURE", gateway, invalidPerHour), 2*hour)
	said.Reset()
	for n := range 2*maxInvalidCreators + 1 { // a certificate for each
		v.applied(flood("MVCC_READ_CONFLICT", block.Creator{MSPID: "ZMSP", Name: fmt.Sprint(n)}, 1), 3*hour)
	}
	if n := strings.Count(said.String(), "organisation=ZMSP"); n != 1 {
		t.Fatalf("an organisation's flood under many names is said %d times: %s", n, said.String())
	}
	if n := counted(t, registry, "rootline_projection_floods_total"); n != 1 {
		t.Errorf("%v floods", n)
	}
}

// counted is a counter of the organisation XMSP.
func counted(t *testing.T, r *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && m.GetLabel()[0].GetValue() == "XMSP" {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}
