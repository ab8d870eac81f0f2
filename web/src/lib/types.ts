// The shapes of the gateway's answers that the page reads, as /openapi.json describes them.

declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

/** The code of an asset or a tag: 8 to 30 digits and capital letters. Made by parseCode or by the gateway. */
export type Code = Branded<'Code'>;
/** A UUIDv7, made on the device that signed the event. */
export type EventId = Branded<'EventId'>;
/** The Fabric MSP id of an organisation: "ContractorMSP". */
export type MspId = Branded<'MspId'>;
/** The id of a Fabric transaction. */
export type TransactionId = Branded<'TransactionId'>;
/** A moment in UTC, RFC 3339 with "Z". */
export type Instant = Branded<'Instant'>;

/** A name or a sentence in both languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

export interface Organisation {
  readonly mspId: MspId;
  readonly title: Text;
  readonly confirmed?: Instant;
}

/** GET /api/v1/ledger */
export interface Ledger {
  readonly net: string;
  readonly channel: string;
  readonly organisations: readonly Organisation[];
  readonly block: { readonly number: number; readonly hash: string; readonly time?: Instant };
}

/** GET /readyz; sent with 503 as well, when the gateway is not ready. */
export interface Readiness {
  readonly ready: boolean;
  /** The last block that the gateway has read. */
  readonly block: number;
  /** The last block of its peer. */
  readonly peerBlock: number;
  readonly lag: number;
  /** Findings that put the ledger's content in question. */
  readonly alarms?: number;
}

export interface Named {
  readonly name: string;
  readonly title: Text;
}

/** GET /api/v1/rulebooks: only the words, to name actions and kinds in the reader's language. */
export interface RulebookWords {
  readonly name: string;
  readonly version: number;
  readonly current?: boolean;
  readonly kinds: readonly (Named & { readonly actions?: readonly Named[] })[];
}

/** One event of a block on the stream. Events of the registry (enrolment, places, votes) have no asset. */
export interface StreamEvent {
  /** Where it lies, as "block/place in the block": guests are told no ids. */
  readonly key: string;
  /** Which event and which item: only for who is signed in. */
  readonly id?: EventId;
  readonly asset?: Code;
  readonly kind?: string;
  readonly action: string;
  readonly state?: string;
  readonly organisation: MspId;
  readonly role?: string;
  /** When the device says that it was done. */
  readonly at: Instant;
  /** When the ledger received it. */
  readonly witnessed: Instant;
  readonly block: number;
  readonly transaction: TransactionId;
  /** "disputed" when the gateway judges the event otherwise than the ledger's endorsers did. */
  readonly status?: string;
}

/** The data of an "event: block" on /api/v1/stream. */
export interface StreamBlock {
  readonly number: number;
  readonly hash: string;
  readonly time?: Instant;
  readonly events: readonly StreamEvent[];
}
