package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hyperledger/fabric-lib-go/bccsp"
	"github.com/hyperledger/fabric-lib-go/bccsp/factory"
	"github.com/hyperledger/fabric-lib-go/common/flogging"
	"github.com/hyperledger/fabric-lib-go/common/metrics/disabled"
	"github.com/hyperledger/fabric-lib-go/healthz"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	pb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric/common/channelconfig"
	"github.com/hyperledger/fabric/common/configtx"
	"github.com/hyperledger/fabric/common/deliverclient"
	"github.com/hyperledger/fabric/common/policies"
	"github.com/hyperledger/fabric/common/semaphore"
	"github.com/hyperledger/fabric/core/chaincode/lifecycle"
	"github.com/hyperledger/fabric/core/committer/txvalidator/plugin"
	validator "github.com/hyperledger/fabric/core/committer/txvalidator/v20"
	"github.com/hyperledger/fabric/core/committer/txvalidator/v20/valinforetriever"
	"github.com/hyperledger/fabric/core/common/validation"
	"github.com/hyperledger/fabric/core/handlers/validation/builtin"
	"github.com/hyperledger/fabric/core/ledger"
	"github.com/hyperledger/fabric/core/ledger/kvledger/bookkeeping"
	"github.com/hyperledger/fabric/core/ledger/kvledger/txmgmt/privacyenabledstate"
	"github.com/hyperledger/fabric/core/ledger/kvledger/txmgmt/txmgr"
	"github.com/hyperledger/fabric/core/ledger/pvtdatapolicy"
	"github.com/hyperledger/fabric/core/peer"
	"github.com/hyperledger/fabric/core/scc/lscc"
	"github.com/hyperledger/fabric/gossip/privdata"
	"github.com/hyperledger/fabric/msp"
	"github.com/hyperledger/fabric/msp/mgmt"
	"github.com/hyperledger/fabric/protoutil"
)

// peerOf is the part of a peer that validates the blocks of one channel, put together as core/peer/peer.go does, with its
// state in a folder of its own.
type peerOf struct {
	channel string
	dir     string
	crypto  bccsp.BCCSP
	// bundle is the configuration in force, next the one that the block in work brings.
	bundle, next *channelconfig.Bundle
	verifier     deliverclient.CloneableUpdatableBlockVerifier
	validator    *validator.TxValidator
	state        *txmgr.LockBasedTxMgr
	closers      []func()
	// ids are those of the transactions so far (blkstorage).
	ids map[string]bool
}

// begin begins with block 0, which it believes.
func begin(genesis *common.Block) (*peerOf, error) {
	p := &peerOf{crypto: factory.GetDefault(), ids: map[string]bool{}}
	config, err := p.configOf(genesis)
	if err != nil {
		return nil, err
	}
	if p.bundle, err = channelconfig.NewBundle(p.channel, config.GetConfig(), p.crypto); err != nil {
		return nil, err
	}
	if p.verifier, err = deliverclient.NewBlockVerificationAssistantFromConfig(config.GetConfig(), 0,
		protoutil.BlockHeaderHash(genesis.GetHeader()), p.channel, p.crypto, flogging.MustGetLogger("oracle")); err != nil {
		return nil, err
	}
	mgmt.XXXSetMSPManager(p.channel, p.bundle.MSPManager())
	if p.dir, err = os.MkdirTemp("", "oracle-*"); err != nil {
		return nil, err
	}
	if err := p.open(); err != nil {
		return nil, errors.Join(err, p.close())
	}
	flags := protoutil.NewBlock(0, nil)
	genesis.Metadata = flags.GetMetadata()
	genesis.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{byte(pb.TxValidationCode_VALID)}
	if _, _, _, err := p.state.ValidateAndPrepare(&ledger.BlockAndPvtData{Block: genesis}, true); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, errors.Join(p.state.Commit(), p.remember(genesis))
}

// configOf reads the configuration in a block.
func (p *peerOf) configOf(block *common.Block) (*common.ConfigEnvelope, error) {
	e, err := protoutil.ExtractEnvelope(block, 0)
	if err != nil {
		return nil, err
	}
	payload, err := protoutil.UnmarshalPayload(e.GetPayload())
	if err != nil {
		return nil, err
	}
	header, err := protoutil.UnmarshalChannelHeader(payload.GetHeader().GetChannelHeader())
	if err != nil {
		return nil, err
	}
	p.channel = header.GetChannelId()
	return configtx.UnmarshalConfigEnvelope(payload.GetData())
}

// open opens the state and puts the validator together.
func (p *peerOf) open() error {
	books, err := bookkeeping.NewProvider(filepath.Join(p.dir, "books"))
	if err != nil {
		return err
	}
	p.closers = append(p.closers, books.Close)
	provider, err := privacyenabledstate.NewDBProvider(books, &disabled.Provider{}, healthy{},
		&privacyenabledstate.StateDBConfig{StateDBConfig: &ledger.StateDBConfig{}, LevelDBPath: filepath.Join(p.dir, "state")}, nil)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, provider.Close)
	db, err := provider.GetDBHandle(p.channel, nil)
	if err != nil {
		return err
	}
	resources := &lifecycle.ValidatorCommitter{
		CoreConfig: &peer.Config{}, PrivdataConfig: &privdata.PrivdataConfig{},
		Resources:                    &lifecycle.Resources{Serializer: &lifecycle.Serializer{}, ChannelConfigSource: p},
		LegacyDeployedCCInfoProvider: &lscc.DeployedCCInfoProvider{},
	}
	p.state, err = txmgr.NewLockBasedTxMgr(&txmgr.Initializer{
		LedgerID: p.channel, DB: db, BookkeepingProvider: books, CCInfoProvider: resources,
		BtlPolicy:          pvtdatapolicy.ConstructBTLPolicy(collections{p, resources}),
		CustomTxProcessors: map[common.HeaderType]ledger.CustomTxProcessor{common.HeaderType_CONFIG: &peer.ConfigTxProcessor{}},
		HashFunc:           func(b []byte) ([]byte, error) { return p.crypto.Hash(b, &bccsp.SHA256Opts{}) },
	})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, p.state.Shutdown)
	p.validator = validator.NewTxValidator(p.channel, semaphore.New(4), p, p,
		&valinforetriever.ValidationInfoRetrieveShim{New: resources, Legacy: &lscc.SCC{}},
		&peer.CollectionInfoShim{CollectionAndLifecycleResources: resources, ChannelID: p.channel},
		plugin.MapBasedMapper{"vscc": &builtin.DefaultValidationFactory{}},
		policies.PolicyManagerGetterFunc(func(string) policies.Manager { return p.bundle.PolicyManager() }), p.crypto)
	return nil
}

// close ends p; nil is ended.
func (p *peerOf) close() error {
	if p == nil {
		return nil
	}
	for i := len(p.closers) - 1; i >= 0; i-- {
		p.closers[i]()
	}
	return os.RemoveAll(p.dir)
}

// judge says what the peer makes of the next block, and keeps it if told to.
func (p *peerOf) judge(block *common.Block, keep bool) (a answer) {
	verifier := p.verifier.Clone()
	if err := calm(func() error { return verifier.VerifyBlock(block) }); err != nil {
		return answer{Refused: err.Error()}
	}
	p.next = nil
	err := calm(func() error {
		// The validator does this in goroutines of its own, where a panic ends the process.
		for _, b := range block.GetData().GetData() {
			if e, err := protoutil.GetEnvelopeFromBlock(b); err == nil {
				validation.ValidateTransaction(e, p.crypto)
			}
		}
		if err := p.validator.Validate(block); err != nil {
			return err
		}
		_, _, _, err := p.state.ValidateAndPrepare(&ledger.BlockAndPvtData{Block: block}, true)
		return err
	})
	if err != nil {
		p.state.Rollback()
		return answer{Halted: err.Error()}
	}
	for _, code := range block.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER] {
		a.Codes = append(a.Codes, int(code))
	}
	if !keep {
		p.state.Rollback()
		return a
	}
	if err := errors.Join(p.state.Commit(), p.remember(block)); err != nil {
		return answer{Halted: err.Error()}
	}
	if p.next != nil {
		if err := verifier.UpdateConfig(block); err != nil {
			return answer{Halted: err.Error()}
		}
		p.bundle = p.next
		mgmt.XXXSetMSPManager(p.channel, p.bundle.MSPManager())
	}
	p.verifier = verifier
	return a
}

// remember takes the ids of a block's transactions, as blkstorage does.
func (p *peerOf) remember(block *common.Block) error {
	for _, b := range block.GetData().GetData() {
		if id, err := protoutil.GetOrComputeTxIDFromEnvelope(b); err == nil {
			p.ids[id] = true
		}
	}
	return nil
}

// calm makes an error of a panic.
func calm(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return f()
}

// MSPManager implements validator.ChannelResources.
func (p *peerOf) MSPManager() msp.MSPManager { return p.bundle.MSPManager() }

// Apply implements validator.ChannelResources, as core/peer.Channel does. A configuration without the update that led to it
// is believed: tests make such ones, and a quorum of orderers has signed the block.
func (p *peerOf) Apply(config *common.ConfigEnvelope) error {
	if config.GetLastUpdate() != nil {
		if err := p.bundle.ConfigtxValidator().Validate(config); err != nil {
			return err
		}
	}
	next, err := channelconfig.NewBundle(p.channel, config.GetConfig(), p.crypto)
	if err != nil {
		return err
	}
	p.next = next
	return p.bundle.ValidateNew(next)
}

// GetMSPIDs implements validator.ChannelResources.
func (p *peerOf) GetMSPIDs() []string {
	var ids []string
	if a, ok := p.bundle.ApplicationConfig(); ok {
		for _, o := range a.Organizations() {
			ids = append(ids, o.MSPID())
		}
	}
	return ids
}

// Capabilities implements validator.ChannelResources.
func (p *peerOf) Capabilities() channelconfig.ApplicationCapabilities {
	a, _ := p.bundle.ApplicationConfig()
	return a.Capabilities()
}

// TxIDExists implements validator.LedgerResources.
func (p *peerOf) TxIDExists(id string) (bool, error) { return p.ids[id], nil }

// NewQueryExecutor implements validator.LedgerResources.
func (p *peerOf) NewQueryExecutor() (ledger.QueryExecutor, error) {
	return p.state.NewQueryExecutor("")
}

// GetStableChannelConfig implements lifecycle.ChannelConfigSource.
func (p *peerOf) GetStableChannelConfig(string) channelconfig.Resources { return p.bundle }

// collections finds collections for how long they keep what they hold.
type collections struct {
	p         *peerOf
	resources *lifecycle.ValidatorCommitter
}

// CollectionInfo implements what pvtdatapolicy asks for.
func (c collections) CollectionInfo(chaincode, name string) (*pb.StaticCollectionConfig, error) {
	q, err := c.p.state.NewQueryExecutor("")
	if err != nil {
		return nil, err
	}
	defer q.Done()
	return c.resources.CollectionInfo(c.p.channel, chaincode, name, q)
}

// healthy is a registry of health checks that nobody asks.
type healthy struct{}

// RegisterChecker implements ledger.HealthCheckRegistry.
func (healthy) RegisterChecker(string, healthz.HealthChecker) error { return nil }
