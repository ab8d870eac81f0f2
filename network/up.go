package network

import (
	"context"
	"os"
)

// Up brings the network to the state in which every organisation's peer gets endorsements. It makes the network if the
// data folder is empty, resumes the ledger that it finds, and starts only what does not run.
//
// On failure the processes that were started keep running for a look at them; Down stops them.
func Up(ctx context.Context, c Config, p Progress) (*Network, error) {
	n, err := attach(c)
	if err != nil {
		return nil, err
	}
	unlock, err := n.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	r := &reporter{to: p}
	if err := n.up(ctx, r); err != nil {
		return nil, err
	}
	return n, nil
}

func (n *Network) up(ctx context.Context, r *reporter) (err error) {
	// Ports first: who has to stop another program should not wait for a build before hearing of it.
	if err := n.checkFreePorts(); err != nil {
		return err
	}
	if n.bin, err = findBinaries(ctx, n.config, r); err != nil {
		return err
	}
	if err := n.checkPrograms(); err != nil {
		return err
	}
	if err := n.make(ctx, r); err != nil {
		return err
	}
	if err := n.checkFreePorts(); err != nil {
		return err
	}
	err = together(ctx,
		func(ctx context.Context) error { return n.startOrderers(ctx, r) },
		func(ctx context.Context) error { return n.startPeers(ctx, r) },
		func(ctx context.Context) error { return n.startChaincodes(ctx, r) },
	)
	if err != nil {
		return err
	}
	done := r.begin(StageLifecycle, "chaincodes are approved and committed")
	if err := n.agree(ctx); err != nil {
		return err
	}
	done()
	return eachOrg(ctx, func(ctx context.Context, o Org) error {
		done := r.begin(StageReady, o.Name)
		if err := n.awaitReady(ctx, o); err != nil {
			return err
		}
		done()
		return nil
	})
}

// checkFreePorts looks at the ports of the processes that do not run.
func (n *Network) checkFreePorts() error {
	var down []Process
	for _, p := range n.Processes() {
		if !n.isRunning(p.Name) {
			down = append(down, p)
		}
	}
	return checkPorts(down)
}

// make makes keys, certificates and the channel's first block if there are none, and all configuration files anew.
func (n *Network) make(ctx context.Context, r *reporter) error {
	if !exists(n.files.record()) {
		done := r.begin(StageCrypto, "keys, certificates and the channel "+Channel)
		if err := n.checkFolder(); err != nil {
			return err
		}
		// Without the record, what lies here is the rest of an attempt that did not get as far as a ledger.
		for _, rest := range []string{n.files.crypto(), n.files.at("ledger"), n.files.at("packages"), n.files.channelConfig()} {
			if err := os.RemoveAll(rest); err != nil {
				return fail(CodeFolder, err, "", "%s cannot be cleared", rest)
			}
		}
		if err := n.makeCrypto(ctx); err != nil {
			return err
		}
		if err := n.makeGenesis(ctx); err != nil {
			return err
		}
		if err := n.writeRecord(); err != nil {
			return err
		}
		done()
	}
	for _, o := range Orgs() {
		if err := n.makeConfigs(o); err != nil {
			return err
		}
	}
	return nil
}

// checkFolder refuses to make a network in a folder that holds other things, or whose processes run.
func (n *Network) checkFolder() error {
	name, err := n.files.foreign()
	if err != nil {
		return fail(CodeFolder, err, "", "the data folder %s cannot be read", n.files)
	}
	if name != "" {
		return fail(CodeFolder, nil, "Choose an empty or a new folder.", "the data folder %s holds %s, which is no part of a network", n.files, name)
	}
	live, err := n.running()
	if err == nil && len(live) > 0 {
		err = fail(CodeFolder, nil, "End it first.", "%s lacks its network.json, and yet %s (process %d) runs", n.files, live[0].Name, live[0].PID)
	}
	return err
}

func (n *Network) makeConfigs(o Org) error {
	if err := n.writeOrdererConfig(o); err != nil {
		return err
	}
	if err := n.writePeerConfig(o); err != nil {
		return err
	}
	for i, cc := range n.config.Chaincodes {
		if err := n.makeChaincodeCert(cc.Name, o); err != nil {
			return err
		}
		if err := n.makePackage(i, o); err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) startOrderers(ctx context.Context, r *reporter) error {
	err := eachOrg(ctx, func(ctx context.Context, o Org) error { return n.startOne(ctx, r, n.ordererProcess(o)) })
	if err != nil {
		return err
	}
	// An orderer that joins asks the others for their height, and waits for those that do not answer yet.
	return eachOrg(ctx, n.joinOrderer)
}

func (n *Network) startPeers(ctx context.Context, r *reporter) error {
	// Peers look for their external builder when they start.
	if err := n.buildBuilder(ctx); err != nil {
		return err
	}
	return eachOrg(ctx, func(ctx context.Context, o Org) error {
		if err := n.startOne(ctx, r, n.peerProcess(o)); err != nil {
			return err
		}
		return n.joinPeer(ctx, o)
	})
}

func (n *Network) startChaincodes(ctx context.Context, r *reporter) error {
	for i, cc := range n.config.Chaincodes {
		if err := n.buildChaincode(ctx, r, cc); err != nil {
			return err
		}
		err := eachOrg(ctx, func(ctx context.Context, o Org) error { return n.startOne(ctx, r, n.chaincodeProcess(i, o)) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) startOne(ctx context.Context, r *reporter, p Process) error {
	done := r.begin(StageStart, p.Name)
	if err := n.ensure(ctx, p); err != nil {
		return err
	}
	done()
	return nil
}
