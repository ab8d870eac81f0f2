import { expect, it } from 'vitest';
import { idWithin, nameOfKind } from './merge';

it('names a new place by what it is called', () => {
  expect(idWithin('forest/9', 'Plot 9-14', 'plot')).toBe('forest/9/plot-9-14');
  expect(idWithin('', 'Étang de la Forêt', 'project')).toBe('etang-de-la-foret');
  expect(idWithin('levee', 'K65+000 to K65+240', 'section')).toBe('levee/k65+000-to-k65+240');
  expect(idWithin('forest/9', '小班', 'plot')).toBe('forest/9/plot');
});

it('names a kind that was typed as the ledger takes it', () => {
  expect(nameOfKind('Lamp row 2')).toBe('lamp-row-2');
  expect(nameOfKind('2nd yard')).toBe('nd-yard');
  expect(nameOfKind('灯列')).toBe('');
});
