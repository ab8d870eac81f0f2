import { openDB } from 'idb';
import { expect, it } from 'vitest';
import { phone } from '../testing/phone';
import { countOf, dropCount, keepCount } from './counts';
import { databaseName, getMeta } from './db';

phone();

it('a phone that kept things before there were counts keeps them', async () => {
  const before = await openDB(databaseName, 1, {
    upgrade: (db) => {
      db.createObjectStore('meta');
      db.createObjectStore('items', { keyPath: 'id' });
    },
  });
  await before.put('meta', 'K1', 'current');
  before.close();
  await keepCount({ lot: 'L', code: 'A', at: 1, checked: true });
  expect(await getMeta('current')).toBe('K1');
  expect(await countOf('L')).toHaveLength(1);
});

it('counts of several lots do not mix, and what was a tag becomes the item', async () => {
  await keepCount({ lot: 'L1', code: 'B', at: 2, checked: false });
  await keepCount({ lot: 'L1', code: 'A', at: 1, checked: true });
  await keepCount({ lot: 'L10', code: 'A', at: 3, checked: true });
  await keepCount({ lot: 'L1', code: 'C', at: 2, checked: true }, 'B');
  expect((await countOf('L1')).map((c) => c.code)).toEqual(['A', 'C']);
  await dropCount('L1');
  expect([await countOf('L1'), (await countOf('L10')).length]).toEqual([[], 1]);
});
