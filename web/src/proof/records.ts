import type { PublicKey } from '../core/device';
import { limits } from '../core/limits';
import { bytesOf, type Bytes } from './bytes';
import { NotCanonical, readCbor, TooManyItems, type Cbor, type Key } from './cbor';
import { Fault, need } from './fault';

// The records on the ledger that proofs rest on, as chaincode/wire encodes them. Times are in milliseconds since 1970.

/** A/code. */
export interface Asset {
  readonly kind: string;
  readonly rulebook: string;
  readonly state: string;
  readonly maker: string;
  readonly custodian: string;
  readonly place: string | undefined;
  readonly position: { readonly lat: number; readonly lon: number; readonly accuracy: number } | undefined;
  readonly lot: string | undefined;
  readonly quantity: { readonly total: number; readonly left: number } | undefined;
  readonly list: List | undefined;
  readonly usedBy: string | undefined;
  readonly parents: readonly { readonly asset: string; readonly amount: number; readonly possible: boolean }[];
  readonly under: string | undefined;
  readonly children: ReadonlyMap<string, number>;
  /** Of numbers of those under it, of which the greatest, the least or the last is told, the best ones. */
  readonly tallies: ReadonlyMap<string, Tally>;
  /** An action that not all signers have signed yet. */
  readonly pending: Pending | undefined;
  /** The recalls that hold it. */
  readonly frozen: readonly { readonly recall: string; readonly via: string | undefined; readonly possible: boolean }[];
  readonly released: readonly string[];
  readonly claim: string | undefined;
  readonly fields: ReadonlyMap<string, Value>;
  readonly seq: number;
  readonly head: Bytes;
  readonly changed: number;
}

/** What a field of an asset holds. A map is one of a list of entries. */
export type Value = string | number | boolean | readonly Value[] | ReadonlyMap<string, Value>;

export interface Tally {
  readonly values: readonly { readonly value: number; readonly count: number }[];
  readonly beyond: number;
}

export interface Pending {
  readonly action: string;
  readonly agreed: Bytes;
  readonly base: Bytes;
  readonly signatures: readonly { readonly role: string; readonly organisation: string; readonly device: string; readonly event: string; readonly head: Bytes }[];
}

/** A commitment to a list of codes: the root of a Merkle tree (RFC 6962). */
export interface List {
  readonly count: number;
  readonly root: Bytes;
}

/** E/id. */
export interface EventRecord {
  readonly subject: string;
  readonly seq: number;
  readonly hash: Bytes;
  readonly witnessed: number;
}

/** D/kid. */
export interface Device {
  readonly kid: string;
  readonly key: PublicKey;
  readonly organisation: string;
  readonly role: string;
  readonly name: string;
  readonly invitedBy: string;
  readonly since: number;
  /** 0 for never. */
  readonly until: number;
  readonly revoked: number;
}

/** O/msp. */
export interface Organisation {
  readonly mspId: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly confirmed: number;
  /** The hash of block 0 that it compared with its own pin, where it said so. */
  readonly genesis: Bytes | undefined;
}

/** L/. */
export interface Ledger {
  readonly net: string;
  readonly protocol: number;
  readonly organisations: readonly string[];
  readonly founded: number;
}

const bounds = { nesting: limits.recordNesting, elements: limits.recordElements, pairs: limits.recordPairs, items: limits.recordItems, plain: false } as const;

function record(): never {
  throw new Fault('record');
}

/** A record's members, each of which is taken once; what is left is not known. */
class Members {
  readonly #left: Map<Key, Cbor>;

  constructor(value: Cbor) {
    if (!(value instanceof Map)) record();
    this.#left = new Map(value as ReadonlyMap<Key, Cbor>);
  }

  static of(b: Bytes): Members {
    try {
      return new Members(readCbor(b, bounds));
    } catch (e) {
      if (e instanceof NotCanonical || e instanceof TooManyItems) record();
      throw e;
    }
  }

  take(key: Key): Cbor | undefined {
    const v = this.#left.get(key);
    this.#left.delete(key);
    return v;
  }

  text(key: Key, empty?: string): string {
    const v = this.take(key) ?? empty;
    return typeof v === 'string' ? v : record();
  }

  number(key: Key, empty?: number): number {
    const v = this.take(key) ?? empty;
    return typeof v === 'number' ? v : record();
  }

  hash(key: Key): Bytes {
    const v = this.take(key);
    return v instanceof Uint8Array && v.length === 32 ? (v as Bytes) : record();
  }

  texts(key: Key): readonly string[] {
    const v = this.take(key) ?? [];
    return Array.isArray(v) && v.every((t) => typeof t === 'string') ? (v as string[]) : record();
  }

  has(key: Key): boolean {
    return this.#left.has(key);
  }

  flag(key: Key): boolean {
    const v = this.take(key) ?? false;
    return typeof v === 'boolean' ? v : record();
  }

  list<T>(key: Key, read: (v: Cbor) => T): readonly T[] {
    const v = this.take(key) ?? [];
    return Array.isArray(v) ? (v as readonly Cbor[]).map(read) : record();
  }

  /** A map of texts to what is read. */
  map<T>(key: Key, read: (v: Cbor) => T): ReadonlyMap<string, T> {
    const v = this.take(key) ?? new Map<Key, Cbor>();
    if (!(v instanceof Map)) record();
    return new Map([...(v as ReadonlyMap<Key, Cbor>)].map(([name, e]) => (typeof name === 'string' ? [name, read(e)] : record())));
  }

  within(key: Key): Members {
    return new Members(this.take(key) ?? record());
  }

  /** Passes over members that are not looked at. */
  drop(...keys: readonly Key[]): this {
    for (const k of keys) this.#left.delete(k);
    return this;
  }

  end(): void {
    need(this.#left.size === 0, 'record', [...this.#left.keys()].join());
  }
}

/** An array of numbers of a length. */
function numbers(v: Cbor | undefined, n: number): readonly number[] | undefined {
  if (v === undefined) return undefined;
  return Array.isArray(v) && v.length === n && v.every((e) => typeof e === 'number') ? (v as number[]) : record();
}

export function readAsset(b: Bytes): Asset {
  const m = Members.of(b);
  const maker = m.text(4);
  const position = numbers(m.take(7), 3);
  const quantity = numbers(m.take(9), 2);
  const list = m.take(10);
  const possible = m.list(17, (v) => (typeof v === 'number' ? v : record()));
  const parents = m.list(12, (v) => {
    const [asset, amount] = Array.isArray(v) && v.length === 2 ? (v as readonly Cbor[]) : record();
    return typeof asset === 'string' && typeof amount === 'number' ? { asset, amount, possible: false } : record();
  });
  if (possible.some((i) => parents[i] === undefined)) record();
  const asset: Asset = {
    kind: m.text(1), rulebook: m.text(2), state: m.text(3), maker, custodian: m.text(5, maker), place: m.text(6, '') || undefined,
    position: position && { lat: position[0]!, lon: position[1]!, accuracy: position[2]! }, lot: m.text(8, '') || undefined,
    quantity: quantity && { total: quantity[0]!, left: quantity[1]! },
    list: list === undefined ? undefined : pair(list), usedBy: m.text(11, '') || undefined,
    parents: parents.map((p, i) => ({ ...p, possible: possible.includes(i) })),
    under: m.text(18, '') || undefined, children: m.map(19, (v) => (typeof v === 'number' ? v : record())), pending: m.has(20) ? readPending(m.within(20)) : undefined,
    frozen: m.list(21, (v) => {
      const f = new Members(v);
      const freeze = { recall: f.text('recall'), via: f.text('via', '') || undefined, possible: f.flag('possible') };
      f.end();
      return freeze;
    }),
    released: m.texts(23), tallies: m.map(24, readTally), claim: m.text(22, '') || undefined, fields: m.map(13, readValue), seq: m.number(14), head: m.hash(15), changed: m.number(16),
  };
  m.end();
  return asset;
}

function readPending(m: Members): Pending {
  const pending = {
    action: m.text('action'), agreed: m.hash('agreed'), base: m.hash('base'),
    signatures: m.list('signatures', (v) => {
      const s = new Members(v);
      const signature = { role: s.text('role'), organisation: s.text('organisation'), device: s.text('device'), event: s.text('event'), head: s.hash('head') };
      s.end();
      return signature;
    }),
  };
  m.end();
  return pending;
}

function readTally(v: Cbor): Tally {
  const m = new Members(v);
  const tally = {
    values: m.list('values', (one) => {
      const t = new Members(one);
      const told = { value: t.number('value'), count: t.number('count') };
      t.end();
      return told;
    }),
    beyond: m.number('beyond', 0),
  };
  m.end();
  return tally;
}

function readValue(v: Cbor): Value {
  if (v instanceof Map) return new Map([...(v as ReadonlyMap<Key, Cbor>)].map(([name, e]) => (typeof name === 'string' ? [name, readValue(e)] : record())));
  if (Array.isArray(v)) return (v as readonly Cbor[]).map(readValue);
  return typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean' ? v : typeof v === 'bigint' ? Number(v) : record();
}

function pair(v: Cbor): List {
  const [count, root] = Array.isArray(v) && v.length === 2 ? (v as readonly Cbor[]) : record();
  return typeof count === 'number' && root instanceof Uint8Array && root.length === 32 ? { count, root: root as Bytes } : record();
}

export function readEventRecord(b: Bytes): EventRecord {
  const m = Members.of(b);
  const r = { subject: m.text(1), seq: m.number(2, 0), hash: m.hash(3), witnessed: m.number(4) };
  m.end();
  return r;
}

export function readDevice(b: Bytes): Device {
  const m = Members.of(b);
  const key = m.within('key');
  const d: Device = {
    kid: m.text('kid'), key: { kty: key.text('kty') as 'EC', crv: key.text('crv') as 'P-256', x: key.text('x'), y: key.text('y') },
    organisation: m.text('organisation'), role: m.text('role'), name: m.text('name'), invitedBy: m.text('invitedBy', ''),
    since: m.number('since'), until: m.number('until', 0), revoked: m.number('revoked', 0),
  };
  key.end();
  m.end();
  return d;
}

export function readOrganisation(b: Bytes): Organisation {
  const m = Members.of(b);
  const title = m.within('title');
  const genesis = m.take('genesis');
  const o = {
    mspId: m.text('mspId'), title: { en: title.text('en', ''), zh: title.text('zh', '') }, confirmed: m.number('confirmed', 0),
    genesis: genesis === undefined ? undefined : genesis instanceof Uint8Array && genesis.length === 32 ? (genesis as Bytes) : record(),
  };
  title.end();
  m.drop('prefix', 'roles').end();
  return o;
}

export function readLedger(b: Bytes): Ledger {
  const m = Members.of(b);
  const l = { net: m.text('net'), protocol: m.number('protocol', 0), organisations: m.texts('organisations'), founded: m.number('founded') };
  m.end();
  return l;
}

/** The list that T/code, a roll of tags, commits to; undefined when it is none. */
export function readTagList(b: Bytes): List | undefined {
  const m = Members.of(b);
  const list = m.take('list');
  m.drop('code', 'asset', 'roll', 'replacedBy', 'organisation').end();
  if (list === undefined) return undefined;
  const inner = new Members(list);
  const l = { count: inner.number('count'), root: inner.hash('root') };
  inner.end();
  return l;
}

/** S/: answers that hold it are not older than its block. */
export interface Seal {
  readonly witnessed: number;
}

export function readSeal(b: Bytes): Seal {
  const m = Members.of(b);
  const s = { witnessed: m.number(2) };
  m.drop(1).end();
  return s;
}

/** V/name: what the organisations vote on. */
export interface Ballot {
  /** Of a rulebook's text. */
  readonly sha256: Bytes | undefined;
  /** How many voted for it. */
  readonly votes: number;
}

export function readBallot(b: Bytes): Ballot {
  const m = Members.of(b);
  m.text('name');
  const ballot = { sha256: m.has('sha256') ? m.hash('sha256') : undefined, votes: m.texts('votes').length };
  m.drop('title').end();
  return ballot;
}

/** R/name: the version that new items take. */
export function readCurrent(b: Bytes): number {
  const m = Members.of(b);
  m.text('name');
  const version = m.number('version');
  m.end();
  return version;
}

/** The text of R/name@version, as it was voted on. */
export function readRulebook(b: Bytes): Bytes {
  const m = Members.of(b);
  const text = m.text('yaml');
  m.drop('name', 'adopted').end();
  return bytesOf(text);
}
