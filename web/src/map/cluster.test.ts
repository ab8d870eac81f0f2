import { expect, it } from 'vitest';
import { clusters } from './cluster';

it('gathers what would lie on each other, in its middle', () => {
  const found = clusters([{ x: 1, y: 1, what: 'a' }, { x: 9, y: 5, what: 'b' }, { x: 50, y: 1, what: 'c' }, { x: -1, y: 1, what: 'd' }], 40);
  expect(found).toEqual([{ x: 5, y: 3, members: ['a', 'b'] }, { x: 50, y: 1, members: ['c'] }, { x: -1, y: 1, members: ['d'] }]);
});

it('keeps each one once, thousands within a moment', () => {
  const dots = Array.from({ length: 5000 }, (_, i) => ({ x: (i * 37) % 400, y: (i * 91) % 700, what: i }));
  const found = clusters(dots, 40);
  expect(found.flatMap((c) => c.members).toSorted((a, b) => a - b)).toEqual(dots.map((d) => d.what));
  expect(found.length).toBeLessThanOrEqual(10 * 18);
});
