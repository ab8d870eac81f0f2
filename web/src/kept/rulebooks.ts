import * as api from '../core/api';
import { isRefusal } from '../core/refusal';
import type { RulebookView } from '../core/types';
import { getMeta, kept, write } from './db';

/** Milliseconds for which the current rulebooks are not asked for again. */
const fresh = 5 * 60_000;
const patience = 2_500;

/** A version of a rulebook, "forestation@1". It never changes, so that what is kept is right. Undefined when nobody has it. */
export async function rulebook(name: string): Promise<RulebookView | undefined> {
  const db = await kept();
  const known = await db.get('rulebooks', name);
  if (known !== undefined) return known;
  try {
    const book = await api.rulebookOf(name);
    await keep([book], false);
    return book;
  } catch (e) {
    if (isRefusal(e) && e.status === 404) return undefined;
    throw e;
  }
}

/** The versions that new assets take: what the gateway says if it answers soon, else what is kept. */
export async function currentRulebooks(): Promise<RulebookView[]> {
  if (Date.now() - ((await getMeta('rulebooksAsOf')) ?? 0) > fresh && globalThis.navigator?.onLine !== false) {
    try {
      await keep(await api.rulebookList({ timeout: patience }), true);
    } catch (e) {
      if (!isRefusal(e)) throw e;
    }
  }
  return (await (await kept()).getAll('rulebooks')).filter((b) => b.current);
}

/** Keeps rulebooks; a whole list says which versions are current. */
async function keep(books: readonly RulebookView[], whole: boolean): Promise<void> {
  await write(['rulebooks', 'meta'], async (tx) => {
    const store = tx.objectStore('rulebooks');
    if (whole) {
      const names = new Set(books.map((b) => b.name));
      for (const old of await store.getAll()) if (old.current && !names.has(old.name)) await store.put({ ...old, current: false });
      await tx.objectStore('meta').put(Date.now(), 'rulebooksAsOf');
    }
    for (const book of books) await store.put(book);
  });
}
