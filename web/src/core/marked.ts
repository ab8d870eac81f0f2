import type { Judged, Page } from './types';

/** A page of records, each with what the page says of those that this gateway does not judge whole. */
export function marked<T extends object>(page: Page<T>): Page<T & Judged> {
  const by = page.unjudged;
  return by === undefined ? page : { ...page, items: page.items.map((item) => ('id' in item && by[item.id as string] ? { ...item, unjudged: by[item.id as string] } : item)) };
}
