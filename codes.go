package rootline

// The codes of refusals. A rulebook adds its own for its rules.
const (
	// Form of what was sent.
	CodeMalformedJWS   Code = "malformed-jws"
	CodeMalformedEvent Code = "malformed-event"
	CodeTooLarge       Code = "too-large"
	CodeTooMany        Code = "too-many-events"
	CodeTooManyRecords Code = "too-many-records"
	CodeWrongType      Code = "wrong-message-type"
	CodeWrongNet       Code = "wrong-net"
	// Who signed.
	CodeUnknownDevice Code = "unknown-device"
	CodeDeviceRevoked Code = "device-revoked"
	CodeDeviceExpired Code = "device-expired"
	CodeBadSignature  Code = "bad-signature"
	CodeWrongRole     Code = "wrong-role"
	CodeWrongOrg      Code = "wrong-organisation"
	// Founding and the registry.
	CodeNotFounded       Code = "not-founded"
	CodeAlreadyFounded   Code = "already-founded"
	CodeBadFounding      Code = "bad-founding"
	CodeNotConfirmed     Code = "organisation-not-confirmed"
	CodeAlreadyConfirmed Code = "organisation-already-confirmed"
	CodeNotAdmin         Code = "not-fabric-admin"
	CodeBadKey           Code = "bad-key"
	CodeKeyNotHeld       Code = "key-not-held"
	CodeKeyKnown         Code = "key-already-registered"
	CodeUnknownInvite    Code = "unknown-invitation"
	CodeInviteUsed       Code = "invitation-used"
	CodeInviteRevoked    Code = "invitation-revoked"
	CodeOtherInviter     Code = "other-inviter"
	CodeInviteExpired    Code = "invitation-expired"
	CodeRoleNotInvited   Code = "role-not-invited"
	CodeRoleNotAllowed   Code = "role-not-allowed"
	CodeBadPlace         Code = "bad-place"
	CodeForeignPlace     Code = "foreign-place"
	CodeNoSuccessor      Code = "no-successor"
	CodeUnknownPlace     Code = "unknown-place"
	CodeBadRulebook      Code = "bad-rulebook"
	CodeUnknownRulebook  Code = "unknown-rulebook"
	CodeRulebookAdopted  Code = "rulebook-already-adopted"
	CodeNotNextVersion   Code = "not-next-version"
	CodeAlreadyVoted     Code = "already-voted"
	CodeTooManyVotes     Code = "too-many-open-votes"
	CodeNotVoted         Code = "not-voted"
	CodeOtherText        Code = "other-rulebook-text"
	CodeProtocolHolds    Code = "protocol-holds"
	CodeNotNextProtocol  Code = "not-next-protocol"
	CodeProtocolUnknown  Code = "protocol-unknown"
	CodeGenesisPinned    Code = "genesis-already-pinned"
	CodeOtherGenesis     Code = "other-genesis"
	// The asset's life.
	// CodeNotJudged: what it builds on goes back to a transaction that this gateway has quarantined. Another gateway may judge.
	CodeNotJudged       Code = "not-judged-here"
	CodeEventReused     Code = "event-id-reused"
	CodeUnknownAsset    Code = "unknown-asset"
	CodeAssetExists     Code = "asset-exists"
	CodeForeignPrefix   Code = "foreign-prefix"
	CodeUnknownKind     Code = "unknown-kind"
	CodeUnknownAction   Code = "unknown-action"
	CodeWrongRulebook   Code = "wrong-rulebook-version"
	CodeWrongState      Code = "wrong-state"
	CodeStalePrev       Code = "stale-prev"
	CodeNotAsked        Code = "not-asked"
	CodeMissing         Code = "missing"
	CodeBadData         Code = "bad-data"
	CodeNotOnList       Code = "code-not-on-list"
	CodeUnknownInput    Code = "unknown-input"
	CodeWrongInput      Code = "wrong-input"
	CodeNotEnough       Code = "not-enough-left"
	CodeUsedUp          Code = "already-used-up"
	CodeTooManyParents  Code = "too-many-parents"
	CodeBadDivision     Code = "bad-division"
	CodeTagBound        Code = "tag-already-bound"
	CodeUnknownTag      Code = "unknown-tag"
	CodeUnknownEvent    Code = "unknown-event"
	CodeRuleUndecided   Code = "rule-undecided"
	CodeTransactionTime Code = "transaction-time"
	CodeBadCall         Code = "bad-call"
	// Attestation and going over to another version.
	CodeNotAttestable   Code = "not-attestable"
	CodeStillActive     Code = "device-still-active"
	CodeSignedAfterEnd  Code = "signed-after-end"
	CodeOwnAttestation  Code = "own-attestation"
	CodeAlreadyRecorded Code = "already-recorded"
	CodeDoesNotMap      Code = "does-not-map"
	// Several signers, the breakdown of the works, and what is one asset's alone.
	CodeAlreadySigned   Code = "already-signed"
	CodeSignersDisagree Code = "signers-disagree"
	CodeWrongParent     Code = "wrong-parent"
	CodeParentClosed    Code = "parent-closed"
	CodeNotUnique       Code = "not-unique"
	// Recalls.
	CodeTooManyAssets       Code = "too-many-assets"
	CodeFrozen              Code = "frozen"
	CodeUnknownRecall       Code = "unknown-recall"
	CodeRecallClosed        Code = "recall-closed"
	CodeNotDependant        Code = "not-a-dependant"
	CodeNotFrozen           Code = "not-frozen"
	CodeOwnRelease          Code = "own-release"
	CodeStillFrozen         Code = "still-frozen"
	CodeNotHolder           Code = "not-a-holder"
	CodeAlreadyAcknowledged Code = "already-acknowledged"
	CodeBadDeadline         Code = "bad-deadline"
	CodeSealedLately        Code = "sealed-lately"
	// What only a gateway says.
	CodeAsleep          Code = "asleep"
	CodeProofTooLong    Code = "proof-too-long"
	CodeConfigurations  Code = "configurations-too-long"
	CodeProofActs       Code = "proof-acts"
	CodeSetUnsigned     Code = "set-not-signed"
	CodeBlockPassed     Code = "block-passed"
	CodeOtherBlock      Code = "other-block"
	CodeEvidenceMissing Code = "evidence-missing"
	CodeBusy            Code = "busy"
	CodeTooManyRequests Code = "too-many-requests"
	CodeSignInRefused   Code = "sign-in-refused"
	CodeSignInNeeded    Code = "sign-in-needed"
	CodeForbidden       Code = "forbidden"
	CodeNotFound        Code = "not-found"
	CodeBadRequest      Code = "bad-request"
	CodeNotReady        Code = "not-ready"
	CodeUpgradeNeeded   Code = "upgrade-needed"
	CodeLedgerTooOld    Code = "ledger-too-old"
	CodeInternal        Code = "internal"

	// CodeDeviceShare and CodeOrganisationShare: a device, or an organisation, has as much waiting at a gateway as it may.
	CodeDeviceShare       Code = "device-share-full"
	CodeOrganisationShare Code = "organisation-share-full"
	// CodeStorageFull: the gateway's disk takes no more.
	CodeStorageFull Code = "storage-full"
	// CodeEvidenceQuota: a gateway keeps no more files of a device, of an organisation, or at all.
	CodeEvidenceQuota Code = "evidence-quota-full"
)

// Passing reports whether a refusal speaks of the moment and of who was asked, not of what was sent: the same may be
// taken later, or elsewhere. Whoever hears it keeps what was refused and sends it again.
func (c Code) Passing() bool {
	switch c {
	case CodeBusy, CodeTooManyRequests, CodeDeviceShare, CodeOrganisationShare, CodeStorageFull, CodeEvidenceQuota, CodeNotReady,
		CodeUpgradeNeeded, CodeNotJudged, CodeTransactionTime, CodeInternal:
		return true
	}
	return false
}
