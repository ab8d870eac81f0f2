import type { AssetView } from '../../core/types';
import { keptItem } from '../../kept/items';
import { findItem, scans } from '../../kept/works';

/** A code that was scanned, with what is kept of the item. */
export interface Seen {
  readonly code: string;
  readonly at: number;
  readonly known: boolean;
  readonly item?: AssetView;
}

/** The same scan with the item as it is now, this device's own unsent events applied. */
export async function refreshed(s: Seen): Promise<Seen> {
  if (s.item === undefined) return s;
  const found = await findItem(s.item.id, { quiet: true }).catch(() => undefined);
  return found === undefined ? s : { ...s, item: found.item };
}

/** The last codes that were scanned, each once, newest first. */
export async function lastScans(limit: number): Promise<Seen[]> {
  const list: Seen[] = [];
  for (const s of await scans({ limit: limit * 6 })) {
    if (list.length >= limit || list.some((one) => one.code === s.code)) continue;
    const item = s.known ? (await keptItem(s.asset ?? s.code))?.item : undefined;
    list.push({ code: s.code, at: s.at, known: s.known, ...(item && { item }) });
  }
  return list;
}
