import { expect, it } from 'vitest';
import { clusters, reach } from './cluster';

it('gathers what would lie on each other, in its middle', () => {
  const found = clusters([{ x: 1, y: 1, what: 'a' }, { x: 9, y: 5, what: 'b' }, { x: 50, y: 1, what: 'c' }, { x: -1, y: 1, what: 'd' }], 40);
  expect(found).toEqual([{ x: 3, y: 7 / 3, members: ['a', 'b', 'd'] }, { x: 50, y: 1, members: ['c'] }]);
});

it('keeps each one once, thousands within a moment', () => {
  const dots = Array.from({ length: 5000 }, (_, i) => ({ x: (i * 37) % 400, y: (i * 91) % 700, what: i }));
  const found = clusters(dots, 40);
  expect(found.flatMap((c) => c.members).toSorted((a, b) => a - b)).toEqual(dots.map((d) => d.what));
  expect(found.length).toBeLessThanOrEqual(10 * 18);
});

it('draws nothing over another, wherever they lie', () => {
  let seed = 7;
  const next = (most: number): number => ((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31) * most;
  for (let run = 0; run < 50; run++) {
    const wide = 20 + next(1500);
    const dots = Array.from({ length: 1 + Math.floor(next(400)) }, (_, i) => ({ x: next(wide) - wide / 2, y: next(wide), what: i }));
    const found = clusters(dots, 40);
    expect(found.flatMap((c) => c.members).toSorted((a, b) => a - b)).toEqual(dots.map((d) => d.what));
    const over = found.flatMap((a, i) => found.slice(i + 1).filter((b) => Math.hypot(a.x - b.x, a.y - b.y) < reach(a.members.length) + reach(b.members.length) - 1e-9));
    expect(over).toEqual([]);
    const aside = found.filter((c) => Math.abs(c.x - c.members.reduce((sum, m) => sum + dots[m]!.x, 0) / c.members.length) > 1e-6);
    expect(aside).toEqual([]);
  }
});
