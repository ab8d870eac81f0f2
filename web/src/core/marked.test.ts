import { expect, test } from 'vitest';
import { marked } from './marked';

test('records that are not judged whole are marked', () => {
  const page = { items: [{ id: 'forest' }, { id: 'forest/1' }], next: 'c', unjudged: { 'forest/1': 'tx' } };
  expect(marked(page).items).toEqual([{ id: 'forest' }, { id: 'forest/1', unjudged: 'tx' }]);
  expect(marked(page).next).toBe('c');
});

test('a page without marks stays as it is', () => {
  const page = { items: [{ asset: 'a' }] };
  expect(marked(page)).toBe(page);
  expect(marked({ ...page, unjudged: { a: 'tx' } }).items).toEqual(page.items);
});
