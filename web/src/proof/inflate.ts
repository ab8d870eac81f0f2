import type { Bytes } from './bytes';

/**
 * Unpacks raw deflate (RFC 1951) into `most` bytes at the most; undefined for what is no deflate, is longer, or is followed by
 * anything. By hand, since engines differ in what DecompressionStream makes of bytes that follow, and since a bomb has to stop
 * at the bound and not behind it.
 */
export function inflate(packed: Uint8Array, most: number): Bytes | 'too-large' | undefined {
  const bits = new Bits(packed);
  const out = new Out(most);
  try {
    for (let last = false; !last; ) {
      last = bits.take(1) === 1;
      const kind = bits.take(2);
      if (kind === 0) stored(bits, out);
      else if (kind === 1) coded(bits, out, fixed.literals, fixed.distances);
      else if (kind === 2) coded(bits, out, ...readCodes(bits));
      else return undefined;
    }
  } catch (e) {
    if (e instanceof TooLarge) return 'too-large';
    if (e instanceof Broken) return undefined;
    throw e;
  }
  return bits.atEnd() ? out.bytes() : undefined;
}

class Broken extends Error {}
class TooLarge extends Error {}

class Bits {
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(private readonly from: Uint8Array) {}

  take(n: number): number {
    while (this.#count < n) {
      if (this.#at >= this.from.length) throw new Broken();
      this.#held |= this.from[this.#at++]! << this.#count;
      this.#count += 8;
    }
    const v = this.#held & ((1 << n) - 1);
    this.#held >>>= n;
    this.#count -= n;
    return v;
  }

  /** Leaves the byte that was begun, and gives the next n. */
  bytes(n: number): Uint8Array {
    this.#held = this.#count = 0; // less than eight bits are ever held between calls
    if (this.#at + n > this.from.length) throw new Broken();
    return this.from.subarray(this.#at, (this.#at += n));
  }

  atEnd(): boolean {
    return this.#at === this.from.length;
  }
}

/** What was unpacked: it grows as it is filled, and never past the bound. */
class Out {
  #buffer: Bytes;
  #length = 0;

  constructor(private readonly most: number) {
    this.#buffer = new Uint8Array(Math.min(most, 1 << 16));
  }

  #room(n: number): void {
    const need = this.#length + n;
    if (need > this.most) throw new TooLarge();
    if (need <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.min(this.most, Math.max(need, 2 * this.#buffer.length)));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  add(b: Uint8Array): void {
    this.#room(b.length);
    this.#buffer.set(b, this.#length);
    this.#length += b.length;
  }

  byte(v: number): void {
    this.#room(1);
    this.#buffer[this.#length++] = v;
  }

  copy(distance: number, n: number): void {
    if (distance > this.#length) throw new Broken();
    this.#room(n);
    for (let i = 0; i < n; i++, this.#length++) this.#buffer[this.#length] = this.#buffer[this.#length - distance]!;
  }

  bytes(): Bytes {
    return this.#buffer.subarray(0, this.#length);
  }
}

function stored(bits: Bits, out: Out): void {
  const [a, b, c, d] = bits.bytes(4) as unknown as [number, number, number, number];
  const n = a | (b << 8);
  if ((n ^ 0xffff) !== (c | (d << 8))) throw new Broken();
  out.add(bits.bytes(n));
}

/** A Huffman code: how many words it has of each length, and the symbols in the order of their words. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const longest = 15;

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(longest + 1);
  for (const n of lengths) counts[n]!++;
  counts[0] = 0;
  let left = 1;
  let words = 0;
  for (let n = 1; n <= longest; n++) {
    left = 2 * left - counts[n]!;
    words += counts[n]!;
    if (left < 0) throw new Broken();
  }
  // Words that mean nothing are allowed where there is one symbol at most (RFC 1951, 3.2.7).
  if (left > 0 && !(words === 0 || (words === 1 && counts[1] === 1))) throw new Broken();
  const starts = new Uint16Array(longest + 2);
  for (let n = 1; n <= longest; n++) starts[n + 1] = starts[n]! + counts[n]!;
  const symbols = new Uint16Array(words);
  lengths.forEach((n, symbol) => {
    if (n > 0) symbols[starts[n]!++] = symbol;
  });
  return { counts, symbols };
}

function symbol(bits: Bits, code: Code): number {
  let word = 0;
  let first = 0;
  let index = 0;
  for (let n = 1; n <= longest; n++) {
    word |= bits.take(1);
    const count = code.counts[n]!;
    if (word - count < first) return code.symbols[index + (word - first)]!;
    index += count;
    first = 2 * (first + count);
    word *= 2;
  }
  throw new Broken();
}

/** The base and the number of further bits of each length from symbol 257 on, and of each distance. */
const lengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const distanceBits = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

const fixed = {
  literals: codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  distances: codeOf(Array.from({ length: 32 }, () => 5)),
};

function coded(bits: Bits, out: Out, literals: Code, distances: Code): void {
  for (;;) {
    const s = symbol(bits, literals);
    if (s < 256) {
      out.byte(s);
      continue;
    }
    if (s === 256) return;
    if (s - 257 >= lengthBase.length) throw new Broken();
    const n = lengthBase[s - 257]! + bits.take(lengthBits[s - 257]!);
    const d = symbol(bits, distances);
    if (d >= distanceBase.length) throw new Broken();
    out.copy(distanceBase[d]! + bits.take(distanceBits[d]!), n);
  }
}

const codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function readCodes(bits: Bits): [Code, Code] {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const given = bits.take(4) + 4;
  if (literals > 286 || distances > 30) throw new Broken();
  const short = new Array<number>(19).fill(0);
  for (let i = 0; i < given; i++) short[codeOrder[i]!] = bits.take(3);
  const code = codeOf(short);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const s = symbol(bits, code);
    if (s < 16) {
      lengths.push(s);
      continue;
    }
    if (s === 16 && lengths.length === 0) throw new Broken();
    const value = s === 16 ? lengths.at(-1)! : 0;
    const times = s === 16 ? 3 + bits.take(2) : s === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (lengths.length + times > literals + distances) throw new Broken();
    for (let i = 0; i < times; i++) lengths.push(value);
  }
  return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
}
