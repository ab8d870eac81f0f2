import { limits } from '../core/limits';
import { join, joinAll, none, textOf, type Bytes } from './bytes';

/** One field of a protobuf message. `bytes` is set for fields that hold bytes, `varint` for those that hold a number. */
export interface Field {
  readonly number: number;
  readonly bytes?: Bytes;
  readonly varint?: bigint;
}

/** The error of what is no protobuf message. */
export class NotMessage extends Error {}

const most = (1 << 29) - 1;
/** How deep groups lie in each other, for protobuf for Go. */
const deepest = 10_000;

/**
 * The fields of a message, as protobuf for Go reads them: what is repeated, unknown or of another type is for the caller to
 * treat so. They share the memory of b.
 */
export function* fieldsOf(b: Bytes): Generator<Field> {
  const reader = new Reader(b);
  while (reader.at < b.length) {
    const { number, kind } = reader.tag();
    if (kind === varintKind) yield { number, varint: reader.varint() };
    else if (kind === bytesKind) yield { number, bytes: reader.bytes() };
    else {
      reader.skip(number, kind);
      yield { number };
    }
  }
}

const varintKind = 0;
const bytesKind = 2;

class Reader {
  at = 0;

  constructor(private readonly b: Bytes) {}

  varint(): bigint {
    let v = 0n;
    for (let i = 0n; i < 10n; i++) {
      const next = this.b[this.at++];
      if (next === undefined) break;
      if (i === 9n && next > 1) break; // more than 64 bits
      v |= BigInt(next & 0x7f) << (7n * i);
      if (next < 0x80) return v;
    }
    throw new NotMessage();
  }

  tag(): { number: number; kind: number } {
    const v = this.varint();
    const number = v >> 3n;
    if (number < 1n || number > BigInt(most)) throw new NotMessage();
    return { number: Number(number), kind: Number(v & 7n) };
  }

  bytes(): Bytes {
    const n = this.varint();
    if (n > BigInt(this.b.length - this.at)) throw new NotMessage();
    return this.b.subarray(this.at, (this.at += Number(n)));
  }

  /** Passes over a value: a number of fixed length, or a group with all that is in it. */
  skip(number: number, kind: number): void {
    const groups: number[] = [];
    for (let next = { number, kind }; ; next = this.tag()) {
      if (next.kind === varintKind) this.varint();
      else if (next.kind === bytesKind) this.bytes();
      else if (next.kind === 1 || next.kind === 5) {
        this.at += next.kind === 1 ? 8 : 4;
        if (this.at > this.b.length) throw new NotMessage();
      } else if (next.kind === 3 && groups.length <= deepest) groups.push(next.number);
      else if (next.kind !== 4 || groups.pop() !== next.number) throw new NotMessage();
      if (groups.length === 0) return;
    }
  }
}

/**
 * A message's members by their numbers: the last value of a scalar, all of a repeated one, the parts of a message joined. One
 * with more members than `most` is none: each takes far more room than its two bytes. Throws NotMessage.
 */
export class Message {
  readonly #bytes = new Map<number, Bytes[]>();
  readonly #numbers = new Map<number, bigint>();

  constructor(b: Bytes, most: number = limits.messageMembers) {
    let count = 0;
    for (const f of fieldsOf(b)) {
      if (++count > most) throw new NotMessage();
      if (f.bytes !== undefined) {
        const before = this.#bytes.get(f.number);
        if (before === undefined) this.#bytes.set(f.number, [f.bytes]);
        else before.push(f.bytes);
      }
      if (f.varint !== undefined) this.#numbers.set(f.number, f.varint);
    }
  }

  has(number: number): boolean {
    return this.#bytes.has(number);
  }

  /** The last value; no bytes when there is none. */
  bytes(number: number): Bytes {
    return this.#bytes.get(number)?.at(-1) ?? none;
  }

  /** Every value. */
  all(number: number): readonly Bytes[] {
    return this.#bytes.get(number) ?? [];
  }

  /** A message within, whose parts are joined. */
  message(number: number): Bytes {
    const parts = this.all(number);
    return parts.length === 1 ? parts[0]! : joinAll(parts);
  }

  text(number: number): string {
    const all = this.all(number).map(textOf);
    if (all.includes(undefined)) throw new NotMessage();
    return all.at(-1) ?? '';
  }

  number(number: number): bigint {
    return this.#numbers.get(number) ?? 0n;
  }

  /** An int32 or an enumeration, as protobuf cuts it. */
  int32(number: number): number {
    return Number(BigInt.asIntN(32, this.number(number)));
  }

  uint32(number: number): number {
    return Number(BigInt.asUintN(32, this.number(number)));
  }
}

/** An entry of a protobuf map. */
export function entry(b: Bytes): [string, Bytes] {
  const m = new Message(b);
  return [m.text(1), m.message(2)];
}

/** Writes a member that holds bytes; none at all for no bytes, as protobuf does. */
export function writeMember(number: number, value: Uint8Array): Bytes {
  if (value.length === 0) return none;
  return join(writeVarint((number << 3) | bytesKind), writeVarint(value.length), value);
}

function writeVarint(n: number): Bytes {
  const out: number[] = [];
  for (; n > 0x7f; n = Math.floor(n / 128)) out.push((n % 128) | 0x80);
  out.push(n);
  return Uint8Array.from(out);
}
