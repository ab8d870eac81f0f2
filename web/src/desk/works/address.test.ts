import { expect, test } from 'vitest';
import { drawnAt } from './address';

test('the works are drawn by what a place is, whatever rulebook they stand under', () => {
  expect(drawnAt({ id: 'c/1', kind: 'building' }, { id: 'c', kind: 'project' })).toEqual(['building', 'c/1']);
  expect(drawnAt({ id: 'c/1/2', kind: 'floor' }, { id: 'c/1', kind: 'building' })).toEqual(['building', 'c/1']);
  expect(drawnAt({ id: 'f/e/k65', kind: 'section', chainage: { from: 65_000, to: 65_240 } }, { id: 'f/e', kind: 'section' })).toEqual(['levee', 'f/e/k65']);
  expect(drawnAt({ id: 'forest/9/14', kind: 'plot' }, undefined)).toBeUndefined();
});
