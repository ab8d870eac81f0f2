import { sha256 } from './hash';
import type { Attachment, List } from './types';

/** The media type of a file of codes: one a line, sorted. */
export const codesType = 'text/vnd.rootline.codes';

/** The file of a roll's codes, as the ledger's commitment means them: sorted, one a line. */
export const codesFile = (codes: readonly string[]): Blob => new Blob([[...codes].sort().map((c) => `${c}\n`).join('')], { type: codesType });

const digest = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** Hashes that are asked for at a time: each is a task of its own for the browser. */
const atOnce = 2000;

async function each<T>(all: readonly T[], hash: (one: T) => Promise<Uint8Array>): Promise<Uint8Array[]> {
  const done: Uint8Array[] = [];
  for (let i = 0; i < all.length; i += atOnce) done.push(...(await Promise.all(all.slice(i, i + atOnce).map(hash))));
  return done;
}

function joined(mark: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + parts.reduce((n, p) => n + p.length, 0));
  bytes[0] = mark;
  let at = 1;
  for (const p of parts) {
    bytes.set(p, at);
    at += p.length;
  }
  return bytes;
}

/** The RFC 6962 Merkle tree head over codes that are sorted and differ: rootline.Codes.List. An odd node goes up as it is. */
export async function treeHead(codes: readonly string[]): Promise<Uint8Array> {
  const text = new TextEncoder();
  let level = await each(codes, (c) => digest(joined(0, text.encode(c))));
  while (level.length > 1) {
    const below = level;
    const pairs = Array.from({ length: below.length >> 1 }, (_, i) => [below[2 * i] as Uint8Array, below[2 * i + 1] as Uint8Array] as const);
    level = await each(pairs, ([left, right]) => digest(joined(1, left, right)));
    if (below.length % 2 === 1) level.push(below.at(-1) as Uint8Array);
  }
  return level[0] ?? digest(new Uint8Array());
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** What a listed lot commits to, with the file of its codes. */
export interface Listed {
  readonly list: List;
  readonly file: Attachment;
}

/** Makes the commitment to codes, and the evidence file that holds them: rootline.NewCodes, sorted and each once. */
export async function listOf(codes: readonly string[]): Promise<Listed> {
  const sorted = [...new Set(codes)].sort();
  const blob = codesFile(sorted);
  return { list: { count: sorted.length, root: hex(await treeHead(sorted)) }, file: { sha256: await sha256(blob), type: codesType, size: blob.size, blob } };
}
