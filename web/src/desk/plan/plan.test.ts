import { describe, expect, it } from 'vitest';
import type { Place } from '../../core/types';
import { columnsOf, missing, planned, readPlan, weekOf } from './plan';

const place = (id: string, more: Partial<Place> = {}): Place => ({ id, kind: 'section', title: { en: id, zh: id }, ...more });
const known = new Map([place('forest/1'), place('forest/2')].map((p) => [p.id, p]));
const kinds = new Map([['tree', 'tree'], ['树木', 'tree'], ['works', '']]);
const rows = (...lines: string[]) => lines.map((l, i) => ({ line: i + 2, cells: l.split(',') }));

describe('plans', () => {
  it('reads weeks by their names and by dates in them', () => {
    expect(weekOf('2026-W12')).toBe('2026-W12');
    expect(weekOf('2026w12')).toBe('2026-W12');
    expect(weekOf('2026-03-16')).toBe('2026-W12');
    expect(weekOf('2026-03-22')).toBe('2026-W12');
    expect(weekOf('2027-01-01')).toBe('2026-W53');
    expect(weekOf('2024-12-30')).toBe('2025-W01');
    for (const bad of ['2025-W53', '2026-W00', '2026-02-30', '12', 'March']) expect(weekOf(bad), bad).toBeUndefined();
  });

  it('finds the columns in both languages', () => {
    expect(columnsOf(['数量', '地点', '周', '类别'])).toEqual({ place: 1, kind: 3, week: 2, amount: 0 });
    expect(missing(columnsOf(['Place', 'Kind']))).toEqual(['amount']);
  });

  it('reads amounts by place, kind and week', () => {
    const t = readPlan(rows('forest/1,tree,2026-W12,1200', 'forest/1,树木,2026-03-23,80', 'forest/2,tree,,500', ',,,'), ['place', 'kind', 'week', 'amount'], known, kinds);
    expect(t.faults).toEqual([]);
    expect(t.amounts).toBe(3);
    expect(planned(place('forest/1', { plan: { tree: 1 }, weeks: { tree: { '2026-W12': 7, '2026-W01': 3 } } }), t.places.get('forest/1')!)).toEqual(
      place('forest/1', { plan: { tree: 1 }, weeks: { tree: { '2026-W12': 1200, '2026-W01': 3, '2026-W13': 80 } } }),
    );
    expect(planned(place('forest/2'), t.places.get('forest/2')!)).toEqual(place('forest/2', { plan: { tree: 500 } }));
  });

  it('asks once what 1,200 means, and not where another amount tells', () => {
    const cells = (...amounts: string[]) => amounts.map((a, i) => ({ line: i + 2, cells: ['forest/1', 'tree', `2026-W${10 + i}`, a] }));
    const head = ['place', 'kind', 'week', 'amount'];
    const weeks = (t: ReturnType<typeof readPlan>) => [...(t.places.get('forest/1')?.get('tree')?.values() ?? [])];
    const asked = readPlan(cells('1,200', '80'), head, known, kinds);
    expect([asked.either, weeks(asked), asked.faults]).toEqual([{ cell: '1,200', read: { '.': '1200', ',': '1.2' } }, [80], []]);
    expect(weeks(readPlan(cells('1,200', '80'), head, known, kinds, '.'))).toEqual([1200, 80]);
    expect(readPlan(cells('1,200', '80'), head, known, kinds, ',').faults).toMatchObject([{ row: 2, why: 'noAmount' }]);
    expect(weeks(readPlan(cells('1,200', '1,000,000'), head, known, kinds))).toEqual([1200, 1_000_000]);
    expect(weeks(readPlan(cells('1 200', '３', '1.2万', '12.0'), head, known, kinds))).toEqual([1200, 3, 12_000, 12]);
    expect(readPlan([{ line: 2, cells: ['forest/1', 'tree', '', '1.234'], numbers: new Set([3]) }], head, known, kinds).faults).toMatchObject([{ why: 'noAmount' }]);
  });

  it('says what is wrong with each row', () => {
    const t = readPlan(
      rows('lake,tree,2026-W12,1', 'forest/1,bush,2026-W99,-3', 'forest/1,tree,2026-W12,4', 'forest/1,tree,2026-03-17,5', 'forest/2,tree,2026-W12,1.5'),
      ['place', 'kind', 'week', 'amount'], known, kinds,
    );
    expect(t.faults.map((f) => [f.row, f.column, f.why, f.n])).toEqual([
      [2, 'place', 'noPlace', undefined], [3, 'kind', 'noKind', undefined], [3, 'week', 'noWeek', undefined], [3, 'amount', 'noAmount', undefined],
      [5, 'week', 'twice', 4], [6, 'amount', 'noAmount', undefined],
    ]);
  });

  it('keeps within what a place can hold', () => {
    const weeks = Object.fromEntries(Array.from({ length: 160 }, (_, i) => [`${2010 + Math.floor(i / 50)}-W${String((i % 50) + 1).padStart(2, '0')}`, 1]));
    const full = new Map([['forest/1', place('forest/1', { weeks: { tree: weeks } })]]);
    expect(readPlan(rows('forest/1,Works,2026-W12,1'), ['place', 'kind', 'week', 'amount'], known, kinds), 'a title of two kinds is neither').toMatchObject({ amounts: 0, faults: [{ row: 2, why: 'twoKinds' }] });
    expect(readPlan(rows('forest/1,tree,2026-W12,1'), ['place', 'kind', 'week', 'amount'], full, kinds).faults[0]?.why).toBe('tooMany');
  });
});
