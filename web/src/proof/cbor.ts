import { order, textOf, type Bytes } from './bytes';

/** What CBOR of ours holds. Whole numbers are `number` where it holds them exactly. */
export type Cbor = number | bigint | boolean | null | string | Bytes | readonly Cbor[] | ReadonlyMap<Key, Cbor>;
export type Key = number | string;

export interface Bounds {
  /** How deep arrays and maps lie in each other. */
  readonly nesting: number;
  /** How many elements an array has, and how many pairs a map. */
  readonly elements: number;
  readonly pairs: number;
  /** How many items there are in all, keys of maps apart. */
  readonly items: number;
  /** Whether only what proofs have may be there: no booleans, no negative numbers, and numbers up to 65535 as keys. */
  readonly plain: boolean;
}

/** The error of what is not CBOR in its core deterministic form (RFC 8949, 4.2.1), or not within the bounds. */
export class NotCanonical extends Error {}

/** The error of more items than the bounds allow. */
export class TooManyItems extends Error {}

/**
 * Reads one value in core deterministic form, and nothing after it: the shortest heads, definite lengths, map keys in ascending
 * order of their bytes, each once; neither tags nor floats. A length is held against the bytes that are left before anything is
 * made of it. Byte strings share the memory of b.
 */
export function readCbor(b: Bytes, bounds: Bounds): Cbor {
  const reader = new Reader(b, bounds);
  const value = reader.value(0);
  if (reader.at !== b.length) throw new NotCanonical('bytes follow');
  return value;
}

const unsigned = 0;
const negative = 1;
const bytes = 2;
const text = 3;
const array = 4;
const map = 5;

class Reader {
  at = 0;
  #items = 0;

  constructor(
    private readonly b: Bytes,
    private readonly bounds: Bounds,
  ) {}

  value(depth: number): Cbor {
    if (++this.#items > this.bounds.items) throw new TooManyItems();
    return this.item(depth);
  }

  private item(depth: number): Cbor {
    const first = this.b[this.at];
    if (first === undefined) throw new NotCanonical('it ends early');
    const major = first >> 5;
    if (major > map) return this.simple(first);
    if (major >= array && depth >= this.bounds.nesting) throw new NotCanonical('nested too deep');
    if (major === negative && this.bounds.plain) throw new NotCanonical('a negative number');
    const n = this.head();
    switch (major) {
      case unsigned:
        return n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n;
      case negative:
        return n < BigInt(Number.MAX_SAFE_INTEGER) ? -1 - Number(n) : -1n - n;
      case bytes:
        return this.take(n);
      case text: {
        const s = textOf(this.take(n));
        if (s === undefined) throw new NotCanonical('a text is not in UTF-8');
        return s;
      }
      case array:
        return Array.from({ length: this.count(n, 1) }, () => this.value(depth + 1));
      default:
        return this.map(this.count(n, 2), depth);
    }
  }

  private simple(first: number): boolean | null {
    this.at++;
    if ((first === 0xf4 || first === 0xf5) && !this.bounds.plain) return first === 0xf5;
    if (first === 0xf6) return null;
    throw new NotCanonical('a tag, a float, or a value that is not used');
  }

  /** The number in a head, in its shortest form. */
  private head(): bigint {
    const low = this.b[this.at++]! & 31;
    if (low < 24) return BigInt(low);
    if (low > 27) throw new NotCanonical('a length is not given');
    const size = 1 << (low - 24);
    let n = 0n;
    for (let i = 0; i < size; i++) {
      const next = this.b[this.at++];
      if (next === undefined) throw new NotCanonical('it ends early');
      n = (n << 8n) | BigInt(next);
    }
    const least = size === 1 ? 24n : 1n << BigInt(4 * size);
    if (n < least) throw new NotCanonical('a number is not in its shortest form');
    return n;
  }

  private take(n: bigint): Bytes {
    if (n > BigInt(this.b.length - this.at)) throw new NotCanonical('it ends early');
    return this.b.subarray(this.at, (this.at += Number(n)));
  }

  private count(n: bigint, each: number): number {
    if (n > BigInt(each === 1 ? this.bounds.elements : this.bounds.pairs)) throw new NotCanonical('too many elements');
    if (n * BigInt(each) > BigInt(this.b.length - this.at)) throw new NotCanonical('it ends early');
    return Number(n);
  }

  private map(n: number, depth: number): ReadonlyMap<Key, Cbor> {
    const out = new Map<Key, Cbor>();
    let before: Bytes | undefined;
    for (let i = 0; i < n; i++) {
      const from = this.at;
      const key = this.item(this.bounds.nesting);
      if (typeof key !== 'number' && typeof key !== 'string') throw new NotCanonical('a key is neither text nor number');
      if (this.bounds.plain && (typeof key === 'string' || key > 0xffff)) throw new NotCanonical('a key that proofs do not have');
      const spelled = this.b.subarray(from, this.at);
      if (before !== undefined && order(before, spelled) >= 0) throw new NotCanonical('keys are repeated or out of order');
      before = spelled;
      out.set(key, this.value(depth + 1));
    }
    return out;
  }
}

/** What is written here. */
export type Writable = number | string | null | Uint8Array | readonly Writable[];

/** Writes it in core deterministic form. */
export function writeCbor(value: Writable): Bytes {
  const out: number[] = [];
  const put = (v: Writable): void => {
    if (v === null) out.push(0xf6);
    else if (typeof v === 'number') head(v < 0 ? negative : unsigned, v < 0 ? -1 - v : v);
    else if (typeof v === 'string' || v instanceof Uint8Array) {
      const b = typeof v === 'string' ? new TextEncoder().encode(v) : v;
      head(v instanceof Uint8Array ? bytes : text, b.length);
      for (const one of b) out.push(one);
    } else {
      head(array, v.length);
      v.forEach(put);
    }
  };
  const head = (major: number, n: number): void => {
    const [low, size] = n < 24 ? [n, 0] : n < 1 << 8 ? [24, 1] : n < 1 << 16 ? [25, 2] : n < 2 ** 32 ? [26, 4] : [27, 8];
    out.push((major << 5) | low);
    for (let i = size - 1; i >= 0; i--) out.push(Math.floor(n / 256 ** i) % 256);
  };
  put(value);
  return Uint8Array.from(out);
}
