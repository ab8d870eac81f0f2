import { expect, it } from 'vitest';
import { Backoff } from './backoff';

it('waits longer each time, at most five minutes, and never less than the gateway asked', () => {
  const b = new Backoff();
  expect([1, 2, 3].map(() => b.next(0, () => 1))).toEqual([2000, 4000, 8000]);
  expect(b.next(0, () => 0)).toBe(8000);
  expect(b.next(60, () => 0)).toBe(60_000);
  for (let i = 0; i < 50; i++) b.next();
  expect(b.next(0, () => 1)).toBe(300_000);
  b.reset();
  expect(b.next(0, () => 1)).toBe(2000);
});
