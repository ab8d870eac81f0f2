package limits

// Limit is one bound, as people read of it.
type Limit struct {
	Name  string
	Value int64
	Unit  string
	// Of is what is bounded.
	Of string
}

// Group is a set of limits that hold in one place. Beyond says what becomes of what is longer.
type Group struct {
	Title, Beyond string
	Limits        []Limit
}

// Units of the table.
const (
	bytes      = "bytes"
	number     = ""
	characters = "characters"
)

// Table is every limit, in the order of docs/limits.md.
var Table = []Group{
	{"On the ledger", "Refused by the chaincode and at every gateway's door with a stable code; in a transaction that is valid " +
		"nevertheless, disputed by every gateway alike. Lengths are compared before anything is made of what they announce. " +
		"To change one is to change the rules of the ledger.", []Limit{
		{"BatchBytes", BatchBytes, bytes, "The argument of a transaction"},
		{"UnpackedBytes", UnpackedBytes, bytes, "What a batch unpacks to, its window included"},
		{"BatchEvents", BatchEvents, number, "Events of a batch"},
		{"BatchItems", BatchItems, number, "Items of CBOR in a batch"},
		{"BatchRecords", BatchRecords, number, "Different records that the events of a batch name"},
		{"EventBytes", EventBytes, bytes, "A signed event"},
		{"HeaderBytes", HeaderBytes, bytes, "The protected header of a JWS, as it is written"},
		{"DataBytes", DataBytes, bytes, "The data of an event about an asset; an act of the registry has the whole event for it"},
		{"Inputs", Inputs, number, "Inputs of an event"},
		{"Refs", Refs, number, "References of an event"},
		{"Evidence", Evidence, number, "Files that an event names"},
		{"Into", Into, number, "Parts that a lot is divided into"},
		{"MediaType", MediaType, bytes, "The media type of a file"},
		{"PathHashes", PathHashes, number, "Hashes of a proof, of exactly 32 bytes each. One that the event's form does not need is refused"},
		{"Listed", Listed, number, "Codes of a list"},
		{"Accuracy", Accuracy, "metres", "The accuracy of a position"},
		{"Nesting", Nesting, "levels", "JSON in JSON"},
		{"Parents", Parents, number, "What went into one asset, in all"},
		{"Fields", Fields, number, "Fields that an asset keeps"},
		{"Counts", Counts, number, "What an asset counts of those under it"},
		{"Signers", Signers, number, "Signers of an action"},
		{"Freezes", Freezes, number, "Recalls that hold one asset at a time"},
		{"Dependants", Dependants, number, "Assets that one act freezes, releases or moves"},
		{"Outline", Outline, "points", "An outline or a line of a place"},
		{"PlanKinds", PlanKinds, number, "Kinds in the plan of a place"},
		{"Planned", Planned, number, "An amount of a plan"},
		{"PlaceID", PlaceID, characters, "The id of a place"},
		{"PlaceParts", PlaceParts, number, "Parts of it, each within the one before"},
		{"Title", Title, characters, "A name for people in one language: of a place, an organisation, and all in a rulebook"},
		{"FoundingBytes", FoundingBytes, bytes, "The founding of a ledger"},
		{"Organisations", Organisations, number, "Organisations that found a ledger"},
		{"OrganisationRoles", OrganisationRoles, number, "Roles that an organisation may give"},
		{"Weeks", Weeks, number, "Amounts of a plan by week"},
		{"Marks", Marks, number, "Sorts of marks that a rulebook leaves at items that its events refer to"},
		{"RulebookReaders", RulebookReaders, number, "Rulebooks that read kinds of one other"},
		{"OpenVotes", OpenVotes, number, "Votes of an organisation for rulebooks that are not adopted. A proposal is one, and without a vote it is gone"},
		{"RecordElements", RecordElements, number, "Elements of an array in a record"},
		{"RecordPairs", RecordPairs, number, "Members of a map in a record"},
		{"RecordNesting", RecordNesting, "levels", "A record's arrays and maps in each other"},
		{"RecordItems", RecordItems, number, "Items of CBOR in a record, where a proof is verified"},
		{"AttestedKeys", AttestedKeys, number, "Records that one answer of organisations is about"},
		{"AttestedKey", AttestedKey, bytes, "The key of one of them"},
		{"NonceLeast", NonceLeast, bytes, "A nonce, at the least"},
		{"NonceMost", NonceMost, bytes, "A nonce"},
	}},
	{"Rulebooks", "Refused when it is proposed, with the line. Aliases, anchors and tags of YAML are not read at all.", []Limit{
		{"RulebookBytes", RulebookBytes, bytes, "What is adopted"},
		{"RulebookFile", RulebookFile, bytes, "A file with its examples"},
		{"RulebookNesting", RulebookNesting, "levels", "YAML in YAML"},
		{"Roles", Roles, number, "Roles"},
		{"Kinds", Kinds, number, "Kinds"},
		{"States", States, number, "States of a kind"},
		{"Actions", Actions, number, "Actions of a kind"},
		{"Rules", Rules, number, "Rules of an action"},
		{"Choices", Choices, number, "Choices of a field"},
		{"EntryMembers", EntryMembers, number, "Values of each of a list of entries"},
		{"Tallied", Tallied, number, "Different values that an asset keeps of those under it, to know the greatest or the least"},
		{"Tables", Tables, number, "Tables"},
		{"TableRows", TableRows, number, "Rows of a table"},
		{"TableColumns", TableColumns, number, "Numbers of a row"},
		{"TextLength", TextLength, characters, "The text of a field, at the most that a rulebook may allow"},
		{"ListItems", ListItems, number, "The list of a field, at the most that a rulebook may allow"},
		{"FieldText", FieldText, characters, "The text of a field for which a rulebook names no length"},
		{"FieldItems", FieldItems, number, "The list of such a field"},
		{"Expression", Expression, characters, "An expression"},
		{"ExpressionNodes", ExpressionNodes, number, "Nodes of an expression"},
		{"ExpressionNesting", ExpressionNesting, "levels", "An expression's parts in each other"},
		{"ExpressionCost", ExpressionCost, "units of CEL", "What an expression may cost, at worst"},
	}},
	{"What a gateway reads and keeps of a block", "A longer block is not read, and no more are read ahead. What is kept is cut, with a mark that says how long it was; the whole lies in the block. Bytes that are " +
		"no text, and NUL, are replaced.", []Limit{
		{"BlockBytes", BlockBytes, bytes, "A block"},
		{"AheadBytes", AheadBytes, bytes, "Blocks that are read and not applied yet, unpacked"},
		{"MessageMembers", MessageMembers, number, "Members of a message in a transaction; one with more is not unpacked, and only its verdict is computed"},
		{"KeysWaiting", KeysWaiting, number, "Keys whose versions wait in memory to be written. However many a transaction writes, they are written as they come"},
		{"KeysAtOnce", KeysAtOnce, number, "Keys that are looked up at once, of those that a transaction read"},
		{"KeysWritten", KeysWritten, number, "Keys that are told apart of those that a block wrote; past that, each that is read is looked up"},
		{"RememberedIdentity", RememberedIdentity, bytes, "An identity that is remembered; longer ones are read each time"},
		{"KeptName", KeptName, bytes, "A name that anybody chose: of a chaincode, a function, an organisation, a key"},
		{"KeptDetail", KeptDetail, bytes, "The words of a finding"},
		{"KeptFindings", KeptFindings, number, "Findings of one kind about a transaction"},
		{"KeptEndorsers", KeptEndorsers, number, "Endorsers of a transaction"},
		{"KeptArguments", KeptArguments, number, "Arguments of a disputed transaction"},
		{"KeptArgument", KeptArgument, bytes, "One of them"},
	}},
	{"At a gateway", "Answered with too-large or bad-request, and nothing is taken.", []Limit{
		{"WorkBytes", WorkBytes, bytes, "Requests that are worked on at one time"},
		{"GuestsBytes", GuestsBytes, bytes, "Those of all who are not signed in"},
		{"GuestBytes", GuestBytes, bytes, "Those of one address that is not signed in"},
		{"MemberBytes", MemberBytes, bytes, "Those of one device that is signed in"},
		{"Streams", Streams, number, "Event streams"},
		{"GuestsStreams", GuestsStreams, number, "Those of all who are not signed in"},
		{"GuestStreams", GuestStreams, number, "Those of one address that is not signed in"},
		{"MemberStreams", MemberStreams, number, "Those of one device that is signed in"},
		{"Sessions", Sessions, number, "Sessions of one device; beyond, the oldest end, and none is begun when all of them were within five minutes"},
		{"SignedBytes", SignedBytes, bytes, "Blocks, and lists of codes that are read whole, in a minute for one address, or one device, that downloads what was signed of items, or has proofs made or items checked"},
		{"NewcomerBytes", NewcomerBytes, bytes, "An event of a device that is not known yet"},
		{"HTTPHeader", HTTPHeader, bytes, "A request's line and headers"},
		{"EventsBody", EventsBody, bytes, "Events sent together"},
		{"SignInBody", SignInBody, bytes, "A sign-in"},
		{"ResolveBody", ResolveBody, bytes, "Codes looked up together"},
		{"LabelsBody", LabelsBody, bytes, "An order of labels"},
		{"DraftBody", DraftBody, bytes, "A rulebook that is to be checked or tried, as JSON"},
		{"Drafts", Drafts, number, "Rulebooks that one device has checked in a minute"},
		{"Trials", Trials, number, "Rulebooks whose examples one device has played in a minute; each counts as ten checks"},
		{"TrialsAtOnce", TrialsAtOnce, number, "Rulebooks whose examples a gateway plays at one time, each for 15 s at most"},
		{"NoBody", NoBody, bytes, "Any other body"},
		{"PageItems", PageItems, number, "A page of a list"},
		{"ResolveCodes", ResolveCodes, number, "Codes that are looked up together"},
		{"ListPage", ListPage, number, "Codes of a list in one answer"},
		{"TraceItems", TraceItems, number, "Items of a trace"},
		{"CursorBytes", CursorBytes, bytes, "A cursor of a list"},
		{"LabelsOfSet", LabelsOfSet, number, "Labels printed together"},
		{"FileBytes", FileBytes, bytes, "A file of evidence"},
		{"FileParts", FileParts, number, "Files that are on their way in parts"},
		{"PartsBytes", PartsBytes, bytes, "Their parts together"},
		{"DeviceFiles", DeviceFiles, number, "Files of one device; this and the six below are settings"},
		{"DeviceFilesBytes", DeviceFilesBytes, bytes, "Their length"},
		{"OrganisationFiles", OrganisationFiles, number, "Files of one organisation's devices"},
		{"OrganisationFilesBytes", OrganisationFilesBytes, bytes, "Their length"},
		{"AllFiles", AllFiles, number, "Files in all"},
		{"AllFilesBytes", AllFilesBytes, bytes, "Their length"},
		{"DiskReserve", DiskReserve, bytes, "The room on the disk that evidence leaves to outbox and read model: not at most, but at least"},
		{"PicturePixels", PicturePixels, "pixels", "A picture of which a smaller one is made to be shown"},
		{"Pictures", Pictures, number, "Smaller pictures that are kept; the one that was not asked for the longest makes way"},
		{"PicturesBytes", PicturesBytes, bytes, "Their length"},
		{"CodeLine", CodeLine, bytes, "A code on a list in a file. A file with a longer one, or of more codes than a list has, is no list"},
		{"TileBytes", TileBytes, bytes, "A picture of a map, as its server gives it"},
		{"TileZoom", TileZoom, "levels", "How far a map is asked for"},
		{"FabricAnswer", FabricAnswer, bytes, "An answer of the own peer"},
		{"RefusedBytes", RefusedBytes, bytes, "The refusals in what a peer says"},
		{"ProofEvents", ProofEvents, number, "Events of an item whose proof is made"},
		{"ProofsAtOnce", ProofsAtOnce, number, "Proofs that are made at one time"},
		{"ProofsKept", ProofsKept, bytes, "Proofs that were just made and are given again for a minute"},
		{"Proofs", Proofs, number, "Proofs that are made in a minute for one address, or one device that is signed in. 429 beyond, with Retry-After"},
		{"SetItems", SetItems, number, "Items of a set whose proof is made"},
		{"SetCodes", SetCodes, number, "Codes that are named one by one in the question for a set's proof"},
		{"SetProofs", SetProofs, number, "Items of a set whose own proofs go with it"},
		{"SetJobs", SetJobs, number, "Jobs of sets' proofs that are kept, for a day each"},
		{"OrganisationSetJobs", OrganisationSetJobs, number, "Those of one organisation's devices. 429 beyond"},
		{"SetJobsAtOnce", SetJobsAtOnce, number, "Those that run at one time"},
		{"SetSpool", SetSpool, bytes, "Their files"},
		{"SetQuestionBytes", SetQuestionBytes, bytes, "What another organisation's gateway asks when a set is to be signed"},
		{"SetAnswerBytes", SetAnswerBytes, bytes, "What it is answered"},
	}},
	{"At the command line", "Refused with the file and the line, or with the gateway's address.", []Limit{
		{"AnswerBytes", AnswerBytes, bytes, "An answer of a gateway"},
		{"ProblemBytes", ProblemBytes, bytes, "A refusal in place of a stream, and a message of one"},
		{"TableRow", TableRow, bytes, "A row of a table"},
		{"InvitationLink", InvitationLink, bytes, "An invitation's link"},
	}},
	{"Of a proof", "Refused with the code too-large or form, before it is unpacked or anything is made of it.", []Limit{
		{"ProofBytes", ProofBytes, bytes, "A proof's file, and what it unpacks to"},
		{"ProofItems", ProofItems, number, "Items of CBOR in it"},
		{"ProofSubject", ProofSubject, bytes, "What a proof is about, as it names it"},
		{"ProofActs", ProofActs, number, "Acts about devices in it"},
		{"ProofValue", ProofValue, bytes, "What orderers sign in it beside a block's header"},
		{"AnchorBytes", AnchorBytes, bytes, "An anchor"},
		{"Configurations", Configurations, number, "Configurations of the channel that a gateway puts into one; with more it gives none (configurations-too-long)"},
		{"ConfigurationsBytes", ConfigurationsBytes, bytes, "Their length together"},
		{"SetPackBytes", SetPackBytes, bytes, "A ZIP of a set's proof and its items'"},
	}},
}

// Pages are the limits that the pages have too, by the names that they use.
var Pages = map[string]string{
	"jws": "EventBytes", "data": "DataBytes", "inputs": "Inputs", "refs": "Refs", "evidence": "Evidence", "into": "Into",
	"mediaType": "MediaType", "accuracy": "Accuracy", "nesting": "Nesting", "listed": "Listed", "file": "FileBytes",
	"unpacked": "UnpackedBytes", "batchEvents": "BatchEvents", "batchItems": "BatchItems", "recordElements": "RecordElements", "recordPairs": "RecordPairs", "recordNesting": "RecordNesting", "recordItems": "RecordItems",
	"header": "HeaderBytes", "proof": "ProofBytes", "proofItems": "ProofItems", "proofSubject": "ProofSubject", "proofActs": "ProofActs", "proofValue": "ProofValue",
	"messageMembers": "MessageMembers", "setProofs": "SetProofs", "setPack": "SetPackBytes",
	"outline": "Outline", "weeks": "Weeks", "planned": "Planned", "placeID": "PlaceID", "placeParts": "PlaceParts", "title": "Title", "dependants": "Dependants",
	"attestedKeys": "AttestedKeys", "attestedKey": "AttestedKey", "fieldText": "FieldText", "pageItems": "PageItems",
	"resolveCodes": "ResolveCodes", "listPage": "ListPage", "traceItems": "TraceItems",
}
