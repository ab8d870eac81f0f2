import * as api from '../../core/api';
import { sha256 } from '../../core/hash';
import { refuse } from '../../core/refusal';
import type { KindView, RulebookView } from '../../core/types';
import { withSession } from '../../kept/device';
import { capture } from '../../kept/queue';
import { currentRulebooks } from '../../kept/rulebooks';
import { kindOf } from '../../works/rulebook';
import { auditIn, auditOf, type Audit } from '../../works/shape';
import { csv } from '../works/csv';
import { here } from '../works/here.svelte';
import { assetsBy, lookOf, type WorksAsset } from '../works/model';
import type { InventoryField } from './inventory';
import { countsOf, listOf, type Ask, type Session } from '../../works/walk';

/** A place of more items is walked in parts. */
export const mostItems = 5000;

/** What is really there, of what the ledger has at a place: no lots, no audits, nothing that is gone. Answers with everything that was read, too. */
export async function itemsAt(place: string): Promise<{ items: WorksAsset[]; full: boolean }> {
  await here.start();
  const all = await assetsBy({ place }, mostItems + 1);
  await here.know(all);
  return { items: all.filter((i) => i.quantity === undefined && i.list === undefined && auditIn(kindOfItem(i)) === undefined && !isGone(i)), full: all.length > mostItems };
}

function kindOfItem(item: WorksAsset): KindView | undefined {
  const book = here.books.get(item.rulebook);
  return book && kindOf(book, item.kind);
}

const isGone = (item: WorksAsset): boolean => lookOf(kindOfItem(item), item.state) === 'gone';

/** The fields of the records of the kinds that an inventory may be of, which texts and whole numbers fill. */
export async function fieldsOf(): Promise<InventoryField[]> {
  await here.start();
  const all = [...here.books.values(), ...(await currentRulebooks())].flatMap((b) => b.kinds).filter((k) => auditIn(k) === undefined).flatMap((k) => k.fields ?? []);
  return [...new Map(all.filter((f) => ['string', 'integer'].includes(f.type)).map((f) => [f.name, f])).values()];
}

/** Where the ledger has codes: one answer for each. Throws when nobody can be asked. */
export const whereAre: Ask = async (codes) => {
  const found = (await withSession(() => api.resolve(codes))) as (WorksAsset | undefined)[];
  await here.know(found.filter((item) => item !== undefined));
  return found.map((item) => item && { id: item.id, gone: isGone(item), ...(item.place !== undefined && { place: item.place }) });
};

/** The adopted rulebook under which this device may record an audit. */
export async function bookOfAudits(): Promise<{ book: RulebookView; audit: Audit; mine: boolean } | undefined> {
  for (const book of await currentRulebooks()) {
    const audit = auditOf(book);
    if (audit !== undefined) return { book, audit, mine: here.device !== undefined && audit.action.by.includes(here.device.role) };
  }
  return undefined;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function newCode(prefix: string): string {
  return prefix + Array.from(crypto.getRandomValues(new Uint8Array(13)), (b) => alphabet[b & 31]).join('');
}

/** Signs the result and puts it in the queue, after its list was stored as evidence. Answers the audit's code. Throws Refusal. */
export async function record(session: Session, { book, audit }: { book: RulebookView; audit: Audit }, note: string): Promise<string> {
  const prefix = here.ledger?.organisations.find((o) => o.mspId === here.device?.organisation)?.prefix;
  if (prefix === undefined) throw refuse('no-device');
  const file = csv(listOf(session));
  const hash = await sha256(file);
  await withSession(() => api.request(`/api/v1/evidence/${hash}`, { method: 'PUT', body: file, headers: { 'Content-Type': 'text/csv' }, timeout: 300_000 }));
  const asset = newCode(prefix);
  await capture({
    asset, kind: audit.kind.name, action: audit.action.name, rulebook: book.name, evidence: [{ sha256: hash, type: 'text/csv', size: file.size }],
    data: { [audit.place]: session.place, ...countsOf(session), ...(audit.note !== undefined && note.trim() !== '' && { [audit.note]: note.trim() }) },
  }, [], audit.action.title);
  return asset;
}
