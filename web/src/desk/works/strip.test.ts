import { describe, expect, test } from 'vitest';
import type { Fields, KindView, Place } from '../../core/types';
import type { WorksAsset } from './model';
import { chainage } from './model';
import { marks, neighbour, stripOf, type Cell } from './strip';

const place = (id: string, from: number, to: number): Place => ({ id, kind: 'section', title: { en: id, zh: id }, chainage: { from: from * 1000, to: to * 1000 } });
const element = (id: string, at: string, fields: Fields = {}, state = 'open'): WorksAsset => ({ id, kind: 'element', place: at, fields, state }) as unknown as WorksAsset;

const kind = { name: 'element', states: [], actions: [], shows: { layer: 'course' } } as unknown as KindView;

const places = [place('b', 240, 480), place('a', 0, 240), { ...place('yard', 0, 0), id: 'yard' }];

describe('a strip', () => {
  const s = stripOf(places, [element('L2', 'a', { course: 2 }), element('L1', 'a', { course: 1 }), element('M1', 'b', { course: 1 }), element('Y', 'yard'), element('W', 'a'), element('V', 'a')], () => kind);
  const at = (id: string): Cell => s.cells.find((c) => c.item.id === id)!;

  test('has a column for each stretch with elements, in the order of chainage', () => {
    expect(s.stretches.map((x) => x.place.id)).toEqual(['a', 'b']);
    expect([s.from, s.to]).toEqual([0, 480_000]);
  });

  test('lays layers over each other, and other elements below them', () => {
    expect([s.layers, s.others]).toEqual([2, 2]);
    expect([at('V').row, at('W').row, at('L1').row, at('L2').row, at('M1').row]).toEqual([0, 1, 2, 3, 2]);
  });

  test('leaves out what has no chainage', () => expect(at('Y')).toBeUndefined());

  test.each([
    ['L1', 'ArrowUp', 'L2'],
    ['L1', 'ArrowRight', 'M1'],
    ['M1', 'ArrowLeft', 'L1'],
    ['L2', 'ArrowDown', 'L1'],
    ['M1', 'Home', 'L1'],
    ['L1', 'End', 'M1'],
    ['L2', 'ArrowUp', undefined],
    ['L1', 'x', undefined],
  ])('from %s, %s leads to %s', (from, key, to) => expect(neighbour(s.cells, at(from), key)?.item.id).toBe(to));
});

test('two thousand cells are laid out', () => {
  const many = Array.from({ length: 100 }, (_, i) => place(`p${i}`, i * 200, (i + 1) * 200));
  const items = many.flatMap((p) => Array.from({ length: 20 }, (_, n) => element(`${p.id}-${n}`, p.id, { course: n + 1 })));
  expect(stripOf(many, items, () => kind).cells).toHaveLength(2000);
});

test('marks stand at round chainage', () => {
  expect(marks(65_000_000, 65_480_000, 8).map(chainage)).toEqual(['K65+000', 'K65+100', 'K65+200', 'K65+300', 'K65+400']);
  expect(chainage(65_005_000)).toBe('K65+005');
});
