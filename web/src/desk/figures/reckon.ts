import type { Text } from '../../core/types';
import { bookOf } from '../kinds';
import { addressOf } from '../router.svelte';
import { number } from '../time';
import type { Figure, PlacePlan } from './types';

/** Minutes that the reader's days are ahead of UTC. */
export const zone = (): number => -new Date().getTimezoneOffset();

/** The heights of a row of bars, in thousandths of the tallest. */
export function heights(values: readonly number[]): number[] {
  const top = Math.max(...values, 1);
  return values.map((v) => Math.round((v / top) * 1000));
}

/** 51.3 of a hundred, cut and not rounded: 100 means all. */
export const share = (n: number, of: number): string => (of === 0 ? '0' : String(Math.floor((n * 1000) / of) / 10));

/** +3 or −3, with the sign that lines up. */
export const signed = (n: number): string => (n < 0 ? `−${number(-n)}` : `+${number(n)}`);

/** The places that stand at the top of what is shown: those with no place around them. */
export function topmost(places: readonly PlacePlan[]): PlacePlan[] {
  return places.filter((p) => !places.some((other) => p.place.startsWith(`${other.place}/`)));
}

/** How far a place is before or behind what is due by now; undefined where no week says what is due. */
export const gap = (p: PlacePlan): number | undefined => (p.due === undefined ? undefined : p.done - p.due);

/** The page that lists what a figure counts: the acts of a day, or the items that stand so. */
export const counted = (f: Figure, day: string, place: string): string =>
  f.days === undefined
    ? addressOf('items', { rulebook: bookOf(f.rulebook), kind: f.kinds.join(), state: f.states?.join() ?? '', located: f.located ? 'yes' : '', place })
    : addressOf('events', { rulebook: bookOf(f.rulebook), kind: f.kinds.join(), action: f.actions?.join() ?? '', state: f.after?.join() ?? '', from: day, place });

/** Figures together with those of the same works. */
export function worksOf(figures: readonly Figure[]): { readonly rulebook: string; readonly title: Text; readonly figures: readonly Figure[] }[] {
  const found = new Map<string, Figure[]>();
  for (const f of figures) found.set(f.rulebook, [...(found.get(f.rulebook) ?? []), f]);
  return [...found].flatMap(([rulebook, of]) => (of[0] === undefined ? [] : [{ rulebook, title: of[0].works, figures: of }]));
}
