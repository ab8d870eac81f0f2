package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/export"
	"github.com/rootline/rootline/gateway/money"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// The lengths of bodies, in bytes.
const (
	eventsBody   = limits.EventsBody
	signInBody   = limits.SignInBody
	resolveBody  = limits.ResolveBody
	draftBody    = limits.DraftBody
	transferBody = limits.TransferBody
	noBody       = limits.NoBody
	evidencePut  = http.MethodPut + " /api/v1/evidence/:sha256"
	evidenceAdd  = http.MethodPatch + " /api/v1/evidence/:sha256"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is the API on one screen: who may call what.
func (s *Server) routes(api huma.API) {
	add(api, public, post, "/api/v1/events", "record-events", "Record signed events", s.postEvents, body(eventsBody), takes[EventsBody](api), takesItsTime, also(202, "Taken; not final yet"))
	add(api, public, post, "/api/v1/events:check", "check-events", "Judge signed events without recording them", s.checkEvents, body(eventsBody), takes[EventsBody](api))
	answers(s, api, public, get, "/api/v1/events/{id}", "get-event", "One event, recorded or on its way", s.event, missing)

	answers(s, api, each, get, "/api/v1/assets", "list-assets", "Assets, filtered", s.assets)
	answers(s, api, signedIn, post, "/api/v1/assets:resolve", "resolve-assets", "Many assets at a time, by their codes or their tags'", s.resolve, body(resolveBody))
	answers(s, api, each, get, "/api/v1/events", "list-events", "Events, filtered, the last recorded first", s.eventList)
	answers(s, api, signedIn, get, "/api/v1/assets/{id}/codes", "list-codes", "The codes on the list of a lot or a roll", s.listCodes)
	answers(s, api, signedIn, get, "/api/v1/map", "map-points", "Where everything that matches is, in columns for a map", s.points, says(PointsType), takesItsTime, weighs(pointsWeight))
	add(api, each, get, "/api/v1/tiles", "offered-tiles", "Whether this gateway has pictures to put under a map", s.tilesOffered)
	add(api, each, get, "/api/v1/tiles/{z}/{x}/{y}", "get-tile", "A picture to put under a map", s.tile, missing, says("image/png", "image/jpeg", "image/webp"))
	answers(s, api, public, get, "/api/v1/assets/{id}", "get-asset", "One asset, by its code or a tag's", s.asset, missing)
	answers(s, api, public, get, "/api/v1/assets/{id}/events", "list-asset-events", "The life of an asset, newest first", s.assetEvents, missing)
	add(api, public, get, "/api/v1/assets/{id}/check", "check-asset", "Whether the record of an asset is intact, checked now", s.assetCheck, missing, namesBlock)
	add(api, public, get, "/api/v1/assets/{id}/signed", "get-signed-asset", "What was signed about an asset, with the keys, for checking it oneself", s.signed, missing, namesBlock, weighs(signedPageWeight))
	add(api, public, get, "/api/v1/assets/{id}/proof", "get-proof", "The proof of what the ledger holds of an asset, for verifying it without this gateway", s.proof, missing, says(proof.MediaType), weighs(proofWeight))
	add(api, public, get, "/api/v1/codes/{code}/absence", "get-absence", "The proof that the ledger never recorded a code", s.absence, says(proof.MediaType), weighs(proofWeight))
	answers(s, api, public, get, "/api/v1/proof/anchor", "get-proof-anchor", "What this organisation publishes for who verifies proofs", s.anchor)
	s.setRoutes(api)
	answers(s, api, public, get, "/api/v1/assets/{id}/trace", "trace-asset", "Where an asset comes from, or what it went into", s.trace, missing)
	add(api, public, get, "/api/v1/assets/{id}/qr.svg", "get-qr-svg", "The QR code of a code", s.qrSVG, says("image/svg+xml"))
	add(api, public, get, "/api/v1/assets/{id}/qr.png", "get-qr-png", "The QR code of a code", s.qrPNG, says("image/png"))
	answers(s, api, public, get, "/api/v1/tags/{id}", "get-tag", "What is known of a tag's code: its roll, to whom it was issued, and what it is bound to", s.tag, missing)
	add(api, printers, post, "/api/v1/labels", "print-labels", "Labels as a PDF", s.printLabels, says("application/pdf"), body(labelsBody))

	add(api, printers, get, "/api/v1/labels/templates", "list-label-templates", "Sheets and rolls that labels can be printed on", s.labelTemplates)

	answers(s, api, signedIn, get, "/api/v1/figures", "get-figures", "The figures of the day, and of two weeks", s.figures)
	answers(s, api, signedIn, get, "/api/v1/refusals", "list-refusals", "What was refused at this gateway, of whom and why, the last first", s.refusals)
	answers(s, api, signedIn, get, "/api/v1/progress", "get-progress", "Plans against what was done, by place and week", s.progress, weighs(planWeight))
	answers(s, api, signedIn, get, "/api/v1/waiting", "get-waiting", "What waits for who asks", s.waiting)

	answers(s, api, signedIn, get, "/api/v1/contracts", "list-contracts", "Contracts with what was done and paid under them, those that changed last first", s.contracts)
	answers(s, api, signedIn, get, "/api/v1/contracts/{id}", "get-contract", "One contract with what was done and paid under it", s.contract, missing)
	answers(s, api, signedIn, get, "/api/v1/contracts/{id}/lines", "list-contract-lines", "The bill of quantities of a contract", contractParts(money.Lines), missing)
	answers(s, api, signedIn, get, "/api/v1/contracts/{id}/variations", "list-contract-variations", "What changes the bill of a contract", contractParts(money.Variations), missing)
	answers(s, api, signedIn, get, "/api/v1/contracts/{id}/claims", "list-contract-claims", "The claims of a contract, each with its way", contractParts(money.Claims), missing)
	answers(s, api, signedIn, get, "/api/v1/contracts/{id}/orders", "list-contract-orders", "The payment orders of a contract and of its claims", contractParts(money.Orders), missing)
	files(s, api, get, "/api/v1/contracts/{id}/table", "export-contract", "A contract's bill, variations, claims or payment orders, as a table", export.ContractTable, missing, says(export.CSVType, export.XLSXType))
	files(s, api, get, "/api/v1/contracts/{id}/ocds", "export-ocds", "A contract as a release package of the Open Contracting Data Standard 1.1.5", export.OCDS, missing, says(export.JSONType))
	files(s, api, get, "/api/v1/contracts/{id}/oc4ids", "export-oc4ids", "A contract as a project package of OC4IDS 0.9.5", export.OC4IDS, missing, says(export.JSONType))
	files(s, api, get, "/api/v1/claims/{id}/sheet", "print-claim", "A claim or its certificate as a page for signatures on paper", export.ClaimSheet, missing, says(export.PDFType))
	files(s, api, post, "/api/v1/contracts/{id}/credit-transfer", "export-credit-transfer", "The payment orders of a contract that are to be paid, for a bank: ISO 20022 pain.001.001.09. It keeps nothing, and moves no money", s.creditTransfer, missing, body(transferBody), says(export.XMLType))

	exports(s, api, "/api/v1/exports/assets", "export-assets", "All assets that match, as a table", export.Assets, export.CSVType, export.XLSXType)
	exports(s, api, "/api/v1/exports/events", "export-events", "All events that match, as a table", export.Events, export.CSVType, export.XLSXType)
	exports(s, api, "/api/v1/exports/places", "export-places", "All places that match, as a table", export.Places, export.CSVType, export.XLSXType)
	exports(s, api, "/api/v1/exports/devices", "export-devices", "All devices that match, as a table", func(v *presentation.Reply, in *export.DevicesInput) (*export.File, error) {
		return export.Devices(v, in, rootline.InstantOf(s.now()))
	}, export.CSVType, export.XLSXType)

	answers(s, api, signedIn, get, "/api/v1/assets/{id}/dependants", "list-dependants", "Everything that may hold some of an asset, as its recall names it", s.dependants, missing)
	answers(s, api, signedIn, get, "/api/v1/recalls", "list-recalls", "Recalls, the newest first", s.recalls)
	answers(s, api, signedIn, get, "/api/v1/recalls/{id}", "get-recall", "One recall", s.recall, missing)
	answers(s, api, signedIn, get, "/api/v1/recalls/{id}/assets", "list-recalled", "What a recall froze", s.recallAssets)

	answers(s, api, signedIn, get, "/api/v1/places", "list-places", "Places", s.places)
	exports(s, api, "/api/v1/places.geojson", "map-places", "All places that match, as GeoJSON", export.PlacesMap, export.GeoJSONType)
	answers(s, api, public, get, "/api/v1/places/{id}", "get-place", "One place", s.place, wholePath, missing)
	answers(s, api, public, get, "/api/v1/rulebooks", "list-rulebooks", "Adopted rulebooks", s.rulebooks)
	answers(s, api, public, get, "/api/v1/rulebooks/{name}", "get-rulebook", "One rulebook, as JSON or, with .yaml, as voted on", s.rulebook, missing, rulebookAnswers(api))
	answers(s, api, signedIn, get, "/api/v1/rulebooks/{name}/changes", "compare-rulebooks", "What differs between a rulebook and another version, adopted or proposed", s.rulebookChanges, missing)
	answers(s, api, signedIn, get, "/api/v1/rulebooks/{name}/examples", "get-rulebook-examples", "The examples of an adopted rulebook that this gateway's program brings", s.shippedExamples, missing)
	add(api, signedIn, post, "/api/v1/rulebooks:check", "check-rulebook", "What is wrong with a rulebook that nobody proposed yet; keeps nothing", s.checkDraft, body(draftBody), weighs(draftWeight))
	add(api, signedIn, post, "/api/v1/rulebooks:try", "try-rulebook", "Play the examples of a rulebook that nobody proposed yet, on a ledger in memory; keeps nothing", s.tryDraft, body(draftBody), weighs(trialWeight))
	answers(s, api, signedIn, get, "/api/v1/ballots", "list-ballots", "Proposed rulebooks and the votes for them", s.ballots)
	answers(s, api, signedIn, get, "/api/v1/devices", "list-devices", "Enrolled devices", s.devices)
	answers(s, api, roles(rootline.RoleAdmin), get, "/api/v1/invitations", "list-invitations", "Invitations of the own organisation", s.invitations)
	answers(s, api, each, get, "/api/v1/devices/{kid}", "get-device", "One device", s.device, missing)
	answers(s, api, each, get, "/api/v1/devices/{kid}/open", "get-device-open", "What a device still has open here: not on the ledger yet, and refused", s.deviceOpen, missing)

	answers(s, api, public, get, "/api/v1/ledger", "get-ledger", "What a device needs to build an event", s.ledger)
	answers(s, api, public, get, "/api/v1/blocks/{number}", "get-block", "One block", s.block, missing)
	add(api, signedIn, get, "/api/v1/blocks/{number}/signatures", "get-block-signatures", "Who vouches for a block and for what is in it, read again from the organisation's own peer", s.signatures, missing)
	answers(s, api, public, get, "/api/v1/transactions/{id}", "get-transaction", "One transaction", s.transaction, missing)
	answers(s, api, public, get, "/api/v1/search", "search", "What a code, a name, a number or a hash leads to", s.search)
	add(api, public, get, "/api/v1/stream", "stream", "Blocks as they are applied (server-sent events); to who is signed in findings, too, and the end of the own device", s.stream, takesItsTime, weighs(0), streams(api))
	answers(s, api, signedIn, get, "/api/v1/findings", "list-findings", "What did not agree when the blocks were judged again", s.findings)

	add(api, each, http.MethodPut, "/api/v1/evidence/{sha256}", "put-evidence", "Store a file under its SHA-256", s.putEvidence, takesItsTime, weighs(fileWeight), bytesBody, also(201, "Stored"))
	add(api, each, http.MethodPatch, "/api/v1/evidence/{sha256}", "append-evidence", "Go on with a file whose upload was cut", s.appendEvidence, takesItsTime, weighs(fileWeight), bytesBody, orConflict, also(201, "The file is whole, and stored"))
	add(api, signedIn, get, "/api/v1/evidence/{sha256}", "get-evidence", "A stored file", s.getEvidence, takesItsTime, missing, says("application/octet-stream"))
	add(api, public, get, "/api/v1/evidence/{sha256}/picture", "get-picture", "A stored photo made smaller, with nothing in it but its pixels; to guests those that are released", s.picture, missing, says("image/jpeg"), weighs(pictureWeight))
	add(api, each, http.MethodHead, "/api/v1/evidence/{sha256}", "has-evidence", "Whether a file is stored, or how much of it has arrived from this device", s.hasEvidence, missing)

	add(api, public, post, "/api/v1/session", "sign-in", "Sign in with a challenge that the device built and signed", s.signIn, body(signInBody), orUnauthorized)
	add(api, public, get, "/api/v1/session", "get-session", "Who is signed in", s.whoAmI, orUnauthorized)
	add(api, public, http.MethodDelete, "/api/v1/session", "sign-out", "Sign out", s.signOut)

	add(api, public, get, "/healthz", "healthz", "Whether the gateway runs", s.healthz)
	add(api, public, get, "/readyz", "readyz", "Whether the gateway is ready, and how it stands", s.readyz, also(503, "Not ready"), namesBlock)
}

// bodyLimit bounds bodies by route, before anything of them is read.
func bodyLimit(route string) int64 {
	switch route {
	case post + ` /api/v1/events`, post + ` /api/v1/events\:check`, post + ` /api/v1/events:check`:
		return eventsBody
	case post + ` /api/v1/assets\:resolve`, post + ` /api/v1/assets:resolve`:
		return resolveBody
	case post + ` /api/v1/rulebooks\:check`, post + ` /api/v1/rulebooks:check`, post + ` /api/v1/rulebooks\:try`, post + ` /api/v1/rulebooks:try`:
		return draftBody
	case post + " /api/v1/session":
		return signInBody
	case post + " /api/v1/contracts/:id/credit-transfer":
		return transferBody
	case post + " /api/v1/labels":
		return labelsBody
	case evidencePut, evidenceAdd:
		return evidence.MaxBytes
	}
	if n, ok := setBodyLimit(route); ok {
		return n
	}
	return noBody
}
