import { describe, expect, test } from 'vitest';
import type { Fields, KindView, Place } from '../../core/types';
import type { WorksAsset } from './model';
import { chainage } from './model';
import { marks, neighbour, noticeOf, noticeStatesOf, noticeTimeOf, stripOf, type Cell } from './strip';

const place = (id: string, from: number, to: number): Place => ({ id, kind: 'section', title: { en: id, zh: id }, chainage: { from: from * 1000, to: to * 1000 } });
const element = (id: string, at: string, fields: Fields = {}, state = 'open'): WorksAsset => ({ id, kind: 'element', place: at, fields, state }) as unknown as WorksAsset;

const places = [place('b', 240, 480), place('a', 0, 240), { ...place('yard', 0, 0), id: 'yard' }];

describe('a strip', () => {
  const s = stripOf(places, [element('L2', 'a', { layer: 2 }), element('L1', 'a', { layer: 1 }), element('M1', 'b', { layer: 1 }), element('Y', 'yard'), element('W', 'a'), element('V', 'a')]);
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

test('two thousand cells are laid out at once', () => {
  const many = Array.from({ length: 100 }, (_, i) => place(`p${i}`, i * 200, (i + 1) * 200));
  const items = many.flatMap((p) => Array.from({ length: 20 }, (_, n) => element(`${p.id}-${n}`, p.id, { layer: n + 1 })));
  const begun = performance.now();
  expect(stripOf(many, items).cells).toHaveLength(2000);
  expect(performance.now() - begun).toBeLessThan(200);
});

test('marks stand at round chainage', () => {
  expect(marks(65_000_000, 65_480_000, 8).map(chainage)).toEqual(['K65+000', 'K65+100', 'K65+200', 'K65+300', 'K65+400']);
  expect(chainage(65_005_000)).toBe('K65+005');
});

describe('a notice', () => {
  const given = 1_700_000_000;
  const ruled = (check: string): KindView => ({ name: 'concealed', actions: [{ name: 'accept' }, { name: 'record-absence', from: ['notified'], to: 'absent', rules: [{ check }] }] }) as unknown as KindView;
  const panel = ruled('event.witnessed - asset.noticeAt >= 7200');
  const noticeTime = 7_200_000;
  const of = (fields: Fields, state: string, after: number): ReturnType<typeof noticeOf> => noticeOf(element('X', 'a', { noticeAt: given, ...fields }, state), panel, given * 1000 + after);
  test('is overdue when nobody came in time', () => {
    expect(of({}, 'notified', noticeTime + 1)?.overdue).toBe(true);
    expect(of({}, 'notified', noticeTime - 1)?.overdue).toBe(false);
  });
  test('is met by who came after it, not before', () => {
    expect(of({ attendedAt: given + 60 }, 'notified', noticeTime + 1)?.overdue).toBe(false);
    expect(of({ attendedAt: given - 60 }, 'notified', noticeTime + 1)?.overdue).toBe(true);
  });
  test('is over once the element went on', () => expect(of({}, 'covered', noticeTime + 1)?.overdue).toBe(false));
  test('is none without a time', () => expect(noticeOf(element('X', 'a'), panel, 0)).toBeUndefined());
  test('runs as long as the rulebook says', () => {
    expect(noticeTimeOf(panel)).toBe(noticeTime);
    expect(noticeStatesOf(panel)).toEqual(['notified', 'absent']);
    expect(noticeTimeOf(ruled('event.witnessed - asset.castAt >= 7200'))).toBeUndefined();
    const open = noticeOf(element('X', 'a', { noticeAt: given }, 'notified'), ruled('true'), given * 2000);
    expect(open?.until).toBeUndefined();
    expect(open?.overdue).toBe(false);
  });
});
