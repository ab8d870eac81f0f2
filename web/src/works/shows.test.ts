import { describe, expect, test } from 'vitest';
import type { Fields, KindView } from '../core/types';
import { axesFieldOf, exceptionOf, jointOf, layerOf, nameOf, noticeOf, ownPlaced, samplesOf, shareOf, waitsForNotice } from './shows';

const shows = {
  name: ['mark', 'label'], layer: 'course', grid: 'axes', samples: 'falls', share: 'good', signers: 'group', exception: 'why',
  notice: { given: 'called', came: 'seen', late: 'tardy', seconds: 7200, in: ['waiting', 'missed'] },
};
const kind = { name: 'run', states: [], actions: [], shows } as unknown as KindView;
const silent = { name: 'run', states: [], actions: [] } as unknown as KindView;

test('what the rulebook names is read, by any name of a field', () => {
  const item = { fields: { label: 'Run 7', mark: '', course: 3, axes: 'A/1', falls: [3, 4], good: 9950, group: ['A', 'B'], why: 'Flood' } };
  expect(nameOf(item, kind)).toBe('Run 7');
  expect(layerOf(item, kind)).toBe(3);
  expect(axesFieldOf(item, kind)).toBe('A/1');
  expect(samplesOf(item, kind)).toEqual([3, 4]);
  expect(shareOf(item, kind)).toBe(9950);
  expect(jointOf(item, kind)).toEqual(['A', 'B']);
  expect(exceptionOf(item, kind)).toBe('Flood');
});

test('what it does not name is nothing, whatever the record holds', () => {
  const item = { fields: { name: 'Run 7', layer: 3, grid: 'A/1', samples: [3], share: 1, joint: ['A'], overrideReason: 'Flood' } };
  for (const k of [kind, silent, undefined]) {
    expect([nameOf(item, k), layerOf(item, k), axesFieldOf(item, k), samplesOf(item, k), shareOf(item, k), exceptionOf(item, k)]).toEqual(Array(6).fill(undefined));
    expect(jointOf(item, k)).toEqual([]);
  }
});

test('a value of another type is nothing', () => {
  const item = { fields: { mark: 7, label: false, course: '3', falls: 3, good: 'x', group: 'A', why: 1 } as unknown as Fields };
  expect([nameOf(item, kind), layerOf(item, kind), samplesOf(item, kind), shareOf(item, kind), exceptionOf(item, kind)]).toEqual(Array(5).fill(undefined));
  expect(jointOf(item, kind)).toEqual([]);
  expect(layerOf({ fields: { course: 0 } }, kind)).toBeUndefined();
});

test('what has a place of its own is not in the list', () => expect([...ownPlaced(kind.shows)]).toEqual(['falls', 'good', 'why', 'called', 'seen', 'tardy']));

describe('a notice', () => {
  const given = 1_700_000_000;
  const time = 7_200_000;
  const of = (fields: Fields, state: string, after: number): ReturnType<typeof noticeOf> => noticeOf({ state, fields: { called: given, ...fields } }, kind, given * 1000 + after);
  test('is overdue when nobody came in time', () => {
    expect(of({}, 'waiting', time + 1)?.overdue).toBe(true);
    expect(of({}, 'waiting', time - 1)?.overdue).toBe(false);
    expect(of({}, 'waiting', 0)?.until).toBe(given * 1000 + time);
  });
  test('waits longer where who is called put it off', () => {
    const postponed = { ...kind, shows: { notice: { ...shows.notice, postponed: 'delay' } } } as unknown as KindView;
    const at = (delay: number, after: number): ReturnType<typeof noticeOf> => noticeOf({ state: 'waiting', fields: { called: given, delay } }, postponed, given * 1000 + after);
    expect(at(3600, time + 1)?.overdue).toBe(false);
    expect(at(3600, time + 3_600_001)?.overdue).toBe(true);
    expect(at(0, time + 1)?.until).toBe(given * 1000 + time);
  });
  test('is met by who came after it, not before', () => {
    expect(of({ seen: given + 60 }, 'waiting', time + 1)?.overdue).toBe(false);
    expect(of({ seen: given - 60 }, 'waiting', time + 1)?.overdue).toBe(true);
  });
  test('is over once the element went on', () => expect(of({}, 'covered', time + 1)?.overdue).toBe(false));
  test('waits in the states that the rulebook says', () => expect(['waiting', 'missed', 'covered'].map((s) => waitsForNotice(kind, s))).toEqual([true, true, false]));
  test('says that somebody came late', () => expect(of({ tardy: true }, 'waiting', 0)?.late).toBe(true));
  test('is none where none was given, or the rulebook knows none', () => {
    expect(noticeOf({ state: 'waiting', fields: {} }, kind, 0)).toBeUndefined();
    expect(noticeOf({ state: 'waiting', fields: { called: given } }, silent, 0)).toBeUndefined();
  });
  test('is never overdue where the rulebook sets no time', () => {
    const open = { ...kind, shows: { notice: { given: 'called', in: ['waiting'] } } } as unknown as KindView;
    const notice = noticeOf({ state: 'waiting', fields: { called: given } }, open, given * 2000);
    expect([notice?.until, notice?.overdue]).toEqual([undefined, false]);
  });
});
