import { expect, test } from 'vitest';
import type { KindView } from '../../core/types';
import { axesOf, gridOf } from './building';
import type { WorksAsset } from './model';

const at = (id: string, grid: string): WorksAsset => ({ id, fields: { axes: grid } }) as unknown as WorksAsset;

test.each([
  ['A/1', { column: ['A', 'A'], row: ['1', '1'] }],
  ['A-B/2', { column: ['A', 'B'], row: ['2', '2'] }],
  [' C / 10-11 ', { column: ['C', 'C'], row: ['10', '11'] }],
  ['roof', undefined],
  ['A/1/2', undefined],
  ['', undefined],
])('%j is read', (grid, axes) => expect(axesOf(grid)).toEqual(axes));

test('axes stand in the order of their names, ten after two', () => {
  const g = gridOf([at('X', 'B/10'), at('Y', 'A/2'), at('Z', 'A-B/1'), at('R', 'roof')], () => ({ shows: { grid: 'axes' } }) as unknown as KindView);
  expect(g.columns).toEqual(['A', 'B']);
  expect(g.rows).toEqual(['1', '2', '10']);
  expect(g.spots.find((s) => s.item.id === 'Z')).toMatchObject({ column: [0, 1], row: [0, 0] });
  expect(g.loose.map((i) => i.id)).toEqual(['R']);
});
