import type { Judged, Page } from './types';

/** A page of records, each with what the page says of those of which this gateway did not find out all by itself. */
export function withCaveats<T extends object>(page: Page<T>): Page<T & Judged> {
  const { unjudged, notRecomputed } = page;
  if (unjudged === undefined && notRecomputed === undefined) return page;
  return { ...page, items: page.items.map((item) => ('id' in item ? { ...item, ...of('unjudged', unjudged, item.id), ...of('notRecomputed', notRecomputed, item.id) } : item)) };
}

/** The caveat of a name that a record has, if it has one. */
function of<V>(name: string, by: Readonly<Record<string, V>> | undefined, id: unknown): Readonly<Record<string, V>> {
  const caveat = by?.[id as string];
  return caveat === undefined ? {} : { [name]: caveat };
}
