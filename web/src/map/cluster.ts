/** Something at a pixel of the map. */
export interface Dot<T> {
  readonly x: number;
  readonly y: number;
  readonly what: T;
}

/** One or several that would lie on each other. */
export interface Cluster<T> {
  /** The middle of its members. */
  readonly x: number;
  readonly y: number;
  readonly members: readonly T[];
}

/**
 * Gathers what lies in the same square of so many pixels. The squares are fixed to the world, not to the view: moving the
 * map regroups nothing.
 */
export function clusters<T>(dots: readonly Dot<T>[], square: number): Cluster<T>[] {
  const cells = new Map<string, { x: number; y: number; members: T[] }>();
  for (const { x, y, what } of dots) {
    const key = `${Math.floor(x / square)} ${Math.floor(y / square)}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { x, y, members: [what] });
    else {
      cell.x += x;
      cell.y += y;
      cell.members.push(what);
    }
  }
  return [...cells.values()].map((c) => ({ x: c.x / c.members.length, y: c.y / c.members.length, members: c.members }));
}
