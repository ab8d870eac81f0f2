package main

import (
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-lib-go/bccsp/factory"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	mb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric/common/channelconfig"
	"github.com/hyperledger/fabric/common/configtx"
	"github.com/hyperledger/fabric/common/policies"
	"github.com/hyperledger/fabric/msp"
	"github.com/hyperledger/fabric/protoutil"
	"google.golang.org/protobuf/proto"
)

// endorsed asks whether an endorsement is one by a peer of the channel. Its signature covers the response with the identity after it.
type endorsed struct {
	// Configuration is the common.Envelope of the configuration in use.
	Configuration []byte `json:"configuration"`
	Response      []byte `json:"response"`
	// Identity is a msp.SerializedIdentity.
	Identity  []byte `json:"identity"`
	Signature []byte `json:"signature"`
}

// judge says why the endorsement is none; "" when it is one.
func (e *endorsed) judge() string {
	err := calm(func() error {
		manager, err := e.members()
		if err != nil {
			return fmt.Errorf("the configuration: %w", err)
		}
		ids := policies.SignatureSetToValidIdentities([]*protoutil.SignedData{{
			Data: append(append([]byte{}, e.Response...), e.Identity...), Identity: e.Identity, Signature: e.Signature,
		}}, manager)
		if len(ids) != 1 {
			return errors.New("it is nobody's, or its signature does not hold")
		}
		role, err := proto.Marshal(&mb.MSPRole{MspIdentifier: ids[0].GetMSPIdentifier(), Role: mb.MSPRole_PEER})
		if err != nil {
			return err
		}
		return ids[0].SatisfiesPrincipal(&mb.MSPPrincipal{PrincipalClassification: mb.MSPPrincipal_ROLE, Principal: role})
	})
	if err != nil {
		return err.Error()
	}
	return ""
}

// members puts the application's membership rules together as a peer does for its channel.
func (e *endorsed) members() (msp.MSPManager, error) {
	envelope, err := protoutil.UnmarshalEnvelope(e.Configuration)
	if err != nil {
		return nil, err
	}
	payload, err := protoutil.UnmarshalPayload(envelope.GetPayload())
	if err != nil {
		return nil, err
	}
	config, err := configtx.UnmarshalConfigEnvelope(payload.GetData())
	if err != nil {
		return nil, err
	}
	handler := channelconfig.NewMSPConfigHandler(msp.MSPv3_0, factory.GetDefault())
	for _, group := range config.GetConfig().GetChannelGroup().GetGroups()["Application"].GetGroups() {
		if err := propose(handler, group); err != nil {
			return nil, err
		}
	}
	return handler.CreateMSPManager()
}

func propose(handler *channelconfig.MSPConfigHandler, group *common.ConfigGroup) error {
	rules := &mb.MSPConfig{}
	if err := proto.Unmarshal(group.GetValues()["MSP"].GetValue(), rules); err != nil {
		return err
	}
	_, err := handler.ProposeMSP(rules)
	return err
}
