package fabric

import (
	"context"
	"sync"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// consenters are the orderers that a configuration of the channel names, by their numbers, as serialized identities.
type consenters map[uint32][]byte

// configurations remembers the consenters of each configuration block that was read; a channel has a handful.
type configurations struct {
	mu    sync.Mutex
	known map[uint64]consenters
}

// consentersOf gives the consenters that hold for a block. Raft's orderers sign with their certificates; none is needed
// for them.
func (c *Client) consentersOf(ctx context.Context, raw *common.Block) (consenters, error) {
	var said common.OrdererBlockMetadata
	value := blockSignatures(raw).GetValue()
	if len(value) == 0 || read("orderer's metadata", value, &said) != nil {
		return nil, nil
	}
	number := said.GetLastConfig().GetIndex()
	c.configurations.mu.Lock()
	known, ok := c.configurations.known[number]
	c.configurations.mu.Unlock()
	if ok {
		return known, nil
	}
	config := raw
	if number != raw.GetHeader().GetNumber() {
		var err error
		if config, err = c.rawBlock(ctx, number); err != nil {
			return nil, err
		}
	}
	known = consentersIn(config)
	c.configurations.mu.Lock()
	defer c.configurations.mu.Unlock()
	if c.configurations.known == nil {
		c.configurations.known = map[uint64]consenters{}
	}
	c.configurations.known[number] = known
	return known, nil
}

// consentersIn reads the consenters from a configuration block.
func consentersIn(raw *common.Block) consenters {
	out := consenters{}
	for _, b := range raw.GetData().GetData() {
		var envelope common.Envelope
		var payload common.Payload
		var config common.ConfigEnvelope
		var all common.Orderers
		if read("envelope", b, &envelope) != nil || read("payload", envelope.GetPayload(), &payload) != nil ||
			read("configuration", payload.GetData(), &config) != nil {
			continue
		}
		value := config.GetConfig().GetChannelGroup().GetGroups()["Orderer"].GetValues()["Orderers"].GetValue()
		if len(value) == 0 || read("orderers", value, &all) != nil {
			continue
		}
		for _, consenter := range all.GetConsenterMapping() {
			id, err := proto.Marshal(&msp.SerializedIdentity{Mspid: consenter.GetMspId(), IdBytes: consenter.GetIdentity()})
			if err == nil {
				out[consenter.GetId()] = id
			}
		}
	}
	return out
}
