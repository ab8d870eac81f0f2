import type { Evidence, Text } from '../../core/types';
import { path, readSigned } from '../read.svelte';
import { addressOf } from '../router.svelte';

export const hitKinds = ['item', 'lot', 'place', 'device', 'organisation', 'event', 'transaction', 'block', 'rulebook', 'roll'] as const;
export type HitKind = (typeof hitKinds)[number];

/** Something that a search found. */
export interface Hit {
  readonly kind: HitKind;
  /** A code, an id, a number, a kid, an MSP id. */
  readonly id: string;
  readonly via: 'code' | 'part' | 'tag' | 'blank-tag' | 'id' | 'hash' | 'file' | 'chainage' | 'name' | 'text' | 'place';
  readonly title?: Text;
  /** The state of an item, the action of an event. */
  readonly says?: Text;
  /** Where an item is. */
  readonly place?: Text;
  /** What was found in the record of an item, and in which field. */
  readonly field?: Text;
  readonly text?: string;
  /** Nothing bears the code that was asked for; this one is it with digits for the letters that look like them. */
  readonly instead?: boolean;
  readonly asset?: string;
  readonly organisation?: string;
  readonly role?: string;
  /** Millimetres. */
  readonly chainage?: { readonly from: number; readonly to: number };
  readonly block?: number;
  readonly at?: string;
  readonly file?: Evidence;
}

/** GET /api/v1/search */
export interface Answer {
  readonly q: string;
  readonly hits: readonly Hit[];
  /** The first hit is what was asked for. */
  readonly only: boolean;
  readonly more: boolean;
  /** The gateway keeps the file that was asked for. */
  readonly stored: boolean;
  readonly guest: boolean;
}

/** Throws Refusal. */
export const searchFor = (q: string): Promise<Answer> => readSigned(path('/api/v1/search', { q }));

/** The page of a hit; an event's is its item, at the event. */
export function pageOf(hit: Hit): string | undefined {
  switch (hit.kind) {
    case 'item':
    case 'lot':
      return addressOf(`item/${hit.id}`);
    case 'event':
      return hit.asset ? addressOf(`item/${hit.asset}`, { event: hit.id }) : hit.block === undefined ? undefined : addressOf(`block/${hit.block}`);
    case 'organisation':
      return addressOf('people', { organisation: hit.id });
    case 'roll':
      return undefined;
    default:
      return addressOf(`${hit.kind}/${hit.id}`);
  }
}

/** Hits by their kinds, in the order in which pages show kinds. */
export const byKind = (hits: readonly Hit[]): [HitKind, Hit[]][] =>
  hitKinds.map((kind): [HitKind, Hit[]] => [kind, hits.filter((h) => h.kind === kind)]).filter(([, list]) => list.length > 0);

/** The page that an answer leads to by itself: it found one thing, which bears what was asked for. */
export const leadsTo = (a: Answer): string | undefined => (a.only && a.hits[0] !== undefined && a.hits[0].via !== 'file' && !a.hits[0].instead ? pageOf(a.hits[0]) : undefined);

const metres = (mm: number): string => {
  const m = Math.abs(mm) / 1000;
  const rest = m % 1000;
  return `${mm < 0 ? '-' : ''}K${Math.floor(m / 1000)}+${String(Math.floor(rest)).padStart(3, '0')}${rest % 1 === 0 ? '' : (rest % 1).toFixed(3).slice(1)}`;
};

/** K65+000–K65+320 */
export const stretch = (c: { readonly from: number; readonly to: number }): string => `${metres(c.from)}–${metres(c.to)}`;

/** A larger file is no evidence; a browser would have to hold it whole. */
export const largestFile = 256;
