import { beforeEach, expect, it, vi } from 'vitest';
import { dropView, keepView, queryOf, viewAddress, views } from './views';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('window', { localStorage: { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) } });
});

const dead = { page: 'items', name: 'Dead', query: 'order=place&state=dead' };

it('the query is the same whatever the order of its members, and without the open row', () => {
  expect(queryOf({ state: 'dead', kind: '', order: 'place', at: '9520' })).toBe(dead.query);
  expect(viewAddress(dead)).toBe('#/items?order=place&state=dead');
});

it('a view is kept, renamed where it stands, and removed', () => {
  keepView(dead);
  keepView({ ...dead, page: 'lots' });
  keepView({ page: 'items', name: 'Late', query: 'order=changed' });
  expect(keepView({ ...dead, name: 'Lost' }, dead)?.map((v) => [v.page, v.name])).toEqual([['items', 'Lost'], ['lots', 'Dead'], ['items', 'Late']]);
  expect(views().length).toBe(3);
  keepView({ page: 'items', name: 'Late', query: '' });
  expect(views().filter((v) => v.page === 'items').map((v) => v.name)).toEqual(['Lost', 'Late']);
  expect(dropView({ ...dead, name: 'Lost' })?.map((v) => v.name)).toEqual(['Dead', 'Late']);
});

it('what lies there of something else is no view', () => {
  window.localStorage.setItem('rootline.views', '[{"page":"items"},3,{"page":"items","name":"A","query":""}]');
  expect(views()).toEqual([{ page: 'items', name: 'A', query: '' }]);
  window.localStorage.setItem('rootline.views', '{');
  expect(views()).toEqual([]);
});

it('a browser that keeps nothing says so', () => {
  vi.stubGlobal('window', { get localStorage(): Storage { throw new DOMException('no', 'SecurityError'); } });
  expect([views(), keepView(dead)]).toEqual([[], undefined]);
});
