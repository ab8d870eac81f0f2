import { untrack } from 'svelte';
import * as api from '../../core/api';
import type { Place, Text } from '../../core/types';
import { text } from '../../words/language.svelte';
import { words } from '../../words/spot';
import { path, readSigned } from '../read.svelte';

let titles = $state.raw<ReadonlyMap<string, Text>>(new Map());
const asked = new Set<string>();

/** Keeps what places are called that were read anyway. */
export function learnPlaces(places: readonly Pick<Place, 'id' | 'title'>[]): void {
  // Who keeps them does not follow them.
  untrack(() => {
    const fresh = places.filter((p) => titles.get(p.id)?.en !== p.title.en || titles.get(p.id)?.zh !== p.title.zh);
    if (fresh.length > 0) titles = new Map([...titles, ...fresh.map((p): [string, Text] => [p.id, p.title])]);
  });
}

/** What a place is called in the reader's language: people do not know its id. Asked of the gateway once, and empty until it is known. */
export function placeName(id: string): string {
  if (id !== '' && !titles.has(id) && !asked.has(id)) {
    asked.add(id);
    api.placeOf(id).then((p) => learnPlaces([p]), () => learnPlaces([{ id, title: words.both('unknown') }]));
  }
  return text(titles.get(id));
}

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
