import { bytesOf, textOf } from './bytes';

/** What strict JSON holds. Objects are maps: no name of theirs is a property of anything else. */
export type Json = number | boolean | null | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** The error of what is not JSON as Rootline allows it. */
export class NotJson extends Error {}

const deepest = 8;

/**
 * Reads JSON the one way that Rootline allows (package strictjson): names appear once, text is valid UTF-8 without half
 * characters, numbers are integers within ±(2⁵³−1) in their one spelling, nesting is bounded.
 */
export function readJson(b: Uint8Array): Json {
  const s = textOf(b);
  if (s === undefined) throw new NotJson();
  const reader = new Reader(s);
  const value = reader.value(0);
  reader.space();
  if (reader.at !== s.length) throw new NotJson();
  return value;
}

/** Reads an object. */
export function readObject(b: Uint8Array): JsonObject {
  const value = readJson(b);
  if (!isObject(value)) throw new NotJson();
  return value;
}

/** How many bytes the value of an object's member has, as it is written in bytes that readObject reads. */
export function writtenLength(b: Uint8Array, name: string): number {
  const s = textOf(b) ?? '';
  const reader = new Reader(s);
  reader.watched = name;
  reader.value(0);
  return bytesOf(s.slice(...reader.span)).length;
}

export const isObject = (v: Json | undefined): v is JsonObject => v instanceof Map;

const number = /-?(?:0|[1-9][0-9]*)/y;
const after = /[.eE0-9]/;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Reader {
  at = 0;
  /** Where the value of the watched member of the outermost object stands. */
  watched: string | undefined;
  span: [number, number] = [0, 0];

  constructor(private readonly s: string) {}

  space(): void {
    while (' \t\r\n'.includes(this.s[this.at] ?? 'x')) this.at++;
  }

  value(depth: number): Json {
    this.space();
    const c = this.s[this.at];
    if ((c === '{' || c === '[') && depth >= deepest) throw new NotJson();
    if (c === '{') return this.object(depth + 1);
    if (c === '[') return this.array(depth + 1);
    if (c === '"') return this.text();
    for (const [word, value] of [['true', true], ['false', false], ['null', null]] as const) {
      if (this.s.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private number(): number {
    number.lastIndex = this.at;
    const found = number.exec(this.s)?.[0];
    if (found === undefined) throw new NotJson();
    this.at += found.length;
    const n = Number(found);
    if (!Number.isSafeInteger(n) || found === '-0' || after.test(this.s[this.at] ?? '')) throw new NotJson();
    return n;
  }

  private text(): string {
    let out = '';
    for (this.at++; ; ) {
      const c = this.s[this.at++];
      if (c === undefined || c < ' ') throw new NotJson();
      if (c === '"') break;
      if (c !== '\\') {
        out += c;
        continue;
      }
      const e = this.s[this.at++] ?? '';
      if (e === 'u') {
        const digits = this.s.slice(this.at, this.at + 4);
        if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw new NotJson();
        out += String.fromCharCode(Number.parseInt(digits, 16));
        this.at += 4;
      } else {
        const plain = escapes[e];
        if (plain === undefined) throw new NotJson();
        out += plain;
      }
    }
    if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(out)) throw new NotJson();
    return out;
  }

  private array(depth: number): readonly Json[] {
    const out: Json[] = [];
    this.at++;
    this.space();
    if (this.s[this.at] === ']') {
      this.at++;
      return out;
    }
    for (;;) {
      out.push(this.value(depth));
      if (this.more(']')) return out;
    }
  }

  private object(depth: number): JsonObject {
    const out = new Map<string, Json>();
    this.at++;
    this.space();
    if (this.s[this.at] === '}') {
      this.at++;
      return out;
    }
    for (;;) {
      this.space();
      if (this.s[this.at] !== '"') throw new NotJson();
      const name = this.text();
      if (out.has(name)) throw new NotJson();
      this.space();
      if (this.s[this.at++] !== ':') throw new NotJson();
      this.space();
      const from = this.at;
      out.set(name, this.value(depth));
      if (depth === 1 && name === this.watched) this.span = [from, this.at];
      if (this.more('}')) return out;
    }
  }

  /** Takes a comma, or the end; answers whether it was the end. */
  private more(end: string): boolean {
    this.space();
    const c = this.s[this.at++];
    if (c === end) return true;
    if (c !== ',') throw new NotJson();
    return false;
  }
}
