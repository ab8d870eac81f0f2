package network

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// committed is a chaincode definition as "peer lifecycle chaincode querycommitted" prints it.
type committed struct {
	Name     string `json:"name"`
	Sequence int64  `json:"sequence"`
	Version  string `json:"version"`
}

// approved is one organisation's approval as "peer lifecycle chaincode queryapproved" prints it.
type approved struct {
	Sequence int64 `json:"sequence"`
	Source   struct {
		Type struct {
			LocalPackage struct {
				PackageID string `json:"package_id"`
			} `json:"LocalPackage"`
		} `json:"Type"`
	} `json:"source"`
}

// definition is what the organisations are to agree on.
type definition struct {
	chaincode int
	sequence  int64
}

// version names a definition. It changes with the policy, so that a later Up sees whether it has to propose a new one.
func (cc Chaincode) version() string {
	sum := sha256.Sum256([]byte(cc.Policy.String()))
	return "1." + hex.EncodeToString(sum[:4])
}

// agree brings every chaincode to the state that its organisations run, approve and endorse it. What is done already stays.
func (n *Network) agree(ctx context.Context) error {
	out, err := n.peerCommand(Orgs()[0], "lifecycle", "chaincode", "querycommitted", "--channelID", Channel, "--output", "json").run(ctx)
	if err != nil {
		return err
	}
	var known struct {
		Definitions []committed `json:"chaincode_definitions"`
	}
	if err := json.Unmarshal(out, &known); err != nil {
		return fail(CodeCommand, err, "", "the list of chaincodes is not understood")
	}
	have := map[string]committed{}
	for _, d := range known.Definitions {
		have[d.Name] = d
	}
	for i, cc := range n.config.Chaincodes {
		d := definition{i, have[cc.Name].Sequence}
		isNew := have[cc.Name].Version != cc.version()
		if isNew {
			d.sequence++
		}
		if err := eachOrg(ctx, func(ctx context.Context, o Org) error { return n.approve(ctx, d, o, isNew) }); err != nil {
			return err
		}
		if !isNew {
			continue
		}
		if err := n.commit(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// approve installs the organisation's package and records its approval, unless it stands for this package already.
func (n *Network) approve(ctx context.Context, d definition, o Org, isNew bool) error {
	id := n.packageID(d.chaincode, o)
	if !isNew {
		done, err := n.hasApproved(ctx, d, o, id)
		if err != nil || done {
			return err
		}
	}
	cc := n.config.Chaincodes[d.chaincode]
	_, err := n.peerCommand(o, "lifecycle", "chaincode", "install", n.files.chaincodePackage(cc.Name, o)).run(ctx)
	if err != nil && !strings.Contains(err.Error(), "already successfully installed") {
		return err
	}
	err = n.order(ctx, d, o, "approveformyorg", "--package-id", id)
	if err != nil && strings.Contains(err.Error(), "with unchanged content") {
		return nil
	}
	return err
}

func (n *Network) hasApproved(ctx context.Context, d definition, o Org, packageID string) (bool, error) {
	cc := n.config.Chaincodes[d.chaincode]
	out, err := n.peerCommand(o, "lifecycle", "chaincode", "queryapproved", "--channelID", Channel,
		"--name", cc.Name, "--sequence", strconv.FormatInt(d.sequence, 10), "--output", "json").run(ctx)
	if CodeOf(err) == CodeCommand {
		return false, nil // Fabric answers an error when there is no approval
	}
	if err != nil {
		return false, err
	}
	var a approved
	if err := json.Unmarshal(out, &a); err != nil {
		return false, fail(CodeCommand, err, "", "the approval of %s by %s is not understood", cc.Name, o.Name)
	}
	return a.Source.Type.LocalPackage.PackageID == packageID, nil
}

// commit makes an approved definition the channel's. A majority of the peers endorses it, and each must have seen
// the approvals, which reach them with the blocks: hence the retries.
func (n *Network) commit(ctx context.Context, d definition) error {
	var targets []string
	for _, o := range Orgs() {
		targets = append(targets, "--peerAddresses", n.config.address(o, portPeer), "--tlsRootCertFiles", n.files.tlsCA(o))
	}
	patience, cancel := context.WithTimeout(ctx, n.config.StartTimeout)
	defer cancel()
	for {
		err := n.order(ctx, d, Orgs()[0], "commit", targets...)
		if err == nil || !strings.Contains(err.Error(), "not agreed to by this org") && !strings.Contains(err.Error(), "ProposalResponsePayloads do not match") {
			return err
		}
		if e := pause(patience, 4*pollEvery); e != nil {
			return errors.Join(err, e)
		}
	}
}

// order has a definition approved or committed by way of one orderer after the other until it is in a block. The one
// that leads comes first, since any other waits before it forwards. One that lost the view, as a starved machine can
// make it, keeps what it is given to itself; then the next is asked.
func (n *Network) order(ctx context.Context, d definition, o Org, verb string, more ...string) error {
	orderers := Orgs()
	if leader, err := n.Leader(ctx); err == nil {
		orderers = append([]Org{leader}, slices.DeleteFunc(orderers, func(o Org) bool { return o == leader })...)
	}
	var err error
	for _, by := range orderers {
		_, err = n.peerCommand(o, n.withDefinition(d, by, verb, more...)...).run(ctx)
		if err == nil || !strings.Contains(err.Error(), "timed out waiting for txid") {
			return err
		}
	}
	return err
}

// orderPatience is how long a definition may take from one orderer into a block.
const orderPatience = 15 * time.Second

// withDefinition gives the arguments that approving and committing share.
func (n *Network) withDefinition(d definition, by Org, verb string, more ...string) []string {
	cc := n.config.Chaincodes[d.chaincode]
	args := []string{
		"lifecycle", "chaincode", verb,
		"--channelID", Channel, "--name", cc.Name, "--version", cc.version(),
		"--sequence", strconv.FormatInt(d.sequence, 10),
		"--signature-policy", cc.Policy.String(),
		"--orderer", n.config.address(by, portOrderer), "--tls", "--cafile", n.files.tlsCA(by),
		"--waitForEventTimeout", orderPatience.String(),
	}
	return append(args, more...)
}
