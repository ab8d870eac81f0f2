import * as api from '../../core/api';
import { isRefusal } from '../../core/refusal';
import type { Page, Place } from '../../core/types';
import { path, readSigned } from '../read.svelte';

/** A place with all within it, or all there are. Throws Refusal. */
export async function placesWithin(within: string): Promise<Place[]> {
  const all: Place[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Page<Place> = await readSigned(path('/api/v1/places', { within, limit: 500, cursor }));
    all.push(...page.items);
    cursor = page.next || undefined;
  }
  return all;
}

/** What the ledger has of a place; nothing when there is none of that id. Throws Refusal. */
export async function recordedPlace(id: string): Promise<Place | undefined> {
  try {
    return await api.placeOf(id);
  } catch (e) {
    if (isRefusal(e, 'not-found')) return undefined;
    throw e;
  }
}
