// The shapes that travel between this device and a gateway, as /openapi.json and the Go package rootline describe them.
// Integers are in the smallest unit: micro-degrees, millimetres, kilograms. Moments are RFC 3339 in UTC with "Z".

import type { RefusalShape } from './refusal';

declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

/** The code of an asset or a tag: 8 to 30 digits and capital letters. Made by parseCode or by the gateway. */
export type Code = Branded<'Code'>;
/** A UUIDv7, made on the device that signed the event. */
export type EventId = Branded<'EventId'>;
/** The id of a Fabric transaction. */
export type TransactionId = Branded<'TransactionId'>;
/** A moment in UTC, RFC 3339 with "Z". */
export type Instant = Branded<'Instant'>;

/** A name or a sentence in both languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** A value of an event's data or of an asset's record. */
export type Value = string | number | boolean | readonly string[] | readonly number[] | readonly Entry[];
/** One of a list of entries: its members by name. */
export type Entry = Readonly<Record<string, string | number | boolean>>;
export type Fields = Readonly<Record<string, Value>>;

/** WGS 84 in micro-degrees. */
export interface Point {
  readonly lat: number;
  readonly lon: number;
}

export interface Position extends Point {
  /** Metres within which the device is fairly sure, 0…10,000. */
  readonly accuracy?: number;
}

export interface Evidence {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly type: string;
  readonly size: number;
}

export interface Input {
  readonly asset: string;
  readonly amount: number;
}

export interface List {
  readonly count: number;
  readonly root: string;
}

export interface Part {
  readonly asset: string;
  readonly list: List;
}

/** A block as this device knows it. */
export interface Seen {
  readonly block: number;
  readonly hash: string;
}

/** What is signed: rootline.Event. Members without a value are absent, never null. */
export interface EventBody {
  readonly id: string;
  readonly asset?: string;
  /** Only with the event that creates an asset. */
  readonly kind?: string;
  /** The asset that a created one lies under in the breakdown of the works. */
  readonly under?: string;
  readonly action: string;
  /** With its version: "forestation@1". */
  readonly rulebook: string;
  readonly at: string;
  readonly place?: Position;
  readonly evidence?: readonly Evidence[];
  readonly amount?: number;
  readonly inputs?: readonly Input[];
  readonly refs?: readonly string[];
  readonly list?: List;
  readonly into?: readonly Part[];
  readonly tag?: string;
  readonly replaces?: string;
  readonly corrects?: string;
  /** What the rulebook's action asks, or the body of an act of the registry. */
  readonly data?: Fields | object;
  readonly seen?: Seen;
  readonly prev?: string;
}

export interface Submission {
  readonly jws: string;
  readonly inclusion?: { readonly list: string; readonly index: number; readonly path: readonly string[] };
}

export type Stage = 'queued' | 'endorsed' | 'submitted' | 'unknown' | 'aside' | 'committed' | 'refused' | 'acceptable' | 'recorded';

export interface EventStatus {
  /** Absent when the gateway could not read the event. */
  readonly event?: string;
  readonly asset?: string;
  readonly status: Stage;
  readonly error?: RefusalShape;
  readonly transaction?: string;
  readonly block?: number;
}

export interface BlockRef {
  readonly number: number;
  readonly hash: string;
  readonly time?: string;
  readonly lag?: number;
  /** Why the gateway does not read on; absent while it does. */
  readonly stopped?: string;
  readonly since?: string;
  /** The read model that is built anew beside the one that answers. */
  readonly successor?: { readonly block: number };
}

export interface Quantity {
  readonly total: number;
  readonly left: number;
}

/** What the ledger knows of a traced thing: rootline.Asset. */
export interface Asset {
  readonly id: string;
  readonly kind: string;
  readonly rulebook: string;
  readonly state: string;
  readonly maker: string;
  readonly custodian: string;
  readonly place?: string;
  readonly position?: Position;
  readonly lot?: string;
  readonly quantity?: Quantity;
  readonly list?: List;
  readonly usedBy?: string;
  /** What it lies under. */
  readonly under?: string;
  readonly parents?: readonly Input[];
  readonly fields?: Fields;
  readonly seq: number;
  readonly head: string;
  readonly changed: string;
}

/** A transaction of which only the peer that delivered it says whether it took effect. */
export interface NotRecomputed {
  readonly transaction: string;
  readonly block: number;
}

/** GET /api/v1/assets/{id} */
export interface AssetView extends Asset {
  readonly kindTitle: Text;
  readonly stateTitle: Text;
  /** What the place is called that it belongs to, where the gateway knows it. */
  readonly placeTitle?: Text;
  readonly unit?: string;
  readonly fieldTitles?: Readonly<Record<string, Text>>;
  readonly tags: readonly string[];
  readonly asleep: boolean;
  readonly disputed: boolean;
  /** The quarantined transaction that something newer of it goes back to: what is shown was judged before. */
  readonly unjudged?: string;
  /** The first transaction that it rests on and of which only the peer that delivered it says whether it took effect. */
  readonly notRecomputed?: NotRecomputed;
  /** SHA-256 of its newest photo; absent for guests. */
  readonly photo?: string;
  /** SHA-256 of its newest photo that is released to the public. */
  readonly releasedPhoto?: string;
  readonly url: string;
  readonly block: BlockRef;
}

/** GET /api/v1/events/{id}, and the items of an asset's life. */
export interface EventView {
  readonly id: string;
  readonly asset?: string;
  readonly seq?: number;
  readonly head?: string;
  readonly link?: 'asset' | 'input' | 'part';
  readonly action: string;
  readonly actionTitle: Text;
  readonly kind?: string;
  readonly rulebook: string;
  readonly state?: string;
  readonly stateTitle?: Text;
  /** As the device claims. */
  readonly at: string;
  /** As several organisations' clocks agree. */
  readonly witnessed?: string;
  readonly late: boolean;
  /** Absent for guests, and where the gateway does not judge the event. */
  readonly device?: string;
  /** Absent where the gateway does not judge the event. */
  readonly organisation?: string;
  readonly organisationTitle?: Text;
  readonly role?: string;
  /** The device's pseudonym. */
  readonly name?: string;
  readonly place?: Position;
  readonly evidence?: readonly Evidence[];
  readonly inputs?: readonly Input[];
  readonly refs?: readonly string[];
  readonly amount?: number;
  readonly data?: Fields;
  readonly corrects?: string;
  readonly correctedBy?: readonly string[];
  /** The attestation that let it in after its device's end. */
  readonly attestedBy?: string;
  readonly tag?: string;
  readonly replaces?: string;
  readonly block?: number;
  readonly transaction?: string;
  readonly hash: string;
  /** Not for guests. */
  readonly jws?: string;
  readonly status: Stage | 'disputed' | 'unjudged';
  readonly error?: RefusalShape;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; absent on the last. */
  readonly next?: string;
  readonly block?: number;
  /** Those of the items that are not judged whole here, by their ids, with the quarantined transaction; see marked. */
  readonly unjudged?: Readonly<Record<string, string>>;
  /** Those that rest on a transaction of which only a peer says whether it took effect, by their ids. */
  readonly notRecomputed?: Readonly<Record<string, NotRecomputed>>;
}

/** What an answer says of a record of which this gateway did not find out all by itself. */
export interface Judged {
  /** The quarantined transaction that something newer of it goes back to. */
  readonly unjudged?: string;
  /** The first transaction that it rests on and of which only the peer that delivered it says whether it took effect. */
  readonly notRecomputed?: NotRecomputed;
}

/** rootline.Place */
export interface Place extends Judged {
  readonly id: string;
  readonly kind: string;
  readonly parent?: string;
  readonly title: Text;
  readonly outline?: readonly Point[];
  readonly line?: readonly Point[];
  readonly chainage?: { readonly from: number; readonly to: number; readonly side?: string };
  readonly plan?: Readonly<Record<string, number>>;
  /** Of each kind, how many are planned for which week of ISO 8601: { tree: { '2026-W12': 300 } }. */
  readonly weeks?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface OrganisationView {
  readonly mspId: string;
  readonly title: Text;
  /** The GS1 company prefix of the codes that it makes. */
  readonly prefix: string;
  readonly roles: readonly string[];
  readonly confirmed?: string;
}

/** GET /api/v1/tags/{id}: a code that was issued for tags. */
export interface TagView {
  readonly code: string;
  /** The roll's own code; a blank tag on a roll; a tag that is bound. */
  readonly is: 'roll' | 'blank' | 'bound';
  readonly roll: string;
  /** The member that may bind it. */
  readonly organisation: string;
  readonly organisationTitle: Text;
  readonly asset?: string;
  readonly block: BlockRef;
}

/** GET /api/v1/ledger */
export interface LedgerView {
  readonly net: string;
  readonly organisations: readonly OrganisationView[];
  readonly channel: string;
  readonly founded?: string;
  /** The rules by which events are judged: the number in force, those that this gateway knows, who voted for the next one. */
  readonly protocol?: { readonly number: number; readonly known: readonly number[]; readonly votes: readonly string[] };
  /** Votes on the roles that organisations may give, as far as they are not decided. Absent at older gateways. */
  readonly roles?: readonly { readonly ballot: string; readonly organisation: string; readonly roles: readonly string[]; readonly votes: readonly string[] }[];
  readonly block: BlockRef;
  readonly gateway: { readonly organisation: string; readonly origin: string };
}

/** GET /api/v1/devices/{kid} */
export interface DeviceView extends Judged {
  readonly kid: string;
  readonly organisation: string;
  readonly role: string;
  readonly name: string;
  readonly invitedBy?: string;
  readonly since: string;
  readonly until?: string;
  readonly revoked?: string;
}

// The rulebook, as package rulebook writes it in JSON.

/** The last ones hold ids: of organisations (MSP ids), devices (kids) and items (codes). Nobody types them. */
export type FieldType = 'string' | 'integer' | 'bool' | 'integers' | 'strings' | 'place' | 'entries' | 'organisation' | 'organisations' | 'device' | 'item' | 'items';

export interface RuleField {
  readonly name: string;
  readonly title: Text;
  readonly type: FieldType;
  /** The unit of integers: "mm". */
  readonly unit?: string;
  /** The unit that people type and read it in, and the powers of ten between that and `unit`: m and 3 for mm. */
  readonly in?: string;
  readonly digits?: number;
  readonly optional?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly { readonly value: string; readonly title: Text }[];
  readonly maxLength?: number;
  /** Of texts: what a form suggests from what was given last; the same again, or the number after it. */
  readonly remember?: 'last' | 'next';
  /** Of entries: what each of them has; texts, integers, yes or no, and places. */
  readonly members?: readonly RuleField[];
}

export type Need = 'no' | 'optional' | 'required';

export interface InputAsk {
  /** `book` is the rulebook of a kind that is not one of the own; without its version. */
  readonly kinds: readonly { readonly book?: string; readonly kind: string; readonly states: readonly string[] }[];
  readonly min: number;
  readonly max: number;
}

export interface Asks {
  readonly place: Need;
  /** The least number of files; more is always allowed. */
  readonly evidence?: number;
  /** Of how many items one needs that evidence; see sampled in core. */
  readonly sample?: number;
  readonly amount: Need;
  readonly data?: readonly RuleField[];
  readonly inputs?: InputAsk;
  readonly refs?: InputAsk;
  readonly list?: boolean;
  readonly into?: boolean;
  readonly tag?: 'bind' | 'replace';
  readonly corrects?: boolean;
}

export interface Rule {
  readonly check: string;
  readonly code: string;
  readonly says: Text;
  readonly clause?: string | Text;
}

export interface ActionView {
  readonly name: string;
  readonly title: Text;
  readonly creates?: boolean;
  readonly from?: readonly string[];
  readonly to?: string;
  /** The roles that may do it. */
  readonly by: readonly string[];
  /** It may be done to many items on one walk, signed together at the end. */
  readonly walk?: boolean;
  /** It is what is usually done next in the states of `from`. */
  readonly likely?: boolean;
  readonly asks: Asks;
  readonly rules?: readonly Rule[];
  readonly takesCustody?: boolean;
}

export interface KindView {
  readonly name: string;
  readonly title: Text;
  readonly unit: string;
  readonly lot?: 'counted' | 'listed';
  readonly lists?: string;
  readonly states: readonly { readonly name: string; readonly title: Text; readonly tone: StateTone }[];
  readonly fields?: readonly RuleField[];
  readonly actions: readonly ActionView[];
  readonly shows?: Shows;
  /** What it is to who pays; pages of contracts are made by the gateway from it. */
  readonly money?: { readonly contract?: object; readonly line?: object; readonly claim?: object };
}

/** How a state looks in lists, maps and pictures. */
export type StateTone = 'open' | 'working' | 'passed' | 'accepted' | 'failed' | 'gone';

/** Which fields of a kind's record pages make something of; each the name of a kept field. */
export interface Shows {
  /** What people call it: the first that is given. */
  readonly name?: readonly string[];
  readonly layer?: string;
  readonly grid?: string;
  readonly samples?: string;
  /** In hundredths of a per cent. */
  readonly share?: string;
  readonly signers?: string;
  readonly exception?: string;
  readonly notice?: {
    readonly given: string;
    readonly came?: string;
    readonly late?: string;
    /** By how many seconds who is called has put it off. */
    readonly postponed?: string;
    /** How long who is called has, in seconds; absent where nothing follows from that. */
    readonly seconds?: number;
    /** The states in which it waits. */
    readonly in: readonly string[];
  };
  /** The times that somebody has for what is to be done in some states. */
  readonly clocks?: readonly { readonly in: readonly string[]; readonly since: string; readonly seconds: number; readonly by: string; readonly then?: string }[];
}

/** GET /api/v1/rulebooks; `yaml` only with a single one. */
export interface RulebookView extends Judged {
  /** With the version: "forestation@1". */
  readonly name: string;
  readonly book: string;
  readonly version: number;
  readonly current: boolean;
  readonly title: Text;
  readonly adopted?: string;
  readonly roles: readonly { readonly name: string; readonly title: Text }[];
  /** The roles that may do what the registry knows for items of all kinds; an absent power is nobody's. */
  readonly powers?: Readonly<Partial<Record<'attest' | 'recall' | 'release' | 'move', readonly string[]>>>;
  /** What it says of kinds of other rulebooks that its actions name. */
  readonly reads?: readonly { readonly book: string; readonly kind: string; readonly title: Text; readonly unit: string }[];
  readonly kinds: readonly KindView[];
  readonly sha256?: string;
}

/** A file that goes with an event: a photo as it was made smaller here, or any other file as it is. The hash is of what is kept. */
export interface Attachment {
  readonly sha256: string;
  /** Its media type. */
  readonly type: string;
  readonly size: number;
  readonly blob: Blob;
  /** What the file is called on this device. It is not recorded: a name may be a person's. */
  readonly name?: string;
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
  /** With its version. An act of the registry has no kind. */
  readonly rulebook?: string;
  readonly kind?: string;
  readonly action: string;
  readonly state?: string;
  readonly organisation: string;
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

/** Something that stands in a state from which the caller's role accepts or tests it. */
export interface Due {
  /** Without its version: a kind is one of its rulebook, and two may have kinds of one name. */
  readonly rulebook: string;
  readonly works: Text;
  readonly kind: string;
  readonly kindTitle: Text;
  readonly state: string;
  readonly stateTitle: Text;
  /** `walk`: it may be done to one after the other on a walk of the place. */
  readonly actions: readonly { readonly name: string; readonly title: Text; readonly walk?: boolean }[];
  readonly count: number;
  readonly oldest?: string;
  readonly places: readonly { readonly place: string; readonly title: Text; readonly count: number }[];
  readonly morePlaces?: number;
}

/** What waits for who asks. */
export interface Waiting {
  readonly due: readonly Due[];
  /** What the own organisation has a time for, what is due first before the rest. */
  readonly clocks: readonly {
    readonly rulebook: string;
    readonly kind: string;
    readonly kindTitle: Text;
    readonly stateTitle: Text;
    readonly asset: string;
    readonly name?: string;
    readonly under?: string;
    readonly until: string;
    /** What may be done once the time is over. */
    readonly then?: Text;
  }[];
  readonly moreClocks?: number;
  readonly cosign: readonly {
    readonly rulebook: string;
    readonly works: Text;
    readonly kind: string;
    readonly kindTitle: Text;
    readonly action: string;
    readonly actionTitle: Text;
    readonly count: number;
    readonly oldest: string;
    readonly asset: string;
  }[];
  readonly recalls: readonly { readonly id: string; readonly asset: string; readonly reason: string; readonly deadline: string; readonly assets: number }[];
  readonly moreRecalls?: number;
  readonly ballots: readonly { readonly name: string; readonly title: Text }[];
  readonly moreBallots?: number;
  readonly findings: { readonly all: number; readonly alarms: number };
  readonly block: BlockRef;
}
