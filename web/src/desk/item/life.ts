import type { EventView, Position } from '../../core/types';

/** Milliseconds from what a device claims to what several clocks witnessed; undefined before that. */
export function delay(e: Pick<EventView, 'at' | 'witnessed'>): number | undefined {
  if (e.witnessed === undefined) return undefined;
  const ms = Date.parse(e.witnessed) - Date.parse(e.at);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The day of a moment in the reader's zone, as it is sorted. */
export const dayOf = (at: string, timeZone?: string): string =>
  new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...(timeZone !== undefined && { timeZone }) }).format(new Date(at));

/** Where an item was, the newest first, each place once. */
export function positions(events: readonly Pick<EventView, 'id' | 'place'>[]): { id: string; position: Position }[] {
  const seen = new Set<string>();
  return events.flatMap((e) => {
    if (e.place === undefined) return [];
    const key = `${e.place.lat},${e.place.lon}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ id: e.id, position: e.place }];
  });
}
