import { describe, expect, it, vi } from 'vitest';
import { routes } from '../field/routes';
import { match, to, type Route } from './routing';

const route = (path: string): Route => ({ path, load: vi.fn() });
const table = [route(''), route('item/:code'), route('item/:code/:action'), route('new/:code/:book/:kind/:action'), route('place/*id')];

describe('match', () => {
  it.each([
    ['', '', {}],
    ['#', '', {}],
    ['#/', '', {}],
    ['#/item/952000174H2K9QF3', 'item/:code', { code: '952000174H2K9QF3' }],
    ['#/item/952000174H2K9QF3/plant?x=1', 'item/:code/:action', { code: '952000174H2K9QF3', action: 'plant' }],
    ['#/new/95200017/forestation%401/tree/select', 'new/:code/:book/:kind/:action', { code: '95200017', book: 'forestation@1', kind: 'tree', action: 'select' }],
    ['#/place/forest/9-14', 'place/*id', { id: 'forest/9-14' }],
    ['#/item/%E0%A4%A', 'item/:code', { code: '%E0%A4%A' }],
  ])('%s', (hash, path, params) => {
    expect(match(hash, table)).toMatchObject({ route: { path }, params });
  });
  it.each(['#/nothing', '#/item', '#/item/1/2/3'])('%s is no screen', (hash) => expect(match(hash, table)).toBeUndefined());
  it('reads what follows the question mark', () => expect(match('#/item/1?saved=abc', table)?.query.get('saved')).toBe('abc'));
  it('finds what it made', () => expect(match(to('item', 'a/b', 'ü'), table)?.params).toEqual({ code: 'a/b', action: 'ü' }));
});

it('no two routes are alike', () => {
  const shapes = routes.map((r) => r.path.replaceAll(/:\w+/g, ':'));
  expect(new Set(shapes).size).toBe(shapes.length);
});
