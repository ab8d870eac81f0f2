import { expect, test } from 'vitest';
import type { RulebookView } from '../../core/types';
import { before, bookOf, placeOf, versionOf, withoutExamples, type Difference } from './rulebooks';

const none = { en: '', zh: '' };

test('a difference says where it lies', () => {
  const d: Difference = {
    path: ['kinds', 'tree', 'actions', 'lift', 'rules', 'too-small', 'check'], change: 'changed',
    titles: [none, { en: 'Tree', zh: '树木' }, none, { en: 'Lift', zh: '起苗' }, none, none, none],
  };
  expect(placeOf(d, (t) => t.zh)).toBe('树木 › 起苗 › too-small › check');
  expect(placeOf({ path: ['kinds'], titles: [none], change: 'added' }, (t) => t.en)).toBe('kinds');
});

test('a proposal is compared with the newest version of its book', () => {
  const adopted = [{ name: 'a@1', book: 'a', version: 1 }, { name: 'a@2', book: 'a', version: 2 }, { name: 'b@7', book: 'b', version: 7 }] as unknown as RulebookView[];
  expect(before('a@3', adopted)?.name).toBe('a@2');
  expect(before('c@1', adopted)).toBeUndefined();
});

test('examples are not proposed', () => {
  expect(withoutExamples('rulebook: a\nkinds: {}\nexamples:\n  - x\n')).toBe('rulebook: a\nkinds: {}\n');
  expect(withoutExamples('rulebook: a\nkinds: {}\n\n \nexamples :\n  - x\n')).toBe('rulebook: a\nkinds: {}\n');
  expect(withoutExamples('rulebook: a\nx: {examples: 1}\n')).toBe('rulebook: a\nx: {examples: 1}\n');
  expect(withoutExamples('rulebook: a\n')).toBe('rulebook: a\n');
});

test('the name of an organisation’s own text is of its version', () => {
  expect([versionOf('forestation@2'), versionOf('forestation@12:OwnerMSP')]).toEqual([2, 12]);
  expect(bookOf('forestation@12:OwnerMSP')).toBe('forestation');
});
