import type { Point } from '../core/types';

// Positions in squares, so that what is near is found by an index. Distances are on a plane that touches the earth, right
// to better than 0.5 % over a building site, as in package rootline's geometry.go.

/** The side of a square in micro-degrees: about 111 m from south to north. */
const side = 1000;
const metresPerMicroDegree = 0.11119;

export type Cell = readonly [row: number, column: number];

export const cellOf = (p: Point): Cell => [Math.floor(p.lat / side), Math.floor(p.lon / side)];

const shrink = (lat: number): number => Math.max(0.01, Math.cos((lat / 1e6) * (Math.PI / 180)));

/** Metres between two points of the same site. */
export function metresBetween(a: Point, b: Point): number {
  const north = (b.lat - a.lat) * metresPerMicroDegree;
  const east = (b.lon - a.lon) * metresPerMicroDegree * shrink(a.lat);
  return Math.hypot(north, east);
}

/** Beyond so many rows, one look at all that lies between them is quicker than one for each. */
const manyRows = 100;

/** Ranges of cells that together hold everything within so many metres; they may hold more. */
export function rangesAround(p: Point, metres: number): readonly [from: Cell, to: Cell][] {
  const up = metres / metresPerMicroDegree;
  const across = up / shrink(p.lat);
  const [south, west] = cellOf({ lat: p.lat - up, lon: p.lon - across });
  const [north, east] = cellOf({ lat: p.lat + up, lon: p.lon + across });
  if (north - south >= manyRows) return [[[south, west], [north, east]]];
  return Array.from({ length: north - south + 1 }, (_, i) => [[south + i, west], [south + i, east]]);
}
