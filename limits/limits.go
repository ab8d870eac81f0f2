// Package limits has every bound of what Rootline reads from others, once. What others refer to under a name of their
// own refers to here; docs/limits.md and web/src/core/limits.ts are written from Table.
package limits

// Rules of the ledger: all who judge must have the same, so that a transaction is refused by every chaincode, or disputed
// by every gateway, alike.
const (
	// BatchBytes is the length of a transaction's argument, below what peers and orderers carry.
	BatchBytes = 8 << 20
	// UnpackedBytes is what a batch unpacks to. A gateway fills a batch with 6 MB of signed events at most.
	UnpackedBytes = 16 << 20
	BatchEvents   = 1000
	// BatchItems is of how many items of CBOR a batch consists: an event with the longest path has some 80.
	BatchItems = 100 * BatchEvents
	// BatchRecords is how many different records the events of a batch name, all of which are read before a signature is
	// looked at. One event names some 1,100 at most, and 1,000 ordinary ones some 4,000.
	BatchRecords = 20_000
	// EventBytes is the length of an event's JWS. A rulebook being proposed is the longest thing that is signed.
	EventBytes = 256 << 10
	// HeaderBytes is the length of a JWS's protected header as it is written, in base64url; ours have about 230.
	HeaderBytes = 1 << 10
	// DataBytes is the length of the data of an event about an asset.
	DataBytes = 16 << 10
	Inputs    = 64
	Refs      = 500
	Evidence  = 32
	Into      = 64
	MediaType = 100
	// PathHashes is the length of a Merkle path: no tree of more than 2⁶⁴ leaves is proved. Each hash has 32 bytes.
	PathHashes = 64
	// Listed is how many codes a list commits to.
	Listed   = 1_000_000
	Accuracy = 10_000
	// Nesting is how deep JSON goes. An event needs 5; a place's outline 4.
	Nesting = 8

	Parents    = 256
	Fields     = 64
	Counts     = 16
	Signers    = 16
	Freezes    = 16
	Dependants = 500
	Outline    = 512
	PlanKinds  = 64
	// Planned is one amount of a plan.
	Planned = 1_000_000_000_000
	// PlaceID is the length of a place's id, PlaceParts how many parts it has.
	PlaceID    = 80
	PlaceParts = 8
	// Title is the length of a name for people in one language: of a place, an organisation, and all in a rulebook.
	Title = 400
	// FoundingBytes is the length of the founding, Organisations how many found a ledger, OrganisationRoles the roles that
	// each may give.
	FoundingBytes     = 64 << 10
	Organisations     = 64
	OrganisationRoles = 64
	Weeks             = 160
	// OpenVotes is how many proposed rulebooks an organisation votes for at a time. Each has a vote at least.
	OpenVotes = 32
	// Marks is how many sorts of marks a rulebook leaves at assets that its events refer to.
	Marks = 16
	// RulebookReaders is how many rulebooks read kinds of one other.
	RulebookReaders = 32

	// RecordElements and RecordPairs are the length of an array and of a map within a record on the ledger, RecordItems is of how
	// many items of CBOR those who verify a proof take one to consist.
	RecordElements = 4096
	RecordPairs    = 1024
	RecordNesting  = 8
	RecordItems    = 1 << 16

	// AttestedKeys is how many records one answer is about, AttestedKey the length of a key in it. A nonce has NonceLeast to
	// NonceMost bytes.
	AttestedKeys = 256
	AttestedKey  = 256
	NonceLeast   = 16
	NonceMost    = 64
)

// Rules of rulebooks, which are the ledger's as well.
const (
	// RulebookBytes is the length of what is adopted. Signed as a proposal, text of ordinary characters is half as long
	// again, and stays below EventBytes.
	RulebookBytes   = 128 << 10
	RulebookNesting = 20
	Roles           = 32
	Kinds           = 32
	States          = 32
	Actions         = 64
	Rules           = 32
	Choices         = 200
	// EntryMembers is how many values each of a list of entries has.
	EntryMembers = 8
	// Tallied is how many different values of those under an asset it keeps, of which it says the greatest or the least.
	Tallied      = 16
	Tables       = 64
	TableRows    = 200
	TableColumns = 16
	TextLength   = 2000
	ListItems    = 1000
	// FieldText and FieldItems hold where a field of a rulebook names no maxLength.
	FieldText         = 200
	FieldItems        = 200
	Expression        = 1000
	ExpressionNodes   = 300
	ExpressionNesting = 32
	ExpressionCost    = 20_000
)

// Bounds of what a gateway keeps of a block, so that nothing in one costs more than its own length.
const (
	// BlockBytes is the length of a block, AheadBytes what is read of blocks that are not applied yet, unpacked.
	BlockBytes = 256 << 20
	AheadBytes = 192 << 20
	// MessageMembers is how many members a message in a transaction has that is unpacked, with those of the messages within
	// it: each takes some hundred bytes of memory and may be two bytes long. A batch of BatchEvents has some ten thousand. The
	// verdict on a transaction is computed from its bytes, whatever their number.
	MessageMembers = 200_000
	// KeysWaiting is how many keys wait in memory for the versions that transactions gave them to be written, KeysAtOnce how
	// many of those that they read are looked up at once, and KeysWritten how many are told apart of those that a block wrote:
	// past that they are looked up.
	KeysWaiting = 65_536
	KeysAtOnce  = 8_192
	KeysWritten = 32_768
	// RememberedIdentity is how long an identity is, with its certificate, that is remembered for the blocks to come.
	RememberedIdentity = 16 << 10
	// KeptName is how much is kept of a name that anybody chose: of a chaincode, a function, an organisation, a key.
	KeptName = 200
	// KeptDetail is how much is kept of a finding's words.
	KeptDetail = 2000
	// KeptEndorsers is how many of a transaction's endorsers are kept.
	KeptEndorsers = 64
	// KeptArguments is how many arguments of a disputed transaction are kept, KeptArgument how much of each.
	KeptArguments = 4
	KeptArgument  = 64 << 10
	// KeptFindings is how many findings of one kind a transaction brings.
	KeptFindings = 20
)

// Bounds of what a gateway takes over HTTP, and of what it fetches.
const (
	EventsBody  = 8 << 20
	SignInBody  = 16 << 10
	ResolveBody = 32 << 10
	LabelsBody  = 16 << 20
	// TransferBody is the body of a request for payment orders: a few account numbers.
	TransferBody = 4 << 10
	// DraftBody is the body of a request to check or try a rulebook: RulebookFile, with what JSON adds to it. Drafts are those
	// that one device has checked in a minute, Trials those whose examples it has played, TrialsAtOnce those that are played at one
	// time.
	DraftBody    = 2*RulebookFile + 4<<10
	Drafts       = 120
	Trials       = 12
	TrialsAtOnce = 1
	NoBody       = 4 << 10
	// WorkBytes are the requests that are worked on at one time, of all together; GuestsBytes those of all who did not sign
	// in, GuestBytes those of one address, MemberBytes those of one device. Streams are the event streams, likewise.
	WorkBytes     = 128 << 20
	GuestsBytes   = 64 << 20
	GuestBytes    = 16 << 20
	MemberBytes   = 32 << 20
	Streams       = 2000
	GuestsStreams = 1000
	GuestStreams  = 50
	MemberStreams = 20
	// Sessions are those of one device at a gateway. Nobody may begin as many within the life of a sign-in.
	Sessions = 1000
	// SignedBytes are the blocks, and the lists of codes that are not at hand, that are read in a minute for one who downloads
	// what was signed, or has proofs made or items checked.
	SignedBytes = 64 << 20
	// NewcomerBytes is what is read of a device that is not known yet.
	NewcomerBytes = 32 << 10
	// HTTPHeader is the length of a request's line and headers.
	HTTPHeader  = 32 << 10
	PageItems   = 500
	CursorBytes = 4 << 10
	// ResolveCodes are codes looked up together, ListPage those of one answer on a list, TraceItems the items of a trace.
	ResolveCodes = 500
	ListPage     = 5000
	TraceItems   = 5000
	FileBytes    = 25 << 20
	FileParts    = 32
	PartsBytes   = 256 << 20
	// What a gateway keeps of files, unless its settings say otherwise: of one device, of one organisation, in all. DiskReserve
	// is the room that evidence leaves to the rest.
	DeviceFiles            = 200_000
	DeviceFilesBytes       = 50 << 30
	OrganisationFiles      = 2_000_000
	OrganisationFilesBytes = 400 << 30
	AllFiles               = 4_000_000
	AllFilesBytes          = 800 << 30
	DiskReserve            = 1 << 30
	// PicturePixels is of how large a picture a smaller one is made, PicturesBytes and Pictures what is kept of those that were made.
	PicturePixels = 24_000_000
	PicturesBytes = 1 << 30
	Pictures      = 100_000
	TileBytes     = 2 << 20
	TileZoom      = 19
	CodeLine      = 64
	LabelsOfSet   = 100_000
	FabricAnswer  = 100 << 20
	RefusedBytes  = 16 << 20
	// ProofEvents are the events of an item's proof, ProofsAtOnce the proofs that are made at one time, ProofsKept the length of
	// those that are given again. Proofs are those that one address, or one device that is signed in, is made in a minute.
	ProofEvents  = 4000
	ProofsAtOnce = 4
	ProofsKept   = 32 << 20
	Proofs       = 30
	// SetItems are the items of a set, SetCodes those that are named one by one, SetProofs those whose own proofs go with it.
	// SetJobs are the jobs that are kept in all, OrganisationSetJobs those of one organisation's devices, SetJobsAtOnce those that
	// run; SetSpool is the length of their files.
	SetItems            = 65_536
	SetCodes            = 20_000
	SetProofs           = 500
	SetJobs             = 64
	OrganisationSetJobs = 8
	SetJobsAtOnce       = 2
	SetSpool            = 2 << 30
	SetQuestionBytes    = 2 << 20
	SetAnswerBytes      = 64 << 10
)

// Bounds of what the command line reads.
const (
	AnswerBytes    = 64 << 20
	ProblemBytes   = 1 << 20
	TableRow       = 1 << 20
	RulebookFile   = 256 << 10
	InvitationLink = 4096
)

// Bounds of what is read of proofs, by whoever verifies them.
const (
	// ProofBytes is the length of a proof, packed and unpacked; ProofItems is of how many items of CBOR it consists.
	ProofBytes   = 16 << 20
	ProofItems   = 1 << 20
	ProofSubject = 200
	ProofActs    = 1024
	// Configurations is how many configurations of the channel a gateway puts into a proof, and ConfigurationsBytes how long
	// they are together.
	Configurations      = 512
	ConfigurationsBytes = 8 << 20
	// ProofValue is the length of what orderers sign beside a header.
	ProofValue  = 64 << 10
	AnchorBytes = 64 << 10
	// SetPackBytes is the length of a ZIP of a set's proof and its items'.
	SetPackBytes = 64 << 20
)
