import { learnPlaces, placeName } from '../../app/placeNames.svelte';
import type { Place } from '../../core/types';
import { path, readSigned } from '../read.svelte';

export { learnPlaces, placeName };

/** The places that a person may mean by a text: those called so; else those with it as a word of their name; else those with it as part of one, or of the id. */
export function meant(asked: string, places: readonly Place[]): readonly Place[] {
  const wanted = asked.trim().toLowerCase();
  const names = (p: Place): string[] => [p.title.en, p.title.zh].map((t) => t.toLowerCase()).filter((t) => t !== '');
  const ranks: readonly ((p: Place) => boolean)[] = [
    (p) => names(p).includes(wanted) || p.id === asked.trim(),
    (p) => names(p).some((n) => n.split(/\s+/).includes(wanted)),
    () => true,
  ];
  for (const fits of ranks) {
    const found = places.filter(fits);
    if (found.length > 0) return found;
  }
  return [];
}

/** Places whose name or id holds a text. Needs a session. Throws Refusal. */
export async function placesLike(asked: string): Promise<readonly Place[]> {
  const { items } = await readSigned<{ items: Place[] }>(path('/api/v1/places', { q: asked.trim().slice(0, 60), limit: 50 }));
  learnPlaces(items);
  return items;
}
