import { limits } from '../core/limits';
import { bytesOf, equal, sha256, type Bytes } from './bytes';
import { NotCanonical, readCbor, TooManyItems, type Cbor, type Key } from './cbor';
import { Fault, need } from './fault';
import { inflate } from './inflate';

/** A proof taken apart: docs/proof.md, "Format". It proves nothing yet. Numbers are below 2^53, hashes have 32 bytes. */
export interface Bundle {
  readonly kind: 'item' | 'absence' | 'set';
  readonly subject: string;
  readonly configurations: readonly Configuration[];
  /** `common.Payload` each. */
  readonly answers: readonly Bytes[];
  readonly events: readonly Event[];
  readonly acts: readonly Signed[];
  /** `common.Envelope` each. */
  readonly confirms: readonly Bytes[];
  readonly headers: readonly Header[];
  readonly blocks: readonly Block[];
  readonly neighbours: readonly Neighbours[];
  readonly rulebooks: readonly { readonly ballot: string; readonly text: Bytes }[];
  readonly set: Set | undefined;
  readonly voices: readonly Voice[];
}

export interface Configuration {
  readonly number: number;
  readonly previous: Bytes;
  /** Undefined where whoever verifies has it already. */
  readonly envelope: Bytes | undefined;
  readonly signatures: Signatures | undefined;
}

/** The orderers' signatures on a block, and what they signed beside its header. */
export interface Signatures {
  readonly value: Bytes;
  readonly by: readonly { readonly identifier: Bytes; readonly signature: Bytes }[];
}

/** The three parts of a JWS, decoded. */
export interface Signed {
  readonly header: Bytes;
  readonly payload: Bytes;
  readonly signature: Bytes;
}

export interface Event extends Signed {
  readonly inclusion: Inclusion | undefined;
  /** The act by which it was let in after its device's end. */
  readonly attestation: Signed | undefined;
}

export interface Inclusion {
  readonly list: string;
  readonly index: number;
  readonly path: readonly Bytes[];
}

export interface Header {
  readonly number: number;
  readonly previous: Bytes;
  readonly data: Bytes;
  readonly signatures: Signatures;
}

export interface Block {
  readonly number: number;
  readonly envelopes: readonly Bytes[];
}

export interface Neighbours {
  readonly list: string;
  readonly before: Place | undefined;
  readonly after: Place | undefined;
}

export interface Place {
  readonly index: number;
  readonly code: string;
  readonly path: readonly Bytes[];
}

export interface Set {
  /** The ledger's id. */
  readonly net: string;
  readonly block: number;
  readonly hash: Bytes;
  /** Milliseconds since 1970. */
  readonly made: number;
  /** The MSP id of the organisation whose gateway made the list. */
  readonly maker: string;
  readonly items: readonly Item[];
}

export interface Item {
  readonly code: string;
  readonly seq: number;
  readonly head: Bytes;
  /** The SHA-256 of the item's own proof. */
  readonly proof: Bytes | undefined;
}

export interface Voice {
  readonly identity: Bytes;
  readonly signature: Bytes;
}

const magic = bytesOf('RLPROOF1');
const hashSize = 32;
const signatureSize = 64;
const last = 15;
const later = [11, 12];

/** Which fields each kind must have, and which it may have. */
const kinds = [
  { kind: 'item', must: [4, 5, 7], may: [6, 9, 10] },
  { kind: 'absence', must: [4], may: [13] },
  { kind: 'set', must: [14, 15], may: [] },
] as const;
const always = [0, 1, 2, 3, 8];

/** Reads the file of a proof. Throws Fault. */
export async function readBundle(file: Bytes): Promise<Bundle> {
  need(file.length <= limits.proof, 'too-large', `${file.length} bytes`);
  need(equal(file.subarray(0, magic.length), magic), 'magic');
  const packed = file.subarray(magic.length + hashSize);
  need(file.length >= magic.length + hashSize && equal(await sha256(packed), file.subarray(magic.length, magic.length + hashSize)), 'outer-hash');
  const unpacked = inflate(packed, limits.proof);
  if (unpacked === 'too-large') throw new Fault('too-large', `it unpacks to more than ${limits.proof} bytes`);
  if (unpacked === undefined) throw new Fault('deflate');
  return readFields(outline(readValue(unpacked)));
}

function readValue(unpacked: Bytes): Cbor {
  try {
    return readCbor(unpacked, { nesting: 8, elements: Number.MAX_SAFE_INTEGER, pairs: Number.MAX_SAFE_INTEGER, items: limits.proofItems, plain: true });
  } catch (e) {
    if (e instanceof TooManyItems) throw new Fault('too-large', 'too many parts');
    if (e instanceof NotCanonical) throw new Fault('cbor', e.message);
    throw e;
  }
}

/** The fields, all of which this version knows: so a proof of a later version is told apart from a malformed one. */
function outline(value: Cbor): ReadonlyMap<Key, Cbor> {
  need(value instanceof Map, 'form', 'it is no map');
  const fields: ReadonlyMap<Key, Cbor> = value;
  need(typeof fields.get(0) === 'number', 'form', 'it does not begin with its version');
  need(fields.get(0) === 1, 'version', String(fields.get(0)));
  for (const key of fields.keys()) {
    need(typeof key === 'number' && key <= last, 'unknown-field', String(key));
    need(!later.includes(key), 'not-yet', `field ${key}`);
  }
  return fields;
}

function readFields(fields: ReadonlyMap<Key, Cbor>): Bundle {
  const field = <T>(key: number, empty: T, read: (v: Cbor) => T): T => {
    const value = fields.get(key);
    return value === undefined ? empty : read(value);
  };
  const ofKind = field(1, 0, number);
  const bundle = {
    number: ofKind,
    subject: field(2, '', subject(kinds[ofKind - 1]?.kind)),
    configurations: field(3, [], filled(configuration)),
    answers: field(4, [], filled(some)),
    events: field(5, [], filled(event)),
    acts: field(6, [], (v) => {
      const all = filled(signed)(v);
      form(all.length <= limits.proofActs);
      return all;
    }),
    confirms: field(7, [], filled(some)),
    headers: field(8, [], filled(header)),
    blocks: field(9, [], filled(block)),
    rulebooks: field(10, [], filled(rulebook)),
    neighbours: field(13, [], filled(neighbours)),
    set: field<Set | undefined>(14, undefined, set),
    voices: field(15, [], filled(voice)),
  };
  const kind = kinds[bundle.number - 1];
  need(kind !== undefined, 'form', `there is no kind ${bundle.number}`);
  const must: readonly number[] = [...always, ...kind.must];
  for (let key = 0; key <= last; key++) {
    need(!must.includes(key) || fields.has(key), 'form', `field ${key} is missing`);
    need(must.includes(key) || !fields.has(key) || (kind.may as readonly number[]).includes(key), 'unused', `field ${key}`);
  }
  const { number: _, ...rest } = bundle;
  return { kind: kind.kind, ...rest };
}

// What the fields are made of. Each refuses what has another form.

function form(holds: boolean): asserts holds {
  need(holds, 'form');
}

function number(v: Cbor): number {
  form(typeof v === 'number');
  return v;
}

function text(v: Cbor): string {
  form(typeof v === 'string');
  return v;
}

function bytes(v: Cbor): Bytes {
  form(v instanceof Uint8Array);
  return v;
}

function some(v: Cbor): Bytes {
  const b = bytes(v);
  form(b.length > 0);
  return b;
}

const sized = (n: number) => (v: Cbor): Bytes => {
  const b = bytes(v);
  form(b.length === n);
  return b;
};
const hash = sized(hashSize);

const list = <T>(read: (v: Cbor) => T) => (v: Cbor): readonly T[] => {
  form(Array.isArray(v));
  return (v as readonly Cbor[]).map(read);
};

const filled = <T>(read: (v: Cbor) => T) => (v: Cbor): readonly T[] => {
  const all = list(read)(v);
  form(all.length > 0);
  return all;
};

const or = <T>(read: (v: Cbor) => T) => (v: Cbor): T | undefined => (v === null ? undefined : read(v));

function members(v: Cbor, n: number): readonly Cbor[] {
  form(Array.isArray(v) && v.length === n);
  return v as readonly Cbor[];
}

const code = /^[0-9A-Z]{8,30}$/;
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/; // eslint-disable-line no-control-regex -- they are what is looked for

/** A code, or of a set a scope in one line: any other text could speak to who reads the verdict, or look like a code that it is not. */
const subject = (kind: Bundle['kind'] | undefined) => (v: Cbor): string => {
  const s = text(v);
  form(kind === 'set' ? s !== '' && bytesOf(s).length <= limits.proofSubject && !unprintable.test(s) : code.test(s));
  return s;
};

function configuration(v: Cbor): Configuration {
  const [n, previous, envelope, by] = members(v, 4);
  const c = { number: number(n!), previous: bytes(previous!), envelope: or(some)(envelope!), signatures: or(signatures)(by!) };
  form(c.previous.length === (c.number === 0 ? 0 : hashSize));
  return c;
}

function signatures(v: Cbor): Signatures {
  const [value, by] = members(v, 2);
  form(some(value!).length <= limits.proofValue);
  return {
    value: some(value!),
    by: filled((s) => {
      const [identifier, signature] = members(s, 2);
      return { identifier: some(identifier!), signature: some(signature!) };
    })(by!),
  };
}

function parts(list: readonly Cbor[]): Signed {
  return { header: some(list[0]!), payload: some(list[1]!), signature: sized(signatureSize)(list[2]!) };
}

const signed = (v: Cbor): Signed => parts(members(v, 3));

function event(v: Cbor): Event {
  const all = members(v, 5);
  return { ...parts(all), inclusion: or(inclusion)(all[3]!), attestation: or(signed)(all[4]!) };
}

function inclusion(v: Cbor): Inclusion {
  const [code, index, path] = members(v, 3);
  return { list: text(code!), index: number(index!), path: list(hash)(path!) };
}

function header(v: Cbor): Header {
  const [n, previous, data, by] = members(v, 4);
  return { number: number(n!), previous: hash(previous!), data: hash(data!), signatures: signatures(by!) };
}

function block(v: Cbor): Block {
  const [n, envelopes] = members(v, 2);
  return { number: number(n!), envelopes: filled(some)(envelopes!) };
}

function neighbours(v: Cbor): Neighbours {
  const [code, before, after] = members(v, 3);
  return { list: text(code!), before: or(place)(before!), after: or(place)(after!) };
}

function place(v: Cbor): Place {
  const [index, code, path] = members(v, 3);
  return { index: number(index!), code: text(code!), path: list(hash)(path!) };
}

function set(v: Cbor): Set {
  const [net, n, of, made, maker, items] = members(v, 6);
  return { net: text(net!), block: number(n!), hash: hash(of!), made: number(made!), maker: text(maker!), items: list(item)(items!) };
}

function item(v: Cbor): Item {
  const [code, seq, head, proof] = members(v, 4);
  return { code: text(code!), seq: number(seq!), head: hash(head!), proof: or(hash)(proof!) };
}

function rulebook(v: Cbor): Bundle['rulebooks'][number] {
  const [ballot, body] = members(v, 2);
  return { ballot: text(ballot!), text: some(body!) };
}

function voice(v: Cbor): Voice {
  const [identity, signature] = members(v, 2);
  return { identity: some(identity!), signature: some(signature!) };
}
