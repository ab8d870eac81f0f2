import { expect, it } from 'vitest';
import { marksOf, writtenIn } from './marks';

it.each([
  [['1', '20', 'thick'], {}],
  [['1,200', '5'], { either: { cell: '1,200', read: { '.': '1200', ',': '1.2' } } }],
  [['1.200'], { either: { cell: '1.200', read: { '.': '1.2', ',': '1200' } } }],
  [['1,200', '12.5'], { mark: '.' }],
  [['1.200', '12,5'], { mark: ',' }],
  [['1,200', '1,000,000'], { mark: '.' }],
  [['１２，５'], { mark: ',' }],
  [['12.5', '12,5', '1,200'], { either: { cell: '1,200', read: { '.': '1200', ',': '1.2' } } }],
] as const)('%j', (cells, want) => expect(marksOf(cells)).toEqual(want));

it('leaves out what a workbook holds as numbers', () =>
  expect(writtenIn([{ line: 2, cells: ['1.234'], numbers: new Set([0]) }, { line: 3, cells: [' 1.234 '] }], 0)).toEqual(['1.234']));
