// The shapes that travel between this device and a gateway, as /openapi.json and the Go package rootline describe them.
// Integers are in the smallest unit: micro-degrees, millimetres, kilograms. Moments are RFC 3339 in UTC with "Z".

import type { Text } from '../lib/types';
import type { RefusalShape } from './refusal';

export type { Text } from '../lib/types';

/** A value of an event's data or of an asset's record. */
export type Value = string | number | boolean | readonly string[] | readonly number[];
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

export type Stage = 'queued' | 'endorsed' | 'submitted' | 'unknown' | 'committed' | 'refused' | 'acceptable' | 'recorded';

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
  readonly parents?: readonly Input[];
  readonly fields?: Fields;
  readonly seq: number;
  readonly head: string;
  readonly changed: string;
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
}

/** What an answer says of a record that this gateway does not judge whole. */
export interface Judged {
  /** The quarantined transaction that something newer of it goes back to. */
  readonly unjudged?: string;
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

export type FieldType = 'string' | 'integer' | 'bool' | 'integers' | 'strings' | 'place';

export interface RuleField {
  readonly name: string;
  readonly title: Text;
  readonly type: FieldType;
  /** The unit of integers: "mm". */
  readonly unit?: string;
  readonly optional?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly { readonly value: string; readonly title: Text }[];
  readonly maxLength?: number;
  /** Of texts: what a form suggests from what was given last; the same again, or the number after it. */
  readonly remember?: 'last' | 'next';
}

export type Need = 'no' | 'optional' | 'required';

export interface InputAsk {
  readonly kinds: readonly { readonly kind: string; readonly states: readonly string[] }[];
  readonly min: number;
  readonly max: number;
}

export interface Asks {
  readonly place: Need;
  /** The least number of files; more is always allowed. */
  readonly evidence?: number;
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
    /** How long who is called has, in seconds; absent where nothing follows from that. */
    readonly seconds?: number;
    /** The states in which it waits. */
    readonly in: readonly string[];
  };
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
