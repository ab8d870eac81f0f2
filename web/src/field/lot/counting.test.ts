import { beforeEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '../../core/refusal';
import type { AssetView } from '../../core/types';
import { codeOf, phone } from '../../testing/phone';
import { forestation, itemOf } from '../../works/books.testing';
import { countOf } from '../../kept/counts';

const items = new Map<string, AssetView>();
let reachable = true;
let old = false;

vi.mock('../../kept/works', () => ({
  findItem: vi.fn((code: string) => {
    if (!reachable) return Promise.reject(refuse('not-kept'));
    const item = items.get(code);
    return Promise.resolve(item && { item, kept: old, asOf: 0, own: [], ahead: false });
  }),
}));

const { Counting, difference } = await import('./counting.svelte');

phone();
const lot = 'LOT00001';
const heard: boolean[] = [];
const counting = () => new Counting(lot, (good) => heard.push(good));
const member = (n: number, more: Partial<AssetView> = {}): void =>
  void items.set(codeOf(n), itemOf(forestation, 'tree', 'shipped', { id: codeOf(n), lot, ...more }));

beforeEach(() => {
  items.clear();
  heard.length = 0;
  [reachable, old] = [true, false];
  for (const n of [1, 2, 3]) member(n);
  items.set('TAG00001', items.get(codeOf(1))!);
});

describe('a count', () => {
  it('counts what is of the lot, once', async () => {
    const c = counting();
    await c.scan(codeOf(1), 10);
    await c.scan(codeOf(2), 20);
    expect(c.count).toBe(2);
    expect(c.last).toEqual({ heard: 'counted', code: codeOf(2) });
    await c.scan(codeOf(1), 30);
    expect(c.last).toEqual({ heard: 'twice', code: codeOf(1), at: 10 });
    await c.scan('TAG00001', 40);
    expect(c.last).toMatchObject({ heard: 'twice', code: 'TAG00001' });
    expect(c.count).toBe(2);
    expect(heard).toEqual([true, true, false, false]);
  });

  it('says at once what is of another lot, of none, unknown, or the lot itself', async () => {
    member(4, { lot: 'LOT00002' });
    member(5);
    const { lot: _none, ...loose } = items.get(codeOf(5))!;
    items.set(codeOf(5), loose);
    const c = counting();
    await c.scan(codeOf(4));
    expect(c.last).toEqual({ heard: 'other', code: codeOf(4), lot: 'LOT00002' });
    await c.scan(codeOf(5));
    expect(c.last).toEqual({ heard: 'other', code: codeOf(5) });
    await c.scan(codeOf(6));
    expect(c.last).toEqual({ heard: 'unknown', code: codeOf(6) });
    await c.scan(lot);
    expect(c.last).toEqual({ heard: 'self', code: lot });
    expect([c.count, c.wrong.map((w) => w.state)]).toEqual([0, ['unknown', 'other', 'other']]);
    expect(heard).toEqual([false, false, false, false]);
    expect(await countOf(lot)).toEqual([]);
    // A wrong code may be scanned again, and is judged again.
    member(6);
    await c.scan(codeOf(6));
    expect(c.count).toBe(1);
  });

  it('two scans at the same time count one item once', async () => {
    const c = counting();
    await Promise.all([c.scan(codeOf(1)), c.scan(codeOf(1)), c.scan('TAG00001')]);
    expect(c.count).toBe(1);
    expect(await countOf(lot)).toHaveLength(1);
  });

  it('goes on after a break', async () => {
    const first = counting();
    await first.scan(codeOf(1), 10);
    await first.scan('TAG00001', 11);
    await first.scan(codeOf(2), 20);
    const second = counting();
    await second.resume();
    expect([second.count, second.begun]).toEqual([2, 10]);
    await second.scan(codeOf(2));
    expect(second.last).toMatchObject({ heard: 'twice', at: 20 });
    await second.scan(codeOf(3), 30);
    expect(second.rows.map((r) => r.code)).toEqual([codeOf(3), codeOf(2), codeOf(1)]);
    await second.drop(codeOf(2));
    await second.scan(codeOf(2), 40);
    expect(second.last?.heard).toBe('counted');
    await second.clear();
    expect([second.count, await countOf(lot)]).toEqual([0, []]);
  });

  it('counts without a network, and checks when there is one', async () => {
    reachable = false;
    member(4, { lot: 'LOT00002' });
    const c = counting();
    for (const code of [codeOf(1), codeOf(4), 'TAG00001', codeOf(9)]) await c.scan(code, 5);
    expect([c.count, c.unchecked]).toEqual([4, 4]);
    await c.check();
    expect(c.unchecked).toBe(4);
    reachable = true;
    const later = counting();
    await later.resume();
    expect(later.rows.map((r) => [r.code, r.state])).toEqual([[codeOf(1), 'counted']]);
    expect(later.wrong.map((w) => w.state).sort()).toEqual(['other', 'unknown']);
    expect((await countOf(lot)).map((r) => [r.code, r.checked])).toEqual([[codeOf(1), true]]);
  });

  it('takes what is kept and says otherwise for unchecked', async () => {
    old = true;
    member(4, { lot: 'LOT00000' });
    const c = counting();
    await c.scan(codeOf(4));
    expect(c.last?.heard).toBe('unchecked');
  });
});

it.each([[3, 3, 'whole', 0], [2, 5, 'missing', 3], [6, 5, 'over', 1]] as const)('%i of %i is %s', (count, expected, word, n) =>
  expect(difference(count, expected)).toEqual({ word, n }));
