import type { AssetView, Position } from '../core/types';
import { kept, write, type ItemRecord } from './db';
import { cellOf, metresBetween, rangesAround } from './grid';
import type { Near } from './types';

/** How many items are kept that belong to no kept place: those looked at last, about 1 kB each. A truck brings hundreds. */
const looseItems = 5000;

/** The record of an item. `round` is the download that brought it, for items of a kept place; `taken` what it was taken along with. */
export function itemRecord(item: AssetView, asOf: number, round?: number, taken: readonly string[] = []): ItemRecord {
  return {
    id: item.id, item, asOf,
    codes: [...new Set([item.id, ...item.tags])],
    ...(item.place !== undefined && { inPlace: [item.place, item.id] as const }),
    ...(item.position !== undefined && { cell: cellOf(item.position) }),
    ...(round !== undefined && { round }),
    ...(taken.length > 0 && { taken }),
    ...(round === undefined && taken.length === 0 && { loose: asOf }),
  };
}

/** Keeps an item that was looked at. One of a kept place stays that place's. */
export async function keepItem(item: AssetView): Promise<void> {
  await write(['items'], async (tx) => {
    const store = tx.objectStore('items');
    const before = await store.get(item.id);
    await store.put(itemRecord(item, Date.now(), before?.round, before?.taken));
    const many = await store.index('loose').count();
    let oldest = many > looseItems ? await store.index('loose').openCursor() : null;
    for (let n = many - looseItems; n > 0 && oldest !== null; n--) {
      await oldest.delete();
      oldest = await oldest.continue();
    }
  });
}

/** The kept item behind a code or a tag. */
export async function keptItem(code: string): Promise<ItemRecord | undefined> {
  const db = await kept();
  return (await db.get('items', code)) ?? db.getFromIndex('items', 'codes', code);
}

/** Kept items within so many metres of a position, nearest first. */
export async function near(at: Position, metres: number, limit = 200): Promise<Near[]> {
  const index = (await kept()).transaction('items').store.index('cell');
  const found: Near[] = [];
  for (const [from, to] of rangesAround(at, metres)) {
    // A key of two numbers is an array of its own kind, which must be a plain one.
    for (const { item } of await index.getAll(IDBKeyRange.bound([...from], [...to]))) {
      const away = item.position === undefined ? Infinity : metresBetween(at, item.position);
      if (away <= metres) found.push({ item, metres: away });
    }
  }
  return found.sort((a, b) => a.metres - b.metres).slice(0, limit);
}

/**
 * Keys of the index "place" (place and id) that a place's items have: the place's own first, then those of the places
 * within it. `after` is the key of the last one seen.
 */
export function within(place: string, after?: readonly [string, string]): IDBKeyRange[] {
  const ranges: [from: unknown[], to: unknown[]][] = [
    [[place], [place, []]], // an array is above every text
    [[`${place}/`], [`${place}0`]], // "0" comes right after "/"
  ];
  return ranges
    .filter(([, to]) => after === undefined || indexedDB.cmp(after, to) < 0)
    .map(([from, to]) => (after !== undefined && indexedDB.cmp(after, from) > 0 ? IDBKeyRange.bound([...after], to, true) : IDBKeyRange.bound(from, to)));
}

/** Kept items of a place and of the places within it, by place and code; `after` is the last one seen. */
export async function itemsOf(place: string, page: { after?: AssetView; limit?: number } = {}): Promise<AssetView[]> {
  const limit = page.limit ?? 200;
  const { after } = page;
  const index = (await kept()).transaction('items').store.index('place');
  const list: AssetView[] = [];
  for (const range of within(place, after?.place === undefined ? undefined : [after.place, after.id])) {
    if (list.length < limit) list.push(...(await index.getAll(range, limit - list.length)).map((r) => r.item));
  }
  return list;
}
