import type { EventView, Page } from '../../core/types';
import { path, readSigned } from '../read.svelte';
import { dayBegins } from './items';

/** What the list of events is filtered by, as it stands in the address. Days are the reader's. */
export const eventFilters = ['rulebook', 'kind', 'asset', 'action', 'state', 'organisation', 'device', 'place', 'from', 'to', 'status'] as const;
export type EventFilterName = (typeof eventFilters)[number];
export type EventFilter = Readonly<Record<EventFilterName, string>>;

export const eventFilterOf = (query: URLSearchParams): EventFilter => Object.fromEntries(eventFilters.map((n) => [n, query.get(n) ?? ''])) as EventFilter;

/** What the gateway is asked for a filter. */
export const askedEvents = ({ from, to, ...rest }: EventFilter): Record<string, string | undefined> => ({ ...rest, from: dayBegins(from), to: dayBegins(to, 1) });

/** How often a page is asked for that came empty since the gateway had looked long enough. */
const rounds = 400;

/** One page of what matches, the last recorded first, or the first with the order 'recorded'. Needs a session. Throws Refusal. */
export async function eventPage(f: EventFilter, order: string, cursor?: string, still: () => boolean = () => true): Promise<Page<EventView>> {
  let at = cursor;
  for (let round = 1; ; round++) {
    const page = await readSigned<Page<EventView>>(path('/api/v1/events', { ...askedEvents(f), limit: 100, cursor: at, order }));
    if (page.items.length > 0 || !page.next || round === rounds || !still()) return page;
    at = page.next;
  }
}
