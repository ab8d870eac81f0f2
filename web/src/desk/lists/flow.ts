import type { AssetView, Text } from '../../core/types';
import type { ShortTrace } from '../item/provenance';

/** One stream into or out of a lot. Amounts are in the smallest unit of the lot, at the left in that of what came in. */
export interface Stream {
  readonly id: string;
  readonly kind: Text;
  readonly amount: number;
  readonly unit: string | undefined;
  readonly possible: boolean;
}

/** What came into a lot and where it went, the largest first. */
export interface Balance {
  readonly total: number;
  readonly left: number;
  readonly used: number;
  readonly unit: string | undefined;
  readonly from: readonly Stream[];
  readonly into: readonly Stream[];
  /** What was drawn, and is not among the streams: more than one picture follows, or an audit's finding. */
  readonly off: number;
}

/** The direct steps of a trace, one stream for each asset: several draws for the same one are added. */
function streams(trace: ShortTrace | undefined, forward: boolean): Stream[] {
  if (trace === undefined) return [];
  const all = new Map<number, Stream>();
  trace.edges.from.forEach((from, i) => {
    const to = trace.edges.to[i] as number;
    const [near, far] = forward ? [from, to] : [to, from];
    const look = trace.looks[trace.nodes.look[far] as number];
    if (near !== 0 || look === undefined) return;
    const before = all.get(far);
    all.set(far, {
      id: trace.nodes.id[far] as string,
      kind: look.kindTitle.en || look.kindTitle.zh ? look.kindTitle : { en: look.kind, zh: look.kind },
      amount: (before?.amount ?? 0) + (trace.edges.amount[i] ?? 0),
      unit: look.unit,
      possible: (before?.possible ?? false) || trace.edges.possible.includes(i),
    });
  });
  return [...all.values()].sort((a, b) => b.amount - a.amount || a.id.localeCompare(b.id));
}

/** The balance of a counted lot by its record and the draws from it. */
export function balanceOf(lot: Pick<AssetView, 'quantity' | 'unit'>, back: ShortTrace | undefined, forward: ShortTrace | undefined): Balance | undefined {
  if (lot.quantity === undefined) return undefined;
  const { total, left } = lot.quantity;
  const into = streams(forward, true);
  const used = total - left;
  return { total, left, used, unit: lot.unit, from: streams(back, false), into, off: used - into.reduce((sum, s) => sum + s.amount, 0) };
}

/** A band of the picture: where its stream begins and ends at each side, in pixels. */
export interface Band {
  readonly key: string;
  readonly label: Text | undefined;
  readonly id: string | undefined;
  readonly amount: number;
  readonly unit: string | undefined;
  readonly what: 'in' | 'out' | 'left' | 'others';
  readonly possible: boolean;
  /** How many streams it stands for. */
  readonly n: number;
  /** At the outer side, with room for a line of words, and at the lot. */
  readonly outer: { readonly y: number; readonly height: number };
  readonly inner: { readonly y: number; readonly height: number };
}

/** Streams that are drawn one by one at each side; the rest are one band. */
export const mostBands = 10;
/** The lot's bar, and what one band takes at the least, so that its words have room. */
export const flowHeight = 260;
const [line, thin] = [34, 1.5];

function stack(rows: readonly Omit<Band, 'outer' | 'inner'>[], sum: number): Band[] {
  const heights = rows.map((r) => Math.max(thin, (r.amount / Math.max(1, sum)) * flowHeight));
  // Bands too thin to be seen are drawn a little thicker; the bar is shared out again so that all fit.
  const scale = flowHeight / Math.max(flowHeight, heights.reduce((a, b) => a + b, 0));
  let [outer, inner] = [0, 0];
  return rows.map((r, i) => {
    const height = (heights[i] as number) * scale;
    const room = Math.max(line, height + 6);
    const band = { ...r, outer: { y: outer + (room - height) / 2, height }, inner: { y: inner, height } };
    outer += room;
    inner += height;
    return band;
  });
}

function rows(all: readonly Stream[], what: 'in' | 'out', others: number): Omit<Band, 'outer' | 'inner'>[] {
  const shown = all.slice(0, mostBands).map((s) => ({ key: s.id, label: s.kind, id: s.id, amount: s.amount, unit: s.unit, what, possible: s.possible, n: 1 }));
  const rest = all.slice(mostBands);
  const amount = rest.reduce((sum, s) => sum + s.amount, 0) + others;
  return amount === 0 && rest.length === 0 ? shown : [...shown, { key: `${what}/others`, label: undefined, id: undefined, amount, unit: all[0]?.unit, what: 'others' as const, possible: rest.some((s) => s.possible), n: rest.length }];
}

/** The picture of a balance: bands at both sides of the lot's bar. */
export function flow(b: Balance): { readonly from: readonly Band[]; readonly into: readonly Band[]; readonly height: number } {
  const into = rows(b.into, 'out', Math.max(0, b.off));
  if (b.left > 0) into.push({ key: 'left', label: undefined, id: undefined, amount: b.left, unit: b.unit, what: 'left', possible: false, n: 0 });
  const from = stack(rows(b.from, 'in', 0), b.from.reduce((sum, s) => sum + s.amount, 0));
  const to = stack(into, b.total);
  const end = (side: readonly Band[]): number => Math.max(0, ...side.map((s) => s.outer.y + Math.max(s.outer.height, line)));
  return { from, into: to, height: Math.max(flowHeight, end(from), end(to)) };
}
