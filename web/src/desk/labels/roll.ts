import * as api from '../../core/api';
import type { Device } from '../../core/device';
import { checkEvent, eventOf } from '../../core/event';
import { sha256 } from '../../core/hash';
import { instant } from '../../core/instant';
import { signJws } from '../../core/jws';
import { Refusal, refuse } from '../../core/refusal';
import { newEventId } from '../../core/uuidv7';
import { withSession } from '../../kept/device';

/** Crockford's digits, of which serial numbers are made. */
const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const serial = 13;

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

/** The code of a roll, which follows from its list, so that a list is issued once: rootline.CodeFrom. */
export const rollCode = (prefix: string, root: Uint8Array): string => prefix + Array.from(root.slice(0, serial), (b) => base32[b & 31]).join('');

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** Seconds that the act waits for the ledger. */
const wait = 30;

/**
 * Gives blank tags to the own organisation: stores the list of their codes, and signs the roll that commits to it. From then on its
 * people may bind them. Answers the roll's code. Throws Refusal: the ledger's own, unreachable, not-confirmed.
 */
export async function issueRoll(device: Device, prefix: string, fresh: readonly string[]): Promise<string> {
  const codes = [...new Set(fresh)].sort();
  const root = await treeHead(codes);
  const roll = rollCode(prefix, root);
  const file = codesFile(codes);
  const hash = await sha256(file);
  await withSession(() => api.request(`/api/v1/evidence/${hash}`, { method: 'PUT', body: file, headers: { 'Content-Type': codesType }, timeout: 120_000 }));
  const draft = { asset: '', action: 'issue', rulebook: 'registry@1', list: { count: codes.length, root: hex(root) }, evidence: [{ sha256: hash, type: codesType, size: file.size }] };
  const event = { ...eventOf(draft, { id: newEventId(), at: instant(Date.now()) }), data: { roll } };
  checkEvent(event);
  const [status] = await api.submit([{ jws: await signJws(device, 'rootline-event', device.net, event) }], wait);
  if (status?.status === 'refused') throw Refusal.of(status.error ?? refuse('internal').shape());
  if (status?.status !== 'committed') throw refuse('not-confirmed');
  return roll;
}
