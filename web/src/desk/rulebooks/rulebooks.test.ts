import { expect, test, vi } from 'vitest';
import type { RulebookView } from '../../core/types';
import { ballotList, ballotsOf, before, bookOf, placeOf, versionOf, withoutExamples, type Difference } from './rulebooks';

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

test('what one member proposes hides nothing of another book, however much it is', async () => {
  const all = Array.from({ length: 30 }, (_, page) => Array.from({ length: 20 }, (_, i) => ({ name: `a${page * 20 + i}@1`, sha256: '', votes: [] })));
  all.push([{ name: 'works@2', sha256: '', votes: [] }, { name: 'works@2:OwnerMSP', sha256: '', votes: [] }]);
  vi.stubGlobal('fetch', (url: string | URL | Request) => {
    const page = Number(new URL(String(url instanceof Request ? url.url : url), 'http://localhost').searchParams.get('cursor') ?? 0);
    return Promise.resolve(Response.json({ items: all[page], ...(page + 1 < all.length ? { next: String(page + 1) } : {}) }));
  });
  try {
    expect((await ballotsOf('works')).map((b) => b.name)).toEqual(['works@2', 'works@2:OwnerMSP']);
    const first = await ballotList(200);
    expect([first.items.length, first.more]).toEqual([200, true]);
    const rest = await ballotList(800);
    expect([rest.items.length, rest.items.at(-1)?.name, rest.more]).toEqual([602, 'works@2:OwnerMSP', false]);
  } finally {
    vi.unstubAllGlobals();
  }
});
