package network

import (
	"crypto/sha256"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// majority is the policy of more than half of the organisations' admins, as configtxgen names it.
const majority = "/Channel/Application/Admins"

// ShareRights changes the first block of a channel, as configtxgen writes it, so that each organisation's part of the configuration (its
// certificates, anchor peers, addresses and policies) is changed by more than half of the organisations' admins, and not by its own admin
// alone. configtxgen cannot be told so. An organisation that may change what is its own may do it as often as it likes, and every proof
// carries all configurations. The block has another hash afterwards: to be called before anybody joins the channel.
func ShareRights(block []byte) ([]byte, error) {
	var b common.Block
	var envelope common.Envelope
	var payload common.Payload
	var config common.ConfigEnvelope
	err := proto.Unmarshal(block, &b)
	if err == nil && (b.GetHeader().GetNumber() != 0 || len(b.GetData().GetData()) != 1) {
		err = fmt.Errorf("it is not the first block of a channel")
	}
	if err == nil {
		err = proto.Unmarshal(b.Data.Data[0], &envelope)
	}
	if err == nil {
		err = proto.Unmarshal(envelope.Payload, &payload)
	}
	if err == nil {
		err = proto.Unmarshal(payload.Data, &config)
	}
	if err != nil {
		return nil, err
	}
	for _, part := range []string{"Application", "Orderer"} {
		group := config.GetConfig().GetChannelGroup().GetGroups()[part]
		if len(group.GetGroups()) == 0 {
			return nil, fmt.Errorf("its configuration has no organisations under %s", part)
		}
		for _, organisation := range group.Groups {
			share(organisation)
		}
	}
	marshal := proto.MarshalOptions{Deterministic: true}.Marshal
	if payload.Data, err = marshal(&config); err != nil {
		return nil, err
	}
	if envelope.Payload, err = marshal(&payload); err != nil {
		return nil, err
	}
	if b.Data.Data[0], err = marshal(&envelope); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b.Data.Data[0])
	b.Header.DataHash = sum[:]
	return marshal(&b)
}

func share(group *common.ConfigGroup) {
	group.ModPolicy = majority
	for _, value := range group.Values {
		value.ModPolicy = majority
	}
	for _, policy := range group.Policies {
		policy.ModPolicy = majority
	}
	for _, below := range group.Groups {
		share(below)
	}
}
