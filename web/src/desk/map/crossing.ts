import type { Point } from '../../core/types';

/** Where an outline meets itself: the corners, from 0, at which the two edges begin, and the place. As rootline.SelfCrossing. */
export interface Crossing {
  readonly first: number;
  readonly second: number;
  readonly at: Point;
}

/** On which side of the line a–b the point c lies. Products of micro-degrees may be longer than a double is exact for. */
function side(a: Point, b: Point, c: Point): number {
  const near = (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon);
  if (Math.abs(near) > 1000) return Math.sign(near);
  const exact = BigInt(b.lon - a.lon) * BigInt(c.lat - a.lat) - BigInt(b.lat - a.lat) * BigInt(c.lon - a.lon);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

const same = (a: Point, b: Point): boolean => a.lat === b.lat && a.lon === b.lon;
const folds = (a: Point, b: Point, c: Point): boolean => side(a, b, c) === 0 && (b.lon - a.lon) * (c.lon - b.lon) + (b.lat - a.lat) * (c.lat - b.lat) < 0;
const within = (a: Point, b: Point, c: Point): boolean =>
  Math.min(a.lon, b.lon) <= c.lon && c.lon <= Math.max(a.lon, b.lon) && Math.min(a.lat, b.lat) <= c.lat && c.lat <= Math.max(a.lat, b.lat);

/** A point that two segments share; undefined when they share none. */
function meeting(a: Point, b: Point, c: Point, d: Point): Point | undefined {
  const [s, t, u, v] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (s === 0 && within(a, b, c)) return c;
  if (t === 0 && within(a, b, d)) return d;
  if (u === 0 && within(c, d, a)) return a;
  if (v === 0 && within(c, d, b)) return b;
  if (s * t >= 0 || u * v >= 0) return undefined;
  const part = ((c.lon - a.lon) * (d.lat - c.lat) - (c.lat - a.lat) * (d.lon - c.lon)) / ((b.lon - a.lon) * (d.lat - c.lat) - (b.lat - a.lat) * (d.lon - c.lon));
  return { lat: Math.trunc(a.lat + (b.lat - a.lat) * part), lon: Math.trunc(a.lon + (b.lon - a.lon) * part) };
}

/** The first place at which an outline crosses or touches itself. */
export function selfCrossing(outline: readonly Point[]): Crossing | undefined {
  const edges = outline.flatMap((a, from) => {
    const b = outline[(from + 1) % outline.length]!;
    return same(a, b) ? [] : [{ from, a, b }];
  });
  for (const [i, e] of edges.entries()) {
    for (let j = i + 1; j < edges.length; j++) {
      const f = edges[j]!;
      const [after, before] = [j === i + 1, i === 0 && j === edges.length - 1];
      if (after && folds(e.a, e.b, f.b)) return { first: e.from, second: f.from, at: e.b };
      if (before && folds(f.a, f.b, e.b)) return { first: e.from, second: f.from, at: e.a };
      const at = after || before ? undefined : meeting(e.a, e.b, f.a, f.b);
      if (at !== undefined) return { first: e.from, second: f.from, at };
    }
  }
  return undefined;
}
