import * as api from '../../core/api';
import type { Device } from '../../core/device';
import { checkEvent, eventOf } from '../../core/event';
import { sha256 } from '../../core/hash';
import { instant } from '../../core/instant';
import { signJws } from '../../core/jws';
import { codesFile, codesType, hex, treeHead } from '../../core/list';
import { Refusal, refuse } from '../../core/refusal';
import { newEventId } from '../../core/uuidv7';
import { withSession } from '../../kept/device';

/** Crockford's digits, of which serial numbers are made. */
const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const serial = 13;

/** The code of a roll, which follows from its list, so that a list is issued once: rootline.CodeFrom. */
export const rollCode = (prefix: string, root: Uint8Array): string => prefix + Array.from(root.slice(0, serial), (b) => base32[b & 31]).join('');


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
  const event = { ...eventOf(draft, { id: await newEventId(device.kid), at: instant(Date.now()) }), data: { roll } };
  checkEvent(event);
  const [status] = await api.submit([{ jws: await signJws(device, 'rootline-event', device.net, event) }], wait);
  if (status?.status === 'refused') throw Refusal.of(status.error ?? refuse('internal').shape());
  if (status?.status !== 'committed') throw refuse('not-confirmed');
  return roll;
}
