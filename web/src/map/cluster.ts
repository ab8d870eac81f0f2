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

/** How far what is drawn of so many reaches from its middle, in pixels, with its edge. */
export const reach = (members: number): number => (members > 1 ? 18 : 10);

/**
 * Gathers what lies in the same square of so many pixels, and then what would be drawn over each other. The squares are fixed to the
 * world, not to the view: moving the map regroups nothing.
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
  const drawn = new Drawn<T>();
  for (const c of cells.values()) drawn.add({ x: c.x / c.members.length, y: c.y / c.members.length, members: c.members });
  return drawn.all();
}

/** Clusters of which none is drawn over another: one that would be joins it. */
class Drawn<T> {
  readonly #size = 2 * reach(2);
  readonly #at = new Map<string, Set<Cluster<T>>>();

  add(cluster: Cluster<T>): void {
    let one = cluster;
    for (let other = this.#over(one); other !== undefined; other = this.#over(one)) {
      this.#cell(other).delete(other);
      const [n, m] = [one.members.length, other.members.length];
      one = { x: (one.x * n + other.x * m) / (n + m), y: (one.y * n + other.y * m) / (n + m), members: [...other.members, ...one.members] };
    }
    this.#cell(one).add(one);
  }

  all(): Cluster<T>[] {
    return [...this.#at.values()].flatMap((c) => [...c]);
  }

  #cell({ x, y }: Cluster<T>, dx = 0, dy = 0): Set<Cluster<T>> {
    const key = `${Math.floor(x / this.#size) + dx} ${Math.floor(y / this.#size) + dy}`;
    const there = this.#at.get(key) ?? new Set();
    this.#at.set(key, there);
    return there;
  }

  /** One that a cluster would be drawn over; none reaches farther than to the next cell. */
  #over(one: Cluster<T>): Cluster<T> | undefined {
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (const other of this.#cell(one, dx, dy)) if (Math.hypot(one.x - other.x, one.y - other.y) < reach(one.members.length) + reach(other.members.length)) return other;
    return undefined;
  }
}
