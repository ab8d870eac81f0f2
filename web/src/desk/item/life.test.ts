import { expect, test } from 'vitest';
import { dayOf, delay, positions } from './life';

test.each([
  ['2026-03-12T08:00:00Z', '2026-03-12T08:00:05Z', 5000],
  ['2026-03-12T08:00:00Z', '2026-03-12T07:59:58Z', -2000],
  ['2026-03-12T08:00:00Z', undefined, undefined],
])('from %s to %s', (at, witnessed, ms) => expect(delay({ at, ...(witnessed !== undefined && { witnessed }) })).toBe(ms));

test('a day is the reader’s', () => {
  expect(dayOf('2026-03-12T18:00:00Z', 'Asia/Shanghai')).toBe('2026-03-13');
  expect(dayOf('2026-03-12T18:00:00Z', 'UTC')).toBe('2026-03-12');
});

test('each place once, the newest first', () => {
  const place = { lat: 1, lon: 2, accuracy: 3 };
  expect(positions([{ id: 'c', place: { lat: 1, lon: 2 } }, { id: 'b' }, { id: 'a', place }]).map((p) => p.id)).toEqual(['c']);
});
