import { limits } from '../../core/limits';
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

/** Why a place cannot have a shape, as rootline.ShapeFault has it; both are held to testdata/shapes.json. */
export type ShapeFault = 'too-many-points' | 'too-few-points' | 'off-the-earth' | 'too-wide' | 'self-crossing';

/** What is wrong with a closed ring of corners; no corners are no outline. */
export function faultOfOutline(outline: readonly Point[]): ShapeFault | undefined {
  const fault = faultOfPoints(outline, 3);
  if (fault !== undefined || outline.length === 0) return fault;
  if (tooWide(outline)) return 'too-wide';
  return selfCrossing(outline) && 'self-crossing';
}

/** What is wrong with a line of points: it may be of any length, and cross itself. */
export const faultOfLine = (line: readonly Point[]): ShapeFault | undefined => faultOfPoints(line, 2);

const onEarth = (p: Point): boolean => Math.abs(p.lat) <= 90e6 && Math.abs(p.lon) <= 180e6;

function faultOfPoints(points: readonly Point[], least: number): ShapeFault | undefined {
  if (points.length === 0) return undefined;
  if (points.length > limits.outline) return 'too-many-points';
  if (!points.every(onEarth)) return 'off-the-earth';
  return new Set(points.map((p) => `${p.lat},${p.lon}`)).size < least ? 'too-few-points' : undefined;
}

/** The cosine of a latitude in ten-thousandths, between whole degrees as the ledger takes it. */
function cosine(lat: number): number {
  const [d, rest] = [Math.trunc(Math.abs(lat) / 1e6), Math.abs(lat) % 1e6];
  const of = (degrees: number): number => Math.round(Math.cos((degrees * Math.PI) / 180) * 10_000);
  return d < 90 ? of(d) + Math.trunc(((of(d + 1) - of(d)) * rest) / 1e6) : of(d);
}

/** Positions are compared within 1,000 km, here in centimetres of 11.1 to a micro-degree. */
const farthest = 100_000_000;

/** Whether the rectangle about the corners extends farther than positions are compared, so that it would hold none. */
function tooWide(corners: readonly Point[]): boolean {
  const [lats, lons] = [corners.map((p) => p.lat), corners.map((p) => p.lon)];
  const [low, high, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const widest = Math.max(low, Math.min(high, 0));
  const across = Math.trunc((Math.trunc(((east - west) * 111) / 10) * cosine(widest)) / 10_000);
  return across >= farthest || Math.trunc(((high - low) * 111) / 10) >= farthest;
}
