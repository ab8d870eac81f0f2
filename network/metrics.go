package network

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
)

// metric reads one Prometheus value of the channel from an operations service. It gives false if there is none.
func metric(ctx context.Context, address, name string) (float64, bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return 0, false, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, false, err
	}
	defer resp.Body.Close()
	for s := bufio.NewScanner(resp.Body); s.Scan(); {
		labels, isOurs := strings.CutPrefix(s.Text(), name+"{")
		if !isOurs || !strings.Contains(labels, `channel="`+Channel+`"`) {
			continue
		}
		_, value, _ := strings.Cut(labels, "} ")
		v, err := strconv.ParseFloat(value, 64)
		return v, err == nil, err
	}
	return 0, false, nil
}

// Leader finds the organisation whose orderer leads, by what most orderers say. They say it of the latest committed
// block: after a leader has failed, the next one shows with its first block.
func (n *Network) Leader(ctx context.Context) (Org, error) {
	votes := map[uint64]int{}
	for _, o := range Orgs() {
		// An orderer that is down has no vote.
		if id, found, err := metric(ctx, n.config.address(o, portOrdererOperations), "consensus_BFT_leader_id"); err == nil && found {
			votes[uint64(id)]++
		}
	}
	for _, o := range Orgs() {
		if votes[o.consenter()] > len(Orgs())/2 {
			return o, nil
		}
	}
	return Org{}, fail(CodeNotReady, ctx.Err(), "", "the orderers have not agreed on a leader")
}

// heightMetric is the number of blocks in a ledger; peers and orderers both have it.
const heightMetric = "ledger_blockchain_height"

// catchUp waits until the organisation's peer has the blocks that the other peers have now.
func (n *Network) catchUp(ctx context.Context, own Org) error {
	var goal uint64
	for _, o := range Orgs() {
		// A peer that is down sets no goal.
		if h, err := n.Height(ctx, o); err == nil {
			goal = max(goal, h)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, n.config.StartTimeout)
	defer cancel()
	for {
		h, err := n.Height(ctx, own)
		if err == nil && h >= goal {
			return nil
		}
		if pause(ctx, pollEvery) != nil {
			return fail(CodeNotReady, err, "", "the peer of %s has %d blocks and does not reach %d", own.Name, h, goal)
		}
	}
}

// Height gives the number of blocks that an organisation's peer has committed. It is 0 before the peer joined.
func (n *Network) Height(ctx context.Context, o Org) (uint64, error) {
	h, _, err := metric(ctx, n.config.address(o, portPeerOperations), heightMetric)
	if err != nil {
		return 0, fail(CodeProcess, err, "", "the peer of %s does not answer", o.Name)
	}
	return uint64(h), nil
}
