/** Bytes as this verifier passes them on. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const none: Bytes = new Uint8Array(0);

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export const join = (...parts: readonly Uint8Array[]): Bytes => joinAll(parts);

/** Joins a list that a file may make as long as it likes: so many arguments no engine takes. */
export function joinAll(parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/** Which of two byte strings comes first, byte by byte, the shorter one before what it begins. */
export function order(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

const digits = Array.from({ length: 256 }, (_, v) => v.toString(16).padStart(2, '0'));

export const hex = (b: Uint8Array): string => Array.from(b, (v) => digits[v]).join('');

const latin1 = new TextDecoder('latin1');

/** Names bytes in a map: equal bytes, and no others, have equal names. */
export function nameOf(b: Uint8Array): string {
  // What is called Latin-1 is Windows-1252, which gives each byte a character of its own all the same.
  return latin1.decode(b);
}

/** Reads lower-case hexadecimal digits; undefined for anything else. */
export function unhex(text: string): Bytes | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes are in UTF-8; undefined when they are none. */
export function textOf(b: Uint8Array): string | undefined {
  try {
    return utf8.decode(b);
  } catch {
    return undefined;
  }
}

export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

/** The SHA-256 of parts, one after the other. */
export const sha256 = (...parts: readonly Uint8Array[]): Promise<Bytes> => sha256All(parts);

/** The same of a list of any length. */
export const sha256All = async (parts: readonly Uint8Array[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', parts.length === 1 ? (parts[0] as Bytes) : joinAll(parts)));
