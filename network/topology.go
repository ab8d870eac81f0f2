package network

// Org is one of the organisations that hold the ledger together.
type Org struct {
	// Name is the short name that settings, folders and process names use: "owner".
	Name string
	// MSPID is the organisation's name on the channel: "OwnerMSP".
	MSPID string
	// Domain is the DNS domain in the organisation's certificates: "owner.rootline.example".
	Domain string
	// index is the place in Orgs; ports and BFT consenter ids come from it.
	index int
}

// Channel is the channel that every organisation joins.
const Channel = "works"

// The organisations, by their short names.
const (
	Owner      = "owner"
	Contractor = "contractor"
	Supervisor = "supervisor"
	Regulator  = "regulator"
)

// Orgs are the organisations of the network in the order of their consenter ids.
// Four is the smallest number of BFT orderers that survives one fault.
func Orgs() []Org {
	return []Org{
		{Owner, "OwnerMSP", "owner.rootline.example", 0},
		{Contractor, "ContractorMSP", "contractor.rootline.example", 1},
		{Supervisor, "SupervisorMSP", "supervisor.rootline.example", 2},
		{Regulator, "RegulatorMSP", "regulator.rootline.example", 3},
	}
}

// FindOrg finds an organisation by its short name or its MSP id.
func FindOrg(name string) (Org, error) {
	for _, o := range Orgs() {
		if o.Name == name || o.MSPID == name {
			return o, nil
		}
	}
	return Org{}, fail(CodeConfig, nil, "The organisations are owner, contractor, supervisor and regulator.",
		"there is no organisation %q", name)
}

// consenter gives the id of the organisation's orderer among the BFT consenters. Ids start at 1.
func (o Org) consenter() uint64 { return uint64(o.index) + 1 }

func (o Org) peerHost() string    { return "peer." + o.Domain }
func (o Org) ordererHost() string { return "orderer." + o.Domain }
