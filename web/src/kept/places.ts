import * as api from '../core/api';
import { limits } from '../core/limits';
import { isRefusal, refuse } from '../core/refusal';
import type { Place } from '../core/types';
import { announce } from './changes';
import { kept, write, type ItemRecord, type KeepingRecord, type Writing } from './db';
import { withSession } from './device';
import { itemRecord, within } from './items';
import type { KeepProgress, KeptPlace } from './types';

const patience = 4_000;

/**
 * Downloads a place, the places within it and their items, page by page; each page is kept as it comes, and a download that
 * was cut goes on where it was. Once whole, a new call brings it up to date and drops what has left. Throws Refusal.
 */
export async function keepPlace(id: string, progress?: (p: KeepProgress) => void, signal?: AbortSignal): Promise<KeptPlace> {
  let state = await begin(id, signal);
  const planned = Object.values(state.place.plan ?? {}).reduce((a, b) => a + b, 0);
  const tell = (): void => progress?.({ place: id, items: state.items, done: state.done, ...(planned > 0 && { planned }) });
  for (tell(); !state.done; tell()) {
    signal?.throwIfAborted();
    const page = await withSession(() => api.assets({ place: id, limit: limits.pageItems, cursor: state.cursor }, { signal }));
    const { cursor: _old, ...rest } = state;
    const next: KeepingRecord = {
      ...rest, items: state.items + page.items.length, done: page.next === undefined, asOf: Date.now(),
      ...(page.next !== undefined && { cursor: page.next }),
    };
    await write(['items', 'keeping'], async (tx) => {
      const store = tx.objectStore('items');
      for (const item of page.items) await store.put(itemRecord(item, next.asOf, next.round, (await store.get(item.id))?.taken));
      if (next.done) await dropOlder(tx, id, next.round);
      await tx.objectStore('keeping').put(next);
    });
    state = next;
  }
  announce('places');
  return shown(state);
}

/** Drops what this round did not bring: it left the place. */
const dropOlder = (tx: Dropping, id: string, round: number): Promise<void> => drop(tx, id, (r) => r.round !== undefined && r.round < round);

type Dropping = Writing<['items', 'keeping']>;

/** Records looked at in one go. */
const stride = 500;

async function drop(tx: Dropping, place: string, goes: (r: ItemRecord) => boolean): Promise<void> {
  const index = tx.objectStore('items').index('place');
  for (let after: ItemRecord['inPlace']; ; ) {
    const [range] = within(place, after);
    if (range === undefined) return;
    const some = await index.getAll(range, stride);
    for (const record of some) {
      if (!goes(record)) continue;
      // What was taken along stays with that.
      if (record.taken === undefined) await tx.objectStore('items').delete(record.id);
      else await tx.objectStore('items').put(itemRecord(record.item, record.asOf, undefined, record.taken));
    }
    // The own ones are through: the empty end of their range leads on to those within.
    after = some.at(-1)?.inPlace ?? (after === undefined || after[0] === place ? [`${place}/`, ''] : [`${place}0`, '']);
  }
}

/** The place itself and those within it; the download's state, new or as it was cut. */
async function begin(id: string, signal?: AbortSignal): Promise<KeepingRecord> {
  const place = await api.placeOf(id, { signal });
  const inner = await descendants(id, signal);
  return write(['keeping', 'places'], async (tx) => {
    for (const p of [place, ...inner]) await tx.objectStore('places').put(bare(p));
    const before = await tx.objectStore('keeping').get(id);
    const goesOn = before !== undefined && !before.done;
    // Rounds are moments, so that places within each other do not take each other's items for old.
    const state: KeepingRecord = goesOn ? { ...before, place: bare(place) } : { id, place: bare(place), round: Date.now(), items: 0, done: false, asOf: before?.asOf ?? 0 };
    await tx.objectStore('keeping').put(state);
    return state;
  });
}

const bare = (p: Place): Place => {
  const { block: _block, ...place } = p as Place & { block?: number };
  return place;
};

async function descendants(id: string, signal?: AbortSignal): Promise<Place[]> {
  const all: Place[] = [];
  for (const parents = [id]; parents.length > 0; ) {
    const parent = parents.shift()!;
    let cursor: string | undefined;
    do {
      const page = await withSession(() => api.placePage({ parent, limit: limits.pageItems, cursor }, { signal }));
      all.push(...page.items);
      parents.push(...page.items.map((p) => p.id));
      cursor = page.next;
    } while (cursor !== undefined);
  }
  return all;
}

/** Forgets a place and its items. What is queued stays. */
export async function dropPlace(id: string): Promise<void> {
  await write(['items', 'keeping'], async (tx) => {
    await tx.objectStore('keeping').delete(id);
    const others = (await tx.objectStore('keeping').getAllKeys()).flatMap((other) => within(other));
    await drop(tx, id, ({ inPlace }) => !others.some((other) => other.includes(inPlace)));
  });
  announce('places');
}

const shown = ({ place, items, done, asOf }: KeepingRecord): KeptPlace => ({ place, items, done, asOf });

/** "My plots": the places whose items are kept on this device. */
export async function keptPlaces(): Promise<KeptPlace[]> {
  return (await (await kept()).getAll('keeping')).map(shown);
}

/** Whether all items of a place are kept here, with the place or with one around it. */
export const isKept = async (id: string): Promise<boolean> => (await keptPlaces()).some(({ done, place }) => done && `${id}/`.startsWith(`${place.id}/`));

/** The kept places with all that lie within them, as far as this device has them: what a map shows. */
export async function placesShown(): Promise<Place[]> {
  const db = await kept();
  const all = new Map<string, Place>();
  for (const { id, place } of await db.getAll('keeping')) {
    all.set(id, place);
    // "0" comes right after "/".
    for (const inner of await db.getAll('places', IDBKeyRange.bound(`${id}/`, `${id}0`, false, true))) all.set(inner.id, inner);
  }
  return [...all.values()];
}

/** Places within another, or the topmost: what the gateway says if it answers soon, else what is kept. */
export async function places(parent?: string): Promise<Place[]> {
  if (globalThis.navigator?.onLine !== false) {
    try {
      return await listed(parent);
    } catch (e) {
      if (!isRefusal(e)) throw e;
    }
  }
  const all = await (await kept()).getAll('places');
  return all.filter((p) => (parent === undefined ? !all.some((other) => other.id === p.parent) : p.parent === parent));
}

async function listed(parent?: string): Promise<Place[]> {
  const list: Place[] = [];
  let cursor: string | undefined;
  do {
    const page = await withSession(() => api.placePage({ limit: limits.pageItems, cursor, ...(parent !== undefined && { parent }) }, { timeout: patience }));
    list.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  const ids = new Set(list.map((p) => p.id));
  await write(['places'], async (tx) => {
    for (const p of list) await tx.objectStore('places').put(bare(p));
  });
  return parent === undefined ? list.filter((p) => p.parent === undefined || !ids.has(p.parent)) : list;
}

/** One place; undefined when nobody knows it. Throws Refusal not-kept when there is nobody to ask. */
export async function place(id: string): Promise<Place | undefined> {
  const known = await (await kept()).get('places', id);
  if (known !== undefined) return known;
  try {
    const found = bare(await api.placeOf(id, { timeout: patience }));
    await write(['places'], (tx) => tx.objectStore('places').put(found));
    return found;
  } catch (e) {
    if (isRefusal(e) && e.status === 404) return undefined;
    if (isRefusal(e, 'unreachable')) throw refuse('not-kept', {}, e);
    throw e;
  }
}
