import { describe, expect, test } from 'vitest';
import type { AssetView } from '../core/types';
import { missing, parts, standing, type Dependant, type Recalled } from './recall';

const asset = (id: string): AssetView => ({ id }) as AssetView;
const found = (id: string, via: string, possible = false): Dependant => ({ asset: asset(id), via, possible });
const held = (id: string, via: string, possible = false): Recalled => ({ ...found(id, via, possible), held: true });
const free = (id: string, via: string): Recalled => ({ ...found(id, via), held: false });
const ids = (list: readonly Dependant[]): string[] => list.map((d) => d.asset.id);

describe('what a recall has still to name', () => {
  const cement: Recalled = { asset: asset('CEMENT'), possible: false, held: true };

  test('what appeared since, with what depends on it', () => {
    expect(ids(missing([cement, held('MIX', 'CEMENT')], [found('MIX', 'CEMENT'), found('WALL', 'MIX'), found('BEAM', 'WALL')]))).toEqual(['WALL', 'BEAM']);
  });

  test('nothing that stands', () => {
    expect(missing([cement, held('MIX', 'CEMENT')], [found('MIX', 'CEMENT')])).toEqual([]);
    expect(missing([cement, held('MIX', 'CEMENT', true)], [found('MIX', 'CEMENT', true)])).toEqual([]);
  });

  test('what was possible and is certain now', () => {
    expect(ids(missing([cement, held('MIX', 'CEMENT', true)], [found('MIX', 'CEMENT')]))).toEqual(['MIX']);
  });

  test('neither what was let go nor what depends only through it', () => {
    expect(missing([cement, free('MIX', 'CEMENT')], [found('MIX', 'CEMENT'), found('WALL', 'MIX')])).toEqual([]);
  });
});

test('parts hold everything in order', () => {
  expect(parts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(parts([])).toEqual([]);
});

test('a holder by its deadline', () => {
  const at = '2026-03-01T12:00:00Z';
  const holder = { organisation: 'A', assets: 1 };
  const after = Date.parse(at) + 1;
  expect(standing(holder, at, after)).toBe('overdue');
  expect(standing(holder, at, after - 2)).toBe('waiting');
  expect(standing({ ...holder, acknowledged: '2026-03-01T11:00:00Z' }, at, after)).toBe('acknowledged');
  expect(standing({ ...holder, acknowledged: '2026-03-01T13:00:00Z' }, at, after)).toBe('late');
});
