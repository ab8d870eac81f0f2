import { app } from '../../app/app.svelte';
import type { AssetView } from '../../core/types';
import { keptItem } from '../../kept/items';
import { findItem, scans } from '../../kept/works';
import type { Tone } from '../../parts/tones';
import { isEnd, kindOf } from '../../works/rulebook';

/** A code that was scanned, with what is kept of the item. */
export interface Seen {
  readonly code: string;
  readonly at: number;
  readonly known: boolean;
  readonly item?: AssetView;
  readonly tone: Tone;
}

/** How an item's state looks: in use, at its end, or only a code on a list so far. */
export async function toneOf(item: AssetView): Promise<Tone> {
  if (item.asleep) return 'asleep';
  const book = await app.book(item.rulebook).catch(() => undefined);
  return isEnd(book && kindOf(book, item.kind), item) ? 'ended' : 'living';
}

/** The same scan with the item as it is now, this device's own unsent events applied. */
export async function refreshed(s: Seen): Promise<Seen> {
  if (s.item === undefined) return s;
  const found = await findItem(s.item.id, { quiet: true }).catch(() => undefined);
  return found === undefined ? s : { ...s, item: found.item, tone: await toneOf(found.item) };
}

/** The last codes that were scanned, each once, newest first. */
export async function lastScans(limit: number): Promise<Seen[]> {
  const list: Seen[] = [];
  for (const s of await scans({ limit: limit * 6 })) {
    if (list.length >= limit || list.some((one) => one.code === s.code)) continue;
    const item = s.known ? (await keptItem(s.asset ?? s.code))?.item : undefined;
    list.push({ code: s.code, at: s.at, known: s.known, tone: item ? await toneOf(item) : 'asleep', ...(item && { item }) });
  }
  return list;
}
