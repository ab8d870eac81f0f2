import { expect, test } from 'vitest';
import { agrees, byNumber, doneOf, lineBar, paidOf, part, scaleOf, waiting, wayOf, yuan } from './reckon';
import type { Claim, Contract, Line, Order, Sums, Variation } from './types';

const none: Sums = { worth: 0, measured: 0, withheld: 0, claimed: 0, certified: 0, retained: 0, recovered: 0, due: 0, paid: 0, said: 0, advance: 0, released: 0, held: 0, toCome: 0, advanceOpen: 0 };
// After the first claim of the worked example, of which the wages are paid and the rest is to come.
const first: Sums = {
  ...none, worth: 136_093_100, measured: 33_309_389, certified: 33_264_189, claimed: 45_200, retained: 997_926, recovered: 3_326_419, due: 28_939_844,
  paid: 13_609_310 + 5_987_554, advance: 13_609_310, held: 997_926, toCome: 22_952_290, advanceOpen: 10_282_891,
};

test('fen are shown as yuan to the fen', () => {
  expect(yuan(33_264_189)).toBe('332\u202f641.89');
  expect(yuan(5)).toBe('0.05');
  expect(yuan(-100)).toBe('\u22121.00');
});

test('the pieces of the bars are the sums, and agree', () => {
  expect(paidOf(first)).toEqual([{ name: 'paid', fen: 19_596_864 }, { name: 'held', fen: 997_926 }, { name: 'toCome', fen: 22_952_290 }]);
  expect(paidOf(first).reduce((sum, p) => sum + p.fen, 0)).toBe(43_547_080);
  expect([agrees(first), agrees({ ...first, paid: first.paid + 1 })]).toEqual([true, false]);
  expect(doneOf(first)).toEqual([{ name: 'certified', fen: 33_264_189 }, { name: 'claimed', fen: 45_200 }, { name: 'rest', fen: 102_783_711 }]);
  expect(doneOf({ ...none, worth: 100, measured: 60, withheld: 20, certified: 30 })).toEqual([
    { name: 'certified', fen: 30 }, { name: 'measured', fen: 10 }, { name: 'withheld', fen: 20 }, { name: 'rest', fen: 40 },
  ]);
  expect(doneOf(none)).toEqual([]);
  // What is certified may be more than what still counts as measured: something was reversed since.
  expect(doneOf({ ...none, worth: 100, measured: 20, certified: 30 })).toEqual([{ name: 'certified', fen: 30 }, { name: 'rest', fen: 70 }]);
});

test('no part goes beyond its bar', () => {
  expect([part(1, 3), part(5, 3), part(-1, 3), part(1, 0)]).toEqual([33.33, 100, 0, 0]);
  expect(scaleOf(none)).toBe(1);
  expect(scaleOf(first)).toBe(first.worth);
});

test('a line has a mark where its bill stood before variations', () => {
  const line = { quantity: 10_000, varied: -500, done: 3000, measured: 300, withheld: 100 } as Line;
  expect(lineBar(line)).toEqual({ done: 30, withheld: expect.closeTo(9.999, 2) as number, mark: 100 });
  expect(lineBar({ ...line, quantity: 600, varied: 100, done: 700, withheld: 0 })).toEqual({ done: 100, withheld: 0, mark: 85.71 });
  expect(lineBar({ ...line, varied: 0 }).mark).toBeUndefined();
});

test('numbers count as people count', () => {
  expect(['10', '2', '1.10', '1.2'].map((number) => ({ number, id: number })).sort(byNumber).map((n) => n.number)).toEqual(['1.2', '1.10', '2', '10']);
});

test('the way of a claim goes on to its payment, and says who says so', () => {
  const claim = { way: [{ title: { en: 'Certified', zh: '已审定' }, done: true }], certified: true, net: 10, ordered: 10, paid: 4, said: 4 } as unknown as Claim;
  expect(wayOf(claim).slice(1)).toEqual([{ word: 'ordered', done: true }, { word: 'saidPaid', done: false, part: 4 }]);
  expect(wayOf({ ...claim, paid: 10, said: 0 }).slice(1)).toEqual([{ word: 'ordered', done: true }, { word: 'paid', done: true }]);
  expect(wayOf({ ...claim, certified: false, ordered: 0, paid: 0, said: 0 }).slice(1)).toEqual([{ word: 'ordered', done: false }, { word: 'paid', done: false }]);
  // As soon as a bank of another organisation confirmed some of it, it is not the payer alone who says so.
  expect(wayOf({ ...claim, paid: 10 }).at(-1)).toEqual({ word: 'paid', done: true });
});

test('what is due first waits first', () => {
  const clock = (until: string) => ({ since: until, until, by: 'A' });
  const contract = { id: 'c', number: 'C-1' } as Contract;
  const claim = { id: 'p', number: '1', clock: clock('2026-03-08T00:00:00Z') } as unknown as Claim;
  const order = { id: 'o', amount: 5, clock: clock('2026-03-01T00:00:00Z') } as unknown as Order;
  const variation = { id: 'v', number: 'VO-1', signing: { action: { en: 'Agree', zh: '签认' }, signed: [], missing: [] } } as unknown as Variation;
  expect(waiting(contract, [claim], [variation], [order]).map((w) => [w.thing.id, w.name, w.by])).toEqual([['o', '0.05', 'A'], ['p', '1', 'A'], ['v', 'VO-1', undefined]]);
});
