import * as api from '../../core/api';
import type { ActionView, AssetView, EventView, KindView, Page, Place, RulebookView, Value } from '../../core/types';
import { withSession } from '../../kept/device';
import { kindOf } from '../../works/rulebook';
import type { WorksAsset } from '../../works/signing';

export { signingOf, type Signing, type WorksAsset } from '../../works/signing';

/** How a state looks in a picture of the works. */
export type Look = 'open' | 'working' | 'passed' | 'accepted' | 'failed' | 'gone';

export const looks: readonly Look[] = ['open', 'working', 'passed', 'accepted', 'failed', 'gone'];

interface Epcis {
  readonly epcis?: { readonly bizStep?: string; readonly disposition?: string };
}

const epcis = (a: ActionView): NonNullable<Epcis['epcis']> => (a as ActionView & Epcis).epcis ?? {};

/** What a state looks like follows from the actions that lead to it, in the words of EPCIS that the rulebook gives them. */
export function lookOf(kind: KindView | undefined, state: string): Look {
  const into = (kind?.actions ?? []).filter((a) => a.to === state && !(a.from?.length === 1 && a.from[0] === state));
  const any = (test: (a: ActionView) => boolean): boolean => into.some(test);
  if (any((a) => ['destroyed', 'inactive', 'disposed'].includes(epcis(a).disposition ?? ''))) return 'gone';
  if (any((a) => epcis(a).disposition === 'non_conformant')) return 'failed';
  const accepting = any((a) => epcis(a).bizStep === 'accepting');
  const over = any((a) => epcis(a).disposition === 'conformant') && !(kind?.actions ?? []).some((a) => a.from?.includes(state) && forward(a) && a.to !== state);
  if (accepting || over) return 'accepted';
  if (any((a) => epcis(a).disposition === 'conformant' || epcis(a).bizStep === 'inspecting')) return 'passed';
  return any((a) => a.creates === true) ? 'open' : 'working';
}

/** Leads on, not back for want of quality. */
const forward = (a: ActionView): boolean => a.to !== undefined && !['non_conformant', 'destroyed'].includes(epcis(a).disposition ?? '');

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

export function progressOf(item: WorksAsset): Progress | undefined {
  const c = item.children;
  if (c === undefined || !c.total) return undefined;
  return {
    total: c.total - (c.gone ?? 0), accepted: c.accepted ?? 0, gone: c.gone ?? 0, frozen: c.frozen ?? 0,
    ...(c.excellent !== undefined && { excellent: c.excellent }),
  };
}

export const hundredths = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 100) / whole));

/** What a record keeps, in the order in which the rulebook names it. */
export function fieldsOf(item: WorksAsset, kind: KindView | undefined): [string, Value][] {
  const order = new Map(kind?.fields?.map((f, i) => [f.name, i]));
  return Object.entries(item.fields ?? {}).sort(([a], [b]) => (order.get(a) ?? 99) - (order.get(b) ?? 99));
}

/** A name that people use: its own, a part, a mark, a number of a layer; else its code. */
export function nameOf(item: WorksAsset): string | undefined {
  for (const field of ['name', 'part', 'mark', 'number', 'ticket', 'sample', 'batch', 'deliveryNote']) {
    const value = item.fields?.[field];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
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
