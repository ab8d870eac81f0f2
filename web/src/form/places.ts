import type { Place, Point } from '../core/types';
import { store } from '../core/store';

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

/** How many lists of places are read to find where one stands. */
const most = 40;

/**
 * The way down to the smallest place that holds a point, from the top; empty when none does. Places without an outline are
 * looked into: what lies in them may have one.
 */
export async function placesAt(p: Point, inside: (parent?: string) => Promise<readonly Place[]>): Promise<Place[]> {
  let left = most;
  const down = async (path: readonly Place[]): Promise<Place[]> => {
    if (left-- <= 0) return [];
    const list = await inside(path.at(-1)?.id).catch(() => []);
    const holding = list.filter((one) => contains(one, p));
    let best: Place[] = [];
    for (const one of [...holding, ...list.filter((one) => (one.outline ?? []).length < 3)]) {
      const found = await down([...path, one]);
      const here = found.length > 0 ? found : contains(one, p) ? [...path, one] : [];
      if (here.length > best.length) best = here;
      if (holding.includes(one) && best.length > 0) break;
    }
    return best;
  };
  return down([]);
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
