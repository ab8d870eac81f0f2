import type { EventView, Evidence } from '../../core/types';
import { carriesPlan, fileActionOf } from '../../works/shape';
import { axesFieldOf } from '../../works/shows';
import { here } from './here.svelte';
import { assetsBy, eventsOf, type WorksAsset } from './model';
import type { KindOf } from './strip';

/** The axes that a grid position names: "A/1" stands where A and 1 cross, "A-B/1" between A and B. */
export interface Spot {
  readonly item: WorksAsset;
  /** As it is written. */
  readonly grid: string;
  /** Indices of the axes, from and to. */
  readonly column: readonly [number, number];
  readonly row: readonly [number, number];
}

export interface Grid {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly spots: readonly Spot[];
  /** Without a grid position that can be read. */
  readonly loose: readonly WorksAsset[];
}

const order = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** Reads "A-B/1-2": letters name the columns, what follows the stroke the rows. */
export function axesOf(grid: string): { column: [string, string]; row: [string, string] } | undefined {
  const found = /^\s*([^/\s-]+)(?:-([^/\s-]+))?\s*\/\s*([^/\s-]+)(?:-([^/\s-]+))?\s*$/.exec(grid);
  if (found === null) return undefined;
  const [, c1, c2, r1, r2] = found as unknown as [string, string, string | undefined, string, string | undefined];
  return { column: [c1, c2 ?? c1], row: [r1, r2 ?? r1] };
}

export function gridOf(items: readonly WorksAsset[], kind: KindOf): Grid {
  const read = items.map((item) => {
    const grid = axesFieldOf(item, kind(item)) ?? '';
    return { item, grid, axes: axesOf(grid) };
  });
  const names = (pick: (a: { column: [string, string]; row: [string, string] }) => readonly string[]): string[] =>
    [...new Set(read.flatMap((r) => (r.axes ? pick(r.axes) : [])))].sort(order);
  const columns = names((a) => a.column);
  const rows = names((a) => a.row);
  const spots = read.flatMap(({ item, grid, axes }): Spot[] =>
    axes === undefined
      ? []
      : [{ item, grid, column: [columns.indexOf(axes.column[0]), columns.indexOf(axes.column[1])], row: [rows.indexOf(axes.row[0]), rows.indexOf(axes.row[1])] }],
  );
  return { columns, rows, spots, loose: read.filter((r) => r.axes === undefined).map((r) => r.item) };
}

export interface Plan {
  readonly event: EventView;
  readonly file: Evidence;
}

/** The name of the action that puts a plan of the storey on record: its evidence is the plan. */
export const planActionOf = (lot: WorksAsset): string | undefined => fileActionOf(here.kind(lot))?.name;

/** The newest plan among the lots of a storey. */
export async function planOf(lots: readonly WorksAsset[]): Promise<Plan | undefined> {
  const lives = await Promise.all(lots.map(async (lot) => ({ name: planActionOf(lot), events: await eventsOf(lot.id) })));
  return lives
    .flatMap(({ name, events }) => events.filter((e) => e.action === name))
    .flatMap((event): Plan[] => {
      const file = event.evidence?.find((v) => v.type.startsWith('image/'));
      return file === undefined ? [] : [{ event, file }];
    })
    .sort((a, b) => (b.event.witnessed ?? b.event.at).localeCompare(a.event.witnessed ?? a.event.at))[0];
}

/** The lots of one storey, which carry its plan, and what stands on it. */
export async function storeyOf(place: string): Promise<{ lots: WorksAsset[]; components: WorksAsset[] }> {
  const all = await assetsBy({ place });
  await here.know(all);
  return { lots: all.filter((a) => carriesPlan(here.kind(a))), components: all.filter((a) => axesFieldOf(a, here.kind(a)) !== undefined) };
}
