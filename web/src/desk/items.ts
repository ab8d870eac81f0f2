import type { AssetView, Page } from '../core/types';
import { groupCode } from '../lib/code';
import { csv } from './works/csv';
import { path, readSigned } from './read.svelte';

/** What the list of items is filtered by, as it stands in the address. */
export const filterNames = ['kind', 'state', 'place', 'custodian', 'lot', 'q', 'frozen'] as const;
export type FilterName = (typeof filterNames)[number];
export type Filter = Readonly<Record<FilterName, string>>;

export const filterOf = (query: URLSearchParams): Filter => Object.fromEntries(filterNames.map((n) => [n, query.get(n) ?? ''])) as Filter;

/** Rows of a page on the screen, and of one that is exported. */
const [rows, most] = [100, 500];

/** One page of what matches. Needs a session. Throws Refusal. */
export const itemPage = (f: Filter, cursor?: string, limit = rows): Promise<Page<AssetView>> => readSigned(path('/api/v1/assets', { ...f, limit, cursor }));

/** Everything that matches as a CSV file, read page by page; undefined when it was stopped. Throws Refusal. */
export async function exportItems(f: Filter, heads: readonly string[], say: (t: { en: string; zh: string } | undefined) => string, progress: (n: number) => boolean): Promise<Blob | undefined> {
  const lines: (string | number)[][] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Page<AssetView> = await itemPage(f, cursor, most);
    for (const a of page.items) {
      lines.push([a.id, say(a.kindTitle) || a.kind, say(a.stateTitle) || a.state, a.place ?? '', a.custodian, a.lot ?? '', a.quantity?.left ?? '', a.changed]);
    }
    if (!progress(lines.length)) return undefined;
    cursor = page.next || undefined;
  }
  return csv([heads, ...lines]);
}

/** A code in groups of four, or what it says when it is none. */
export const shown = (code: string): string => (/^[0-9A-Z]{8,30}$/.test(code) ? groupCode(code) : code);
