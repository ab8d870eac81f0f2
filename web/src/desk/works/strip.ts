import type { KindView, Place } from '../../core/types';
import { layerOf, nameOf } from '../../works/shows';
import type { WorksAsset } from './model';

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
  /** The number of a layer. */
  readonly layer?: number;
}

/** An item on a stretch, with what its rulebook says it is. */
interface Placed {
  readonly item: WorksAsset;
  readonly stretch: Stretch;
  readonly layer: number | undefined;
  readonly name: string;
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

/** What the rulebook says of an item's kind. */
export type KindOf = (item: WorksAsset) => KindView | undefined;

/** Orders elements on their stretches. An element without a chainage has no cell. */
export function stripOf(places: readonly Place[], items: readonly WorksAsset[], kind: KindOf): StripModel {
  const stretches = places
    .filter((p) => p.chainage !== undefined && p.chainage.to > p.chainage.from)
    .map((place): Stretch => ({ place, from: place.chainage!.from, to: place.chainage!.to }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const by = new Map(stretches.map((s) => [s.place.id, s]));
  const placed = items.flatMap((item): Placed[] => {
    const stretch = by.get(item.place ?? '');
    return stretch === undefined ? [] : [{ item, stretch, layer: layerOf(item, kind(item)), name: nameOf(item, kind(item)) ?? item.id }];
  });
  // Layers of the left and of the right side of the same chainage would lie on each other: each takes rows of its own.
  const taken = new Map<string, number>();
  const others = placed.filter((p) => p.layer === undefined).sort(byName).map(({ item, stretch }) => ({ item, stretch, row: next(taken, stretch, stretches) }));
  const high = others.reduce((most, c) => Math.max(most, c.row + 1), 0);
  const layered = placed.flatMap(({ item, stretch, layer }): Cell[] => (layer === undefined ? [] : [{ item, stretch, layer, row: high + layer - 1 }]));
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
const byName = (a: Placed, b: Placed): number => a.item.kind.localeCompare(b.item.kind) || a.name.localeCompare(b.name, 'zh', { numeric: true });

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
