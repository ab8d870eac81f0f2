import { decode, encode } from '../core/base64url';
import { limits } from '../core/limits';
import type { Signed } from './bundle';
import { bytesOf, join, sha256, unhex, type Bytes } from './bytes';
import { isPoint, verifies } from './ecdsa';
import { isObject, NotJson, readObject, writtenLength, type Json, type JsonObject } from './json';

/** A JWS in the one form of Rootline: ES256, with exactly alg, typ, kid and net in its header. */
export interface Jws {
  readonly typ: string;
  readonly kid: string;
  readonly net: string;
  readonly payload: Bytes;
  readonly signature: Bytes;
  /** What was signed: header and payload in base64url with a dot between. */
  readonly input: Bytes;
  /** The SHA-256 of that. */
  readonly hash: Bytes;
  readonly compact: string;
}

/** What is signed of the three parts: header and payload in base64url with a dot between. */
export const signingInput = (s: Signed): Bytes => bytesOf(`${encode(s.header)}.${encode(s.payload)}`);

/** The three parts in their compact form. */
export const compactOf = (s: Signed): string => `${encode(s.header)}.${encode(s.payload)}.${encode(s.signature)}`;

/** Reads the three parts; undefined when they are none of ours. */
export async function readJws(s: Signed): Promise<Jws | undefined> {
  const [head, body] = [encode(s.header), encode(s.payload)];
  const compact = compactOf(s);
  if (head.length > limits.header || compact.length > limits.jws || s.signature.length !== 64) return undefined;
  const h = object(s.header);
  if (h === undefined || [...h.keys()].sort().join() !== 'alg,kid,net,typ' || h.get('alg') !== 'ES256') return undefined;
  const [typ, kid, net] = [h.get('typ'), h.get('kid'), h.get('net')];
  if (typeof typ !== 'string' || typeof kid !== 'string' || typeof net !== 'string' || typ === '' || kid === '' || net === '') return undefined;
  const input = bytesOf(`${head}.${body}`);
  return { typ, kid, net, payload: s.payload, signature: s.signature, input, hash: await sha256(input), compact };
}

/** Reads a JWS in compact form. */
export async function parseJws(compact: string): Promise<Jws | undefined> {
  const parts = compact.split('.').map(decode);
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header?.length || !payload?.length || signature === undefined) return undefined;
  return readJws({ header, payload, signature });
}

const object = (b: Bytes): JsonObject | undefined => {
  try {
    return readObject(b);
  } catch (e) {
    if (e instanceof NotJson) return undefined;
    throw e;
  }
};

/** A JWS as an event of a ledger; undefined when it is none. */
export function readEvent(jws: Jws | undefined, net: string): { readonly jws: Jws; readonly said: Said } | undefined {
  const said = jws?.typ === 'rootline-event' && jws.net === net ? readSaid(jws.payload) : undefined;
  return jws === undefined || said === undefined ? undefined : { jws, said };
}

/** A public key as a JWK, of P-256. */
export interface Key {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

/** The point of a key in its uncompressed form; undefined for what is no key on the curve. */
export async function pointOf(k: Key): Promise<Bytes | undefined> {
  const [x, y] = [decode(k.x), decode(k.y)];
  if (k.kty !== 'EC' || k.crv !== 'P-256' || x?.length !== 32 || y?.length !== 32) return undefined;
  const point = join(Uint8Array.of(4), x, y);
  return (await isPoint(point)) ? point : undefined;
}

/** The RFC 7638 thumbprint in base64url: the "kid". */
export const thumbprint = async (k: Key): Promise<string> => encode(await sha256(bytesOf(`{"crv":"${k.crv}","kty":"${k.kty}","x":"${k.x}","y":"${k.y}"}`)));

export const signedBy = async (j: Jws, k: Key): Promise<boolean> => {
  const point = await pointOf(k);
  return point !== undefined && verifies(point, j.signature, j.input);
};

/** A committed list of codes. */
export interface Codes {
  readonly count: number;
  readonly root: Bytes;
}

/** What a person said about a thing, as far as a proof looks at it. */
export interface Said {
  readonly id: string;
  readonly asset: string | undefined;
  readonly kind: string | undefined;
  readonly action: string;
  readonly rulebook: string;
  /** Milliseconds since 1970, by the device's clock. */
  readonly at: number;
  readonly place: { readonly lat: number; readonly lon: number; readonly accuracy: number } | undefined;
  readonly evidence: readonly { readonly sha256: string; readonly type: string; readonly size: number }[];
  readonly amount: number;
  readonly inputs: readonly { readonly asset: string; readonly amount: number }[];
  readonly tag: string | undefined;
  /** The asset that a created one lies under. */
  readonly under: string | undefined;
  readonly replaces: string | undefined;
  readonly corrects: string | undefined;
  readonly refs: readonly string[];
  readonly list: Codes | undefined;
  readonly into: readonly { readonly asset: string; readonly list: Codes }[];
  readonly data: Json | undefined;
  readonly seen: { readonly block: number; readonly hash: Bytes } | undefined;
  readonly prev: Bytes | undefined;
}

export const registry = 'registry@1';

const code = /^[0-9A-Z]{8,30}$/;
const name = /^[a-z][a-z0-9-]{0,39}$/;
const book = /^[a-z][a-z0-9-]{0,39}@[1-9][0-9]{0,5}$/;
const id = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const moment = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{3})?Z$/;

/** Reads an event's payload (rootline.ParseEvent); undefined when it is none. */
export function readSaid(payload: Bytes): Said | undefined {
  const o = payload.length > limits.jws ? undefined : object(payload);
  if (o === undefined) return undefined;
  try {
    return new Reader(o).event(payload);
  } catch (e) {
    if (e instanceof NotJson) return undefined;
    throw e;
  }
}

/** A moment in JSON, in milliseconds; refused when it is in none of its two spellings. */
export function readMoment(v: Json | undefined): number {
  const [, year, month, day, hour, minute, second] = (typeof v === 'string' && moment.exec(v)) || bad();
  const ms = Date.parse(v as string);
  const d = new Date(ms);
  const same = [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()];
  if (!Number.isFinite(ms) || same.join() !== [year, month, day, hour, minute, second].map(Number).join() || d.getUTCFullYear() < 1970) bad();
  return ms;
}

function bad(): never {
  throw new NotJson();
}

function check(holds: boolean): asserts holds {
  if (!holds) bad();
}

/** An object whose members are taken; what is left is not known. */
export class Reader {
  readonly #left: Map<string, Json>;

  constructor(o: Json | undefined) {
    if (!isObject(o)) bad();
    this.#left = new Map(o);
  }

  take(member: string): Json | undefined {
    const v = this.#left.get(member);
    this.#left.delete(member);
    return v === null ? bad() : v; // what is not there is left out
  }

  text(member: string, empty?: string): string {
    const v = this.take(member) ?? empty;
    return typeof v === 'string' ? v : bad();
  }

  number(member: string, empty?: number): number {
    const v = this.take(member) ?? empty;
    return typeof v === 'number' ? v : bad();
  }

  moment(member: string): number {
    const v = this.take(member);
    return v === undefined ? 0 : readMoment(v);
  }

  list<T>(member: string, most: number, read: (v: Json) => T): readonly T[] {
    const v = this.take(member) ?? [];
    if (!Array.isArray(v) || v.length > most) bad();
    return (v as readonly Json[]).map(read);
  }

  within<T>(member: string, read: (r: Reader) => T): T | undefined {
    const v = this.take(member);
    if (v === undefined) return undefined;
    const r = new Reader(v);
    const out = read(r);
    r.end();
    return out;
  }

  key(member: string): Key {
    return this.within(member, (r) => ({ kty: r.text('kty', ''), crv: r.text('crv', ''), x: r.text('x', ''), y: r.text('y', '') })) ?? bad();
  }

  /** A text that, where it is given, has a form. */
  #formed(member: string, form: RegExp): string | undefined {
    const v = this.text(member, '');
    check(v === '' || form.test(v));
    return v === '' ? undefined : v;
  }

  #hash(member: string): Bytes | undefined {
    const v = this.text(member, '');
    if (v === '') return undefined;
    const h = unhex(v);
    return h?.length === 32 ? h : bad();
  }

  #codes(member: string): Codes | undefined {
    return this.within(member, (r) => {
      const l = { count: r.number('count', 0), root: r.#hash('root') };
      check(l.count >= 1 && l.count <= limits.listed && l.root !== undefined && l.root.some((b) => b !== 0));
      return { count: l.count, root: l.root };
    });
  }

  event(payload: Bytes): Said {
    const named = new Set<string>();
    const once = (c: string): void => {
      check(code.test(c) && !named.has(c));
      named.add(c);
    };
    const data = this.take('data');
    const e = {
      id: this.text('id', ''), asset: this.#formed('asset', code), kind: this.#formed('kind', name), action: this.text('action', ''), rulebook: this.text('rulebook', ''),
      at: this.moment('at'), tag: this.#formed('tag', code), data, amount: this.number('amount', 0),
      place: this.within('place', (r) => ({ lat: r.number('lat', 0), lon: r.number('lon', 0), accuracy: r.number('accuracy', 0) })),
      seen: this.within('seen', (r) => ({ block: r.number('block', 0), hash: r.#hash('hash') ?? new Uint8Array(32) })),
    };
    const under = this.#formed('under', code);
    const more = { under, replaces: this.#formed('replaces', code), corrects: this.#formed('corrects', id), prev: this.#hash('prev'), list: this.#codes('list') };
    check(id.test(e.id) && name.test(e.action) && book.test(e.rulebook) && e.at > 0 && e.amount >= 0);
    check(under === undefined || under !== e.asset);
    check(e.seen === undefined || e.seen.block >= 0);
    check(e.place === undefined || (Math.abs(e.place.lat) <= 90e6 && Math.abs(e.place.lon) <= 180e6 && e.place.accuracy >= 0 && e.place.accuracy <= limits.accuracy));
    check(e.asset === undefined || (data === undefined || writtenLength(payload, 'data') <= limits.data));
    for (const own of [e.asset, under]) if (own !== undefined) named.add(own);
    const inputs = this.list('inputs', limits.inputs, (v) => {
      const r = new Reader(v);
      const input = { asset: r.text('asset', ''), amount: r.number('amount', 0) };
      r.end();
      once(input.asset);
      check(input.amount > 0);
      return input;
    });
    const refs = this.list('refs', limits.refs, (v) => {
      const named = typeof v === 'string' ? v : bad();
      once(named);
      return named;
    });
    const into = this.list('into', limits.into, (v) => {
      const r = new Reader(v);
      const lot = { asset: r.text('asset', ''), list: r.#codes('list') ?? bad() };
      once(lot.asset);
      r.end();
      return lot;
    });
    const evidence = this.list('evidence', limits.evidence, (v) => {
      const r = new Reader(v);
      const file = { sha256: r.text('sha256', ''), type: r.text('type', ''), size: r.number('size', 0) };
      r.end();
      check(/^[0-9a-f]{64}$/.test(file.sha256) && !/^0*$/.test(file.sha256) && file.size > 0 && file.type !== '' && bytesOf(file.type).length <= limits.mediaType);
      return file;
    });
    this.end();
    return { ...e, ...more, inputs, refs, into, evidence };
  }

  end(): void {
    check(this.#left.size === 0);
  }
}
