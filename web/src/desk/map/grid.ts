import type { Points } from './points';

/** Points on the square of the world from 0 to 1, as web maps draw it (Web Mercator): computed once, drawn at every zoom. */
export interface Projected {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export function project({ n, lat, lon }: Points): Projected {
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = lon[i]! / 360e6 + 0.5;
    const s = Math.sin((lat[i]! * Math.PI) / 180e6);
    y[i] = 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
  }
  return { x, y };
}

/** What lies in the same square of the screen. */
export interface Cell {
  /** Its middle, in pixels of the view. */
  readonly x: number;
  readonly y: number;
  readonly count: number;
  /** The first of them. */
  readonly first: number;
  /** How many of each look. */
  readonly looks: Uint32Array;
}

export interface View {
  /** Pixels that the world is wide at this zoom. */
  readonly scale: number;
  /** The upper left corner, in pixels of the world. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Gathers the points of a view by squares of so many pixels. The squares are fixed to the world: moving the map regroups
 * nothing. It passes once over all points, in a few milliseconds for 100,000.
 */
export function gather({ x, y }: Projected, points: Points, hidden: ReadonlySet<number>, view: View, square: number): Cell[] {
  const [column0, row0] = [Math.floor(view.left / square), Math.floor(view.top / square)];
  const [columns, rows] = [Math.floor((view.left + view.width) / square) - column0 + 1, Math.floor((view.top + view.height) / square) - row0 + 1];
  const at = new Int32Array(columns * rows).fill(-1);
  const cells: { x: number; y: number; count: number; first: number; looks: Uint32Array }[] = [];
  const seen = points.looks.map((_, l) => !hidden.has(l));
  for (let i = 0; i < points.n; i++) {
    const [px, py] = [x[i]! * view.scale, y[i]! * view.scale];
    const [column, row] = [Math.floor(px / square) - column0, Math.floor(py / square) - row0];
    if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
    const look = points.look[i]!;
    if (!seen[look]) continue;
    const k = row * columns + column;
    let c = at[k]!;
    if (c < 0) {
      c = at[k] = cells.length;
      cells.push({ x: 0, y: 0, count: 0, first: i, looks: new Uint32Array(points.looks.length) });
    }
    const cell = cells[c]!;
    cell.x += px - view.left;
    cell.y += py - view.top;
    cell.count++;
    cell.looks[look]!++;
  }
  for (const cell of cells) {
    cell.x /= cell.count;
    cell.y /= cell.count;
  }
  return cells;
}

/** The points of a view themselves, the nearest to its middle first. */
export function inView({ x, y }: Projected, points: Points, hidden: ReadonlySet<number>, view: View, most: number): { total: number; nearest: number[] } {
  const [middleX, middleY] = [view.left + view.width / 2, view.top + view.height / 2];
  const found: { i: number; far: number }[] = [];
  let total = 0;
  let limit = Infinity;
  for (let i = 0; i < points.n; i++) {
    const [px, py] = [x[i]! * view.scale, y[i]! * view.scale];
    if (px < view.left || py < view.top || px > view.left + view.width || py > view.top + view.height || hidden.has(points.look[i]!)) continue;
    total++;
    const far = (px - middleX) ** 2 + (py - middleY) ** 2;
    if (far >= limit) continue;
    found.push({ i, far });
    if (found.length < most * 4) continue;
    found.sort((a, b) => a.far - b.far);
    found.length = most;
    limit = found[most - 1]!.far;
  }
  return { total, nearest: found.sort((a, b) => a.far - b.far).slice(0, most).map((f) => f.i) };
}
