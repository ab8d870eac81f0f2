import { limits } from '../core/limits';
import type { IDBPObjectStore } from 'idb';
import * as api from '../core/api';
import { refuse } from '../core/refusal';
import type { AssetView } from '../core/types';
import type { Shared } from '../works/shared';
import { announce } from './changes';
import { kept, write, type Schema, type Stores, type TakenRecord } from './db';
import { withSession } from './device';
import { itemRecord } from './items';
import { rulebook } from './rulebooks';
import { itemLife } from './works';

export type { TakenRecord } from './db';

/** So many items are taken along at a time, about 1 kB each, and so many times: a truck brings hundreds. */
export const mostItems = 2000;
export const mostTaken = 10;

/** Names what is taken along: the item's own, or what shares a value with it. */
export const takenId = (item: string, shared?: Shared): string => (shared === undefined ? item : `${item}#${shared.field}`);

export interface TakeProgress {
  readonly items: number;
}

/**
 * Takes an item along with all that is of it (on its list, under it), or with all that share a value of its record: a scan of any of them shows it
 * without a network. The copy is kept whole or not at all; taken again, it is brought up to date. Throws Refusal, too-many-taken.
 */
export async function takeAlong(item: AssetView, shared?: Shared, progress?: (p: TakeProgress) => void, signal?: AbortSignal): Promise<TakenRecord> {
  const id = takenId(item.id, shared);
  const before = await takenAll();
  if (before.length >= mostTaken && !before.some((t) => t.id === id)) throw refuse('too-many-taken', { n: String(mostTaken) });
  const found = new Map<string, AssetView>();
  const add = (items: readonly AssetView[]): boolean => {
    for (const one of items) if (found.size < mostItems || found.has(one.id)) found.set(one.id, one);
    progress?.({ items: found.size });
    signal?.throwIfAborted();
    return found.size < mostItems;
  };
  add([await api.asset(item.id, { signal })]);
  const asked = await (shared === undefined ? membersOf(item, add, signal) : sharing(item, shared, add, signal));
  // Without the rulebooks that they are judged by there would be no actions to offer.
  for (const name of new Set([...found.values()].map((i) => i.rulebook))) await rulebook(name);
  await itemLife(item.id).catch(() => undefined);
  const record: TakenRecord = {
    id, item: item.id, rulebook: item.rulebook, kind: item.kind, items: found.size, more: asked, asOf: Date.now(),
    ...(shared !== undefined && { field: shared.field, value: shared.value }),
  };
  await write(['items', 'taken'], async (tx) => {
    const store = tx.objectStore('items');
    for (const old of await store.index('taken').getAllKeys(id)) if (!found.has(old)) await letGo(store, old, id);
    for (const one of found.values()) await store.put(itemRecord(one, record.asOf, ...(await also(store, one.id, id))));
    await tx.objectStore('taken').put(record);
  });
  announce('taken');
  return record;
}

type Adding = (items: readonly AssetView[]) => boolean;

/** What is on the item's list, with or without an event of its own, and what lies under it. Answers whether there is more than is taken. */
async function membersOf(item: AssetView, add: Adding, signal: AbortSignal | undefined): Promise<boolean> {
  if (item.list !== undefined) {
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: { items: readonly string[]; next?: string } = await withSession(() => api.codesOf(item.id, cursor === '' ? undefined : cursor, { signal }));
      for (let i = 0; i < page.items.length; i += limits.resolveCodes) {
        const some = await withSession(() => api.resolve(page.items.slice(i, i + limits.resolveCodes), { signal }));
        if (!add(some.filter((a) => a !== undefined))) return i + limits.resolveCodes < page.items.length || page.next !== undefined;
      }
      cursor = page.next;
    }
  }
  return paged({ under: item.id }, () => true, add, signal);
}

/** All of the item's kind that have the same value; the gateway finds parts of texts, so each is compared. */
const sharing = (item: AssetView, shared: Shared, add: Adding, signal: AbortSignal | undefined): Promise<boolean> =>
  paged({ rulebook: bookName(item.rulebook), kind: item.kind, text: shared.value }, (a) => a.fields?.[shared.field] === shared.value, add, signal);

const bookName = (versioned: string): string => versioned.split('@')[0]!;

async function paged(filter: api.AssetFilter, takes: (a: AssetView) => boolean, add: Adding, signal: AbortSignal | undefined): Promise<boolean> {
  let cursor: string | undefined;
  do {
    const page = await withSession(() => api.assets({ ...filter, limit: limits.resolveCodes, cursor }, { signal }));
    if (!add(page.items.filter(takes))) return page.next !== undefined;
    cursor = page.next;
  } while (cursor !== undefined);
  return false;
}

type Items = Pick<IDBPObjectStore<Schema, Stores[], 'items', 'readwrite'>, 'get' | 'put' | 'delete'>;

/** What else an item is kept for, with this. */
async function also(store: Items, item: string, id: string): Promise<[round: number | undefined, taken: string[]]> {
  const before = await store.get(item);
  return [before?.round, [...new Set([...(before?.taken ?? []), id])]];
}

/** An item that is kept for something else stays. */
async function letGo(store: Items, item: string, id: string): Promise<void> {
  const record = await store.get(item);
  if (record === undefined) return;
  const taken = record.taken?.filter((t) => t !== id) ?? [];
  if (record.round === undefined && taken.length === 0) await store.delete(item);
  else await store.put(itemRecord(record.item, record.asOf, record.round, taken));
}

/** What is taken along, the last first. */
export const takenAll = async (): Promise<TakenRecord[]> => (await (await kept()).getAll('taken')).sort((a, b) => b.asOf - a.asOf);

/** Forgets what was taken along. What is queued stays. */
export async function leaveBehind(id: string): Promise<void> {
  await write(['items', 'taken'], async (tx) => {
    const store = tx.objectStore('items');
    for (const key of await store.index('taken').getAllKeys(id)) await letGo(store, key, id);
    await tx.objectStore('taken').delete(id);
  });
  announce('taken');
}
