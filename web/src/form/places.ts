import type { Place, Point } from '../core/types';
import { store } from '../lib/store';

const key = 'rootline.places';
const remembered = 3;

/** The places that were chosen last on this phone, newest first. */
export function chosenBefore(): string[] {
  try {
    const list: unknown = JSON.parse(store()?.getItem(key) ?? '[]');
    return Array.isArray(list) ? list.filter((id): id is string => typeof id === 'string').slice(0, remembered) : [];
  } catch {
    return [];
  }
}

export function noteChosen(id: string): void {
  try {
    store()?.setItem(key, JSON.stringify([id, ...chosenBefore().filter((one) => one !== id)].slice(0, remembered)));
  } catch {
    // The next choice is made from the whole list.
  }
}

/** Whether a point lies within a place's outline. A place without one holds nothing that could be told. */
export function contains(place: Place, p: Point): boolean {
  const ring = place.outline ?? [];
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!];
    if (a.lat > p.lat !== b.lat > p.lat && p.lon < ((b.lon - a.lon) * (p.lat - a.lat)) / (b.lat - a.lat) + a.lon) inside = !inside;
  }
  return inside;
}
