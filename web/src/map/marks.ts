import type { Point } from '../core/types';

/** A place on a line of works, by its chainage. */
export interface Mark extends Point {
  /** Millimetres from the origin of the chainage. */
  readonly at: number;
}

/** Metres of a degree of a meridian. */
const degree = 111_195;

/** Metres between two points that are not far from each other. */
function apart(a: Point, b: Point): number {
  const north = (b.lat - a.lat) / 1e6;
  const east = ((b.lon - a.lon) / 1e6) * Math.cos(((a.lat + b.lat) / 2e6) * (Math.PI / 180));
  return Math.hypot(north, east) * degree;
}

/**
 * Marks along a line at round values of its chainage. The line is drawn from its smaller to its larger chainage, which need
 * not be exactly as long as the line is on the map: marks are set out in proportion.
 */
export function marks(line: readonly Point[], { from, to }: { readonly from: number; readonly to: number }, step: number): Mark[] {
  const lengths = line.slice(1).map((p, i) => apart(line[i]!, p));
  const whole = lengths.reduce((sum, l) => sum + l, 0);
  const found: Mark[] = [];
  if (whole === 0 || to <= from || step <= 0) return found;
  let [segment, passed] = [0, 0];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const along = (whole * (at - from)) / (to - from);
    while (segment < lengths.length - 1 && passed + lengths[segment]! < along) passed += lengths[segment++]!;
    const [a, b, share] = [line[segment]!, line[segment + 1]!, lengths[segment] === 0 ? 0 : Math.min(1, (along - passed) / lengths[segment]!)];
    found.push({ at, lat: a.lat + (b.lat - a.lat) * share, lon: a.lon + (b.lon - a.lon) * share });
  }
  return found;
}

/** The smallest round step, in millimetres, whose marks stand as many metres apart as asked. */
export function stepOf(metres: number): number {
  for (let step = 10_000; ; step *= 10) {
    for (const times of [1, 2, 5]) if (step * times >= metres * 1000 || step >= 1e9) return step * times;
  }
}
