import { expect, test } from 'vitest';
import { byKind, leadsTo, pageOf, stretch, type Answer, type Hit } from './search';

const hit = (kind: Hit['kind'], id: string, more: Partial<Hit> = {}): Hit => ({ kind, id, via: 'id', ...more });
const answer = (hits: Hit[], only: boolean): Answer => ({ q: 'q', hits, only, more: false, stored: false, guest: false });

test('each kind has its page; an event that of its item', () => {
  expect(pageOf(hit('lot', 'LOT1'))).toBe('#/item/LOT1');
  expect(pageOf(hit('event', 'e1', { asset: 'A1' }))).toBe('#/item/A1?event=e1');
  expect(pageOf(hit('event', 'e1', { block: 7 }))).toBe('#/block/7');
  expect(pageOf(hit('organisation', 'OwnerMSP'))).toBe('#/people?organisation=OwnerMSP');
  expect(pageOf(hit('place', 'forest/9'))).toBe('#/place/forest/9');
  expect(pageOf(hit('roll', 'R'))).toBeUndefined();
});

test('one sure hit is opened; one by a file is shown', () => {
  expect(leadsTo(answer([hit('block', '5')], true))).toBe('#/block/5');
  expect(leadsTo(answer([hit('block', '5')], false))).toBeUndefined();
  expect(leadsTo(answer([hit('event', 'e', { asset: 'A', via: 'file' })], true))).toBeUndefined();
  expect(leadsTo(answer([hit('item', 'A', { instead: true })], true)), 'a corrected code is offered, never taken').toBeUndefined();
  expect(leadsTo(answer([], true))).toBeUndefined();
});

test('hits are grouped in one order', () => {
  expect(byKind([hit('block', '1'), hit('item', 'A'), hit('block', '2')]).map(([k, l]) => [k, l.length])).toEqual([['item', 1], ['block', 2]]);
});

test('a stretch is written as on the works', () => {
  expect(stretch({ from: 65_000_000, to: 65_320_500 })).toBe('K65+000–K65+320.500');
});
