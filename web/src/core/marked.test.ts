import { expect, test } from 'vitest';
import { marked } from './marked';

test('records that are not judged whole are marked', () => {
  const page = { items: [{ id: 'forest' }, { id: 'forest/1' }], next: 'c', unjudged: { 'forest/1': 'tx' } };
  expect(marked(page).items).toEqual([{ id: 'forest' }, { id: 'forest/1', unjudged: 'tx' }]);
  expect(marked(page).next).toBe('c');
});

test('records that rest on what was not recomputed are marked', () => {
  const on = { transaction: 'tx', block: 7 };
  const page = { items: [{ id: 'forest' }, { id: 'forest/1' }], notRecomputed: { forest: on } };
  expect(marked(page).items).toEqual([{ id: 'forest', notRecomputed: on }, { id: 'forest/1' }]);
});

test('a page without marks stays as it is', () => {
  const page = { items: [{ asset: 'a' }] };
  expect(marked(page)).toBe(page);
  expect(marked({ ...page, unjudged: { a: 'tx' } }).items).toEqual(page.items);
});
