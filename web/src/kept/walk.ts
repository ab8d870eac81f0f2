import { sha256 } from '../core/hash';
import type { AssetView, RulebookView } from '../core/types';
import { csv } from '../core/csv';
import { kindOf } from '../works/rulebook';
import { auditIn, type Audit } from '../works/shape';
import { begin, countsOf, listOf, type Answer, type Ask, type Session } from '../works/walk';
import { getMeta, kept, setMeta, write } from './db';
import { itemsOf } from './items';
import { capture, queuedFor } from './queue';
import { rulebook } from './rulebooks';
import type { Queued } from './types';
import { findItem } from './works';

/** A place of more items is walked in parts. */
export const mostWalked = 5000;

/** The walk that is not recorded yet, as it was when the phone was last in use. */
export async function keptWalk(): Promise<Session | undefined> {
  const walk = await getMeta('walk');
  if (walk?.asset === undefined) return walk;
  // The phone died between signing and forgetting: it is recorded once.
  const signed = (await queuedFor(walk.asset)).length > 0 || (await (await kept()).countFromIndex('done', 'asset', walk.asset)) > 0;
  if (!signed) return walk;
  await dropWalk();
  return undefined;
}

/** Keeps a walk after each scan. Throws Refusal device-storage-full. */
export const keepWalk = (walk: Session): Promise<void> => setMeta('walk', walk);

export const dropWalk = (): Promise<void> => write(['meta'], (tx) => tx.objectStore('meta').delete('walk'));

/** What is really there by its record: no lot, no audit, nothing that is gone. */
async function stands(item: AssetView): Promise<boolean> {
  if (item.quantity !== undefined || item.list !== undefined) return false;
  const kind = await kindOfItem(item);
  return auditIn(kind) === undefined && toneOf(kind, item.state) !== 'gone';
}

async function kindOfItem(item: AssetView): Promise<RulebookView['kinds'][number] | undefined> {
  const book = await rulebook(item.rulebook).catch(() => undefined);
  return book && kindOf(book, item.kind);
}

const toneOf = (kind: RulebookView['kinds'][number] | undefined, state: string): string | undefined => kind?.states.find((s) => s.name === state)?.tone;

/**
 * Begins a walk with what is kept here of a place, which was taken along whole. Undefined when it has more items than are
 * walked at a time.
 */
export async function beginWalk(place: string, now = Date.now()): Promise<Session | undefined> {
  const here: AssetView[] = [];
  for (let page = await itemsOf(place); page.length > 0; page = await itemsOf(place, { after: page.at(-1)! })) {
    for (const item of page) if (await stands(item)) here.push(item);
    if (here.length > mostWalked) return undefined;
  }
  const walk = begin(place, here, Math.min(...here.map((i) => i.block.number), Number.MAX_SAFE_INTEGER), now);
  const known = here.length === 0 ? { ...walk, block: 0 } : walk;
  await keepWalk(known);
  return known;
}

/** Where codes are on record: as the gateway says, else as this phone has it. Throws Refusal not-kept where neither knows. */
export const whereKept: Ask = async (codes) => {
  const answers: (Answer | undefined)[] = [];
  for (const code of codes) {
    const found = await findItem(code, { quiet: true });
    if (found === undefined) answers.push(undefined);
    else {
      const { item } = found;
      answers.push({ id: item.id, gone: toneOf(await kindOfItem(item), item.state) === 'gone', ...(item.place !== undefined && { place: item.place }) });
    }
  }
  return answers;
};

/**
 * Signs what a walk found, with its whole list as a file, and puts it in the queue: it is sent when there is a network. The walk
 * is then no longer kept. Throws what capture throws.
 */
export async function recordWalk(walk: Session, { book, audit }: { book: RulebookView; audit: Audit }, asset: string, note: string): Promise<Queued> {
  const blob = new Blob([csv(listOf(walk))], { type: 'text/csv' });
  await setMeta('walk', { ...walk, asset });
  const queued = await capture({
    asset, kind: audit.kind.name, action: audit.action.name, rulebook: book.name,
    data: { [audit.place]: walk.place, ...countsOf(walk), ...(audit.note !== undefined && note.trim() !== '' && { [audit.note]: note.trim() }) },
  }, [{ sha256: await sha256(blob), type: 'text/csv', size: blob.size, blob }], audit.action.title);
  await dropWalk();
  return queued;
}
