import { untrack } from 'svelte';
import * as api from '../core/api';
import { isRefusal } from '../core/refusal';
import type { Place, Text } from '../core/types';
import { place } from '../kept/places';
import { text } from '../words/language.svelte';
import { words } from '../words/spot';

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

/** What is kept may have an older title. Undefined for what is not on record. */
const told = (id: string): Promise<Place | undefined> => api.placeOf(id).catch((e: unknown) => (isRefusal(e) && e.status === 404 ? undefined : place(id)));

/** What a place is called in the reader's language: people do not know its id. Asked once of the gateway, or of what is kept here when it does not answer; empty until it is known. */
export function placeName(id: string): string {
  if (id !== '' && !titles.has(id) && !asked.has(id)) {
    asked.add(id);
    told(id).then((p) => learnPlaces([p ?? { id, title: words.both('unknown') }]), () => asked.delete(id));
  }
  return text(titles.get(id));
}
