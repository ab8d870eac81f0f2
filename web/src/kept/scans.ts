import { kept, write } from './db';
import type { Scan } from './types';

/** How many scans are remembered. */
const remembered = 1000;

/**
 * Notes that a code was scanned or typed, and the asset that it led to. Unknown ones are noted, too: somebody may want to
 * know of a stray tag. `unseen`: nobody could be asked about it.
 */
export async function noteScan(code: string, asset: string | 'unknown' | 'unseen'): Promise<void> {
  await write(['scans'], async (tx) => {
    const store = tx.objectStore('scans');
    const known = asset !== 'unknown';
    const scan = { code, at: Date.now(), known, ...(known ? asset !== 'unseen' && { asset } : { unknown: 1 as const }) };
    // The store gives the number.
    await store.add(scan as Scan);
    if ((await store.count()) > remembered) await (await store.openCursor())?.delete();
  });
}

/** The last scans, newest first; unknown ones only, if asked. */
export async function scans(page: { limit?: number; unknown?: boolean } = {}): Promise<Scan[]> {
  const { store } = (await kept()).transaction('scans');
  const list: Scan[] = [];
  let cursor = page.unknown ? await store.index('unknown').openCursor(null, 'prev') : await store.openCursor(null, 'prev');
  for (; cursor !== null && list.length < (page.limit ?? 50); cursor = await cursor.continue()) list.push(cursor.value);
  return list;
}
