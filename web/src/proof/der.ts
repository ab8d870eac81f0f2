import type { Bytes } from './bytes';

/** The error of what is not DER (X.690), or not of the shape that is asked for. */
export class NotDer extends Error {}

export const tags = {
  boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31,
  numeric: 0x12, printable: 0x13, t61: 0x14, ia5: 0x16, utcTime: 0x17, time: 0x18, bmp: 0x1e,
} as const;

/** One element: its tag, what is in it, and both with the head. */
export interface Element {
  readonly tag: number;
  readonly body: Bytes;
  readonly whole: Bytes;
}

/** Reads elements one after the other. */
export class Der {
  at = 0;

  constructor(private readonly b: Bytes) {}

  get ended(): boolean {
    return this.at >= this.b.length;
  }

  /** The tag of what comes next; undefined at the end. */
  get tag(): number | undefined {
    return this.b[this.at];
  }

  next(): Element {
    const from = this.at;
    const tag = this.#byte();
    if ((tag & 0x1f) === 0x1f) throw new NotDer(); // tags of several bytes are not used
    let length = this.#byte();
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size === 0 || size > 4) throw new NotDer();
      length = 0;
      for (let i = 0; i < size; i++) length = length * 256 + this.#byte();
      if (length < 0x80 || length < 256 ** (size - 1)) throw new NotDer();
    }
    if (length > this.b.length - this.at) throw new NotDer();
    const body = this.b.subarray(this.at, this.at + length);
    this.at += length;
    return { tag, body, whole: this.b.subarray(from, this.at) };
  }

  #byte(): number {
    const v = this.b[this.at++];
    if (v === undefined) throw new NotDer();
    return v;
  }

  /** The next element, which has the tag. */
  take(tag: number): Element {
    const e = this.next();
    if (e.tag !== tag) throw new NotDer();
    return e;
  }

  /** The elements of the next one. */
  inside(tag: number): Der {
    return new Der(this.take(tag).body);
  }

  /** The next element if it has the tag. */
  maybe(tag: number): Element | undefined {
    return this.tag === tag ? this.next() : undefined;
  }

  end(): void {
    if (!this.ended) throw new NotDer();
  }

  boolean(): boolean {
    const { body } = this.take(tags.boolean);
    if (body.length !== 1 || (body[0] !== 0 && body[0] !== 0xff)) throw new NotDer();
    return body[0] === 0xff;
  }

  /** An integer in its shortest form, as the bytes of its two's complement. */
  integer(): Bytes {
    const { body } = this.take(tags.integer);
    const [first, second = 0] = body;
    if (first === undefined) throw new NotDer();
    if (body.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) throw new NotDer();
    return body;
  }

  /** A bit string of whole bytes. */
  bits(): Bytes {
    const { body } = this.take(tags.bits);
    if (body.length === 0 || body[0] !== 0) throw new NotDer();
    return body.subarray(1);
  }

  oid(): string {
    const { body } = this.take(tags.oid);
    if (body.length === 0 || body.at(-1)! >= 0x80) throw new NotDer();
    const arcs: number[] = [];
    let v = 0;
    let begun = false;
    for (const b of body) {
      if (!begun && b === 0x80) throw new NotDer();
      v = v * 128 + (b & 0x7f);
      if (v > 0x7fffffff) throw new NotDer();
      begun = b >= 0x80;
      if (!begun) {
        arcs.push(v);
        v = 0;
      }
    }
    const [first = 0, ...rest] = arcs;
    const root = Math.min(2, Math.floor(first / 40));
    return [root, first - 40 * root, ...rest].join('.');
  }
}

/** The number that the bytes of a positive integer are. */
export const numberOf = (b: Uint8Array): bigint => b.reduce((n, v) => (n << 8n) | BigInt(v), 0n);

/** Writes an element. */
export function writeDer(tag: number, body: Uint8Array): Bytes {
  const n = body.length;
  const head = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : n < 0x10000 ? [0x82, n >> 8, n & 255] : [0x83, n >> 16, (n >> 8) & 255, n & 255];
  return Uint8Array.from([tag, ...head, ...body]);
}

/** Writes an unsigned integer in its shortest form. */
export function writeInteger(n: bigint): Bytes {
  const digits = n.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = even.match(/../g)!.map((d) => Number.parseInt(d, 16));
  return writeDer(tags.integer, Uint8Array.from(bytes[0]! >= 0x80 ? [0, ...bytes] : bytes));
}
