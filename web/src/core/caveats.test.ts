import { expect, test } from 'vitest';
import { withCaveats } from './caveats';

test('records that are not judged whole have a caveat', () => {
  const page = { items: [{ id: 'forest' }, { id: 'forest/1' }], next: 'c', unjudged: { 'forest/1': 'tx' } };
  expect(withCaveats(page).items).toEqual([{ id: 'forest' }, { id: 'forest/1', unjudged: 'tx' }]);
  expect(withCaveats(page).next).toBe('c');
});

test('records that rest on what was not recomputed have a caveat', () => {
  const on = { transaction: 'tx', block: 7 };
  const page = { items: [{ id: 'forest' }, { id: 'forest/1' }], notRecomputed: { forest: on } };
  expect(withCaveats(page).items).toEqual([{ id: 'forest', notRecomputed: on }, { id: 'forest/1' }]);
});

test('a page without caveats stays as it is', () => {
  const page = { items: [{ asset: 'a' }] };
  expect(withCaveats(page)).toBe(page);
  expect(withCaveats({ ...page, unjudged: { a: 'tx' } }).items).toEqual(page.items);
});
