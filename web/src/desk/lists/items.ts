import type { AssetView, Page } from '../../core/types';
import { groupCode } from '../../core/code';
import { path, readSigned } from '../read.svelte';

/** What lists of items are filtered by, as it stands in the address. Several states have commas between them; days are the reader's. */
export const filterNames = ['rulebook', 'kind', 'state', 'place', 'custodian', 'maker', 'lot', 'located', 'from', 'to', 'text', 'q', 'frozen', 'pending'] as const;
export type FilterName = (typeof filterNames)[number];
export type Filter = Readonly<Record<FilterName, string>>;

export const filterOf = (query: URLSearchParams): Filter => Object.fromEntries(filterNames.map((n) => [n, query.get(n) ?? ''])) as Filter;

/** The moment at which a day of the reader begins, or the one after it; nothing for what is no day. */
export function dayBegins(day: string, after = 0): string | undefined {
  const [, y, m, d] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (y === undefined) return undefined;
  const at = new Date(Number(y), Number(m) - 1, Number(d) + after);
  return Number.isNaN(at.getTime()) || at.getFullYear() < 1970 ? undefined : at.toISOString();
}

/** What the gateway is asked for a filter. */
export function asked({ from, to, ...rest }: Filter): Record<string, string | undefined> {
  return { ...rest, changedFrom: dayBegins(from), changedTo: dayBegins(to, 1) };
}

/** Rows of a page on the screen. */
const rows = 100;
/** How often a page is asked for that came empty since the gateway had looked long enough. */
const rounds = 400;

export interface Counted {
  readonly n: number;
  readonly more: boolean;
}

/** One page of what matches, in an order of the gateway's. `still` ends a search that nobody waits for. Needs a session. Throws Refusal. */
export async function itemPage(f: Filter, order: string, cursor?: string, limit = rows, still: () => boolean = () => true): Promise<Page<AssetView>> {
  let at = cursor;
  for (let round = 1; ; round++) {
    const page = await readSigned<Page<AssetView>>(path('/api/v1/assets', { ...asked(f), limit, cursor: at, order }));
    if (page.items.length > 0 || !page.next || round === rounds || !still()) return page;
    at = page.next;
  }
}

/** How many match, as far as the gateway counts. Throws Refusal. */
export const countItems = async (f: Filter): Promise<Counted | undefined> =>
  (await readSigned<Page<AssetView> & { count?: Counted }>(path('/api/v1/assets', { ...asked(f), limit: 1, count: 'true' }))).count;

/** A code in groups of four, or what it says when it is none. */
export const shown = (code: string): string => (/^[0-9A-Z]{8,30}$/.test(code) ? groupCode(code) : code);
