import * as api from '../../core/api';
import type { AssetView, EventView, KindView, Page, Place, RulebookView, StateTone, Value } from '../../core/types';
import { withSession } from '../../kept/device';
import { kindOf, liesUnder, lookOf, underOf } from '../../works/rulebook';
import type { WorksAsset } from '../../works/signing';

export { signingOf, type Signing, type WorksAsset } from '../../works/signing';

/** How a state looks in a picture of the works. */
export type Look = StateTone;

export const looks: readonly Look[] = ['open', 'working', 'passed', 'accepted', 'failed', 'gone'];

export { lookOf };

export const lookIn = (books: ReadonlyMap<string, RulebookView>, item: AssetView): Look => {
  const book = books.get(item.rulebook);
  return lookOf(book && kindOf(book, item.kind), item.state);
};

/** How the parts of a thing come along. */
export interface Progress {
  readonly total: number;
  readonly accepted: number;
  readonly excellent?: number;
  /** Taken out or called off: it counts for nothing. */
  readonly gone: number;
  readonly frozen: number;
}

/**
 * How far what lies under an item is, by the counts that its rulebook names for it; undefined where a kind that may lie there says
 * nothing of that: it is counted in the total, and would be taken for work that is not done.
 */
export function progressOf(item: WorksAsset, book: RulebookView | undefined): Progress | undefined {
  const counted = item.children;
  const named = (book?.kinds ?? []).filter((k) => liesUnder(k, item.kind)).map((k) => underOf(k)?.progress);
  if (!counted?.total || named.length === 0 || named.includes(undefined)) return undefined;
  // Kinds that name one count for it share it.
  const count = (of: 'accepted' | 'excellent' | 'gone'): number =>
    [...new Set(named.map((p) => p?.[of]))].reduce((sum, name) => sum + (name === undefined ? 0 : (counted[name] ?? 0)), 0);
  const [gone, excellent] = [count('gone'), count('excellent')];
  return { total: counted.total - gone, accepted: count('accepted'), gone, frozen: counted.frozen ?? 0, ...(excellent > 0 && { excellent }) };
}

/** The kinds at which it is counted how far the works are, and which lie under nothing: where a breakdown begins. */
export const unitsOf = (book: RulebookView): readonly KindView[] =>
  book.kinds.filter((k) => underOf(k) === undefined && parentOfProgress(book, k));

/** What is built and accepted by itself: it counts for what lies above it, and nothing counts for it. */
export const isElement = (item: AssetView, book: RulebookView | undefined): boolean => {
  const kind = book && kindOf(book, item.kind);
  return kind !== undefined && underOf(kind)?.progress !== undefined && !parentOfProgress(book!, kind);
};

const parentOfProgress = (book: RulebookView, kind: KindView): boolean =>
  book.kinds.some((c) => underOf(c)?.progress !== undefined && liesUnder(c, kind.name));

export const hundredths = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 100) / whole));

/** What a record keeps, in the order in which the rulebook names it. */
export function fieldsOf(item: WorksAsset, kind: KindView | undefined): [string, Value][] {
  const order = new Map(kind?.fields?.map((f, i) => [f.name, i]));
  return Object.entries(item.fields ?? {}).sort(([a], [b]) => (order.get(a) ?? 99) - (order.get(b) ?? 99));
}

export type Filter = Readonly<Partial<Record<'rulebook' | 'kind' | 'state' | 'place' | 'under' | 'pending' | 'recall' | 'lot', string>>>;

/** Assets by a filter, to the end or to `most`. */
export async function assetsBy(filter: Filter, most = 5000): Promise<WorksAsset[]> {
  const all: WorksAsset[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '500', ...filter });
    if (cursor !== undefined) query.set('cursor', cursor);
    const response = await withSession(() => api.request(`/api/v1/assets?${query.toString()}`));
    const page = (await response.json()) as Page<WorksAsset>;
    all.push(...page.items);
    cursor = page.next || undefined;
  } while (cursor !== undefined && all.length < most);
  return all;
}

export const assetBy = (code: string): Promise<WorksAsset> => api.asset(code) as Promise<WorksAsset>;

export async function placesUnder(parent: string): Promise<Place[]> {
  const all: Place[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Place> = await withSession(() => api.placePage({ parent, limit: 500, cursor }));
    all.push(...page.items);
    cursor = page.next || undefined;
  } while (cursor !== undefined);
  return all;
}

export async function eventsOf(code: string): Promise<readonly EventView[]> {
  return (await api.assetEvents(code, 200)).items;
}

/** K65+320 from millimetres. */
export function chainage(mm: number): string {
  const metres = Math.round(mm / 1000);
  return `K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}`;
}
