import type { KindView, Place } from '../../core/types';
import { nameOf, type WorksAsset } from './model';

/** A stretch of the works with its elements, as a column of the strip. Chainage in millimetres. */
export interface Stretch {
  readonly place: Place;
  readonly from: number;
  readonly to: number;
}

export interface Cell {
  readonly item: WorksAsset;
  readonly stretch: Stretch;
  /** From 0 at the bottom: layers of fill by their number, what has none above each other in rows of its own. */
  readonly row: number;
}

export interface StripModel {
  readonly stretches: readonly Stretch[];
  readonly cells: readonly Cell[];
  readonly from: number;
  readonly to: number;
  /** How many rows the layers take, and how many the other elements; these lie below the layers, as foundations do. */
  readonly layers: number;
  readonly others: number;
}

const layerOf = (item: WorksAsset): number | undefined => {
  const n = item.fields?.layer;
  return typeof n === 'number' && n >= 1 ? n : undefined;
};

/** Orders elements on their stretches. An element without a chainage has no cell. */
export function stripOf(places: readonly Place[], items: readonly WorksAsset[]): StripModel {
  const stretches = places
    .filter((p) => p.chainage !== undefined && p.chainage.to > p.chainage.from)
    .map((place): Stretch => ({ place, from: place.chainage!.from, to: place.chainage!.to }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const by = new Map(stretches.map((s) => [s.place.id, s]));
  const placed = items.flatMap((item) => {
    const stretch = by.get(item.place ?? '');
    return stretch === undefined ? [] : [{ item, stretch }];
  });
  // Layers of the left and of the right side of the same chainage would lie on each other: each takes rows of its own.
  const taken = new Map<string, number>();
  const others = placed.filter((p) => layerOf(p.item) === undefined).sort(byName).map((p) => ({ ...p, row: next(taken, p.stretch, stretches) }));
  const high = others.reduce((most, c) => Math.max(most, c.row + 1), 0);
  const layered = placed.filter((p) => layerOf(p.item) !== undefined).map((p) => ({ ...p, row: high + layerOf(p.item)! - 1 }));
  const layers = layered.reduce((most, c) => Math.max(most, c.row + 1 - high), 0);
  const used = new Set([...others, ...layered].map((c) => c.stretch));
  const shown = stretches.filter((s) => used.has(s));
  const cells = [...others, ...layered].sort((a, b) => b.row - a.row || a.stretch.from - b.stretch.from);
  return {
    stretches: shown, cells, layers, others: high,
    from: shown.reduce((least, s) => Math.min(least, s.from), Number.POSITIVE_INFINITY),
    to: shown.reduce((most, s) => Math.max(most, s.to), 0),
  };
}

/** The first of its kind lowest, as people count: panel 2 before panel 10. */
const byName = (a: { item: WorksAsset }, b: { item: WorksAsset }): number =>
  a.item.kind.localeCompare(b.item.kind) || (nameOf(a.item) ?? a.item.id).localeCompare(nameOf(b.item) ?? b.item.id, 'zh', { numeric: true });

/** The next free row over everything that a stretch overlaps. */
function next(taken: Map<string, number>, stretch: Stretch, all: readonly Stretch[]): number {
  const overlaps = all.filter((s) => s.from < stretch.to && stretch.from < s.to);
  const row = Math.max(0, ...overlaps.map((s) => taken.get(s.place.id) ?? 0));
  taken.set(stretch.place.id, row + 1);
  return row;
}

/** Where an arrow key leads from a cell: the nearest one in that direction. */
export function neighbour(cells: readonly Cell[], from: Cell, key: string): Cell | undefined {
  const middle = (c: Cell): number => (c.stretch.from + c.stretch.to) / 2;
  const x = middle(from);
  const beside = (dx: number): Cell | undefined =>
    cells.filter((c) => c.row === from.row && (middle(c) - x) * dx > 0).sort((a, b) => Math.abs(middle(a) - x) - Math.abs(middle(b) - x))[0];
  const above = (dy: number): Cell | undefined =>
    cells
      .filter((c) => (c.row - from.row) * dy > 0)
      .sort((a, b) => Math.abs(a.row - from.row) - Math.abs(b.row - from.row) || Math.abs(middle(a) - x) - Math.abs(middle(b) - x))[0];
  switch (key) {
    case 'ArrowRight':
      return beside(1);
    case 'ArrowLeft':
      return beside(-1);
    case 'ArrowUp':
      return above(1);
    case 'ArrowDown':
      return above(-1);
    case 'Home':
      return [...cells].filter((c) => c.row === from.row).sort((a, b) => middle(a) - middle(b))[0];
    case 'End':
      return [...cells].filter((c) => c.row === from.row).sort((a, b) => middle(b) - middle(a))[0];
    default:
      return undefined;
  }
}

/** Round steps of chainage, so that at most `most` marks stand along the strip. */
export function marks(from: number, to: number, most: number): number[] {
  const steps = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000].map((m) => m * 1000);
  const step = steps.find((s) => (to - from) / s <= most) ?? steps.at(-1)!;
  const out: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) out.push(at);
  return out;
}

/** Notice and time for who must come to see it, from witnessed times, in milliseconds since 1970. */
export interface Notice {
  readonly given: number;
  /** Absent where the rulebook sets no time. */
  readonly until?: number;
  readonly came?: number;
  readonly late: boolean;
  readonly overdue: boolean;
}

/** A rule that holds an act back until so many seconds have passed since the notice. */
const since = /^event\.witnessed - asset\.noticeAt >= (\d+)$/;

/**
 * How long a notice runs, in milliseconds: the rulebook of the kind says it, in the rule that lets somebody go on record as
 * absent. Undefined where no rule counts from the notice.
 */
export const noticeTimeOf = (kind: KindView | undefined): number | undefined => noticeRule(kind)?.time;

/** The states in which something waits for those who were given notice. */
export const noticeStatesOf = (kind: KindView | undefined): readonly string[] => noticeRule(kind)?.states ?? [];

function noticeRule(kind: KindView | undefined): { readonly time: number; readonly states: readonly string[] } | undefined {
  for (const action of kind?.actions ?? []) {
    for (const rule of action.rules ?? []) {
      const found = since.exec(rule.check.trim());
      if (found !== null) return { time: Number(found[1]) * 1000, states: [...(action.from ?? []), ...(action.to === undefined ? [] : [action.to])] };
    }
  }
  return undefined;
}

/**
 * How a notice stands. The time counts while the element waits in the state that the notice led to; what was seen since, or
 * went on, is not overdue any more.
 */
export function noticeOf(item: WorksAsset, kind: KindView | undefined, now: number): Notice | undefined {
  const given = item.fields?.noticeAt;
  const came = item.fields?.attendedAt;
  if (typeof given !== 'number') return undefined;
  const seen = typeof came === 'number' && came >= given;
  const time = noticeTimeOf(kind);
  const until = time === undefined ? undefined : given * 1000 + time;
  return {
    given: given * 1000, late: item.fields?.late === true, ...(until !== undefined && { until }), ...(seen && { came: came * 1000 }),
    overdue: !seen && noticeStatesOf(kind).includes(item.state) && until !== undefined && now > until,
  };
}
