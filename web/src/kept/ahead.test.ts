import { expect, it } from 'vitest';
import type { AssetView, Due } from '../core/types';
import { routes } from '../field/routes';
import { match, toSeries } from '../app/routing';
import { codeOf, enrolled, phone } from '../testing/phone';
import { forestation, itemOf } from '../works/books.testing';
import { kindOf } from '../works/rulebook';
import { walksAhead, walksIn } from './ahead';
import { write } from './db';
import { itemRecord } from './items';
import { isKept } from './places';

const it_ = phone();
const text = (s: string): { en: string; zh: string } => ({ en: s, zh: s });
const place = (id: string, count: number): Due['places'][number] => ({ place: id, title: text(`Plot ${id}`), count });
const due: Due = {
  rulebook: 'forestation', works: text('Trees'), kind: 'tree', kindTitle: text('Tree'), state: 'planted', stateTitle: text('Planted'), count: 6,
  actions: [{ name: 'accept', title: text('Accept'), walk: true }, { name: 'measure', title: text('Measure') }],
  places: [place('forest/9/14', 3), place('', 2), place('forest/9/15', 1)],
};
const brief = (walks: Awaited<ReturnType<typeof walksAhead>>): unknown[][] => walks.map((w) => [w.rulebook, w.kind, w.action, w.place, w.count]);

it('walks what waits at a place, with what may be done on a walk', () => {
  expect(brief(walksIn([due]))).toEqual([['forestation', 'tree', 'accept', 'forest/9/14', 3], ['forestation', 'tree', 'accept', 'forest/9/15', 1]]);
});

it('leads to the screen of the series, with the place', () => {
  const found = match(toSeries('forestation', 'tree', 'accept', 'forest/9/14'), routes);
  expect([found?.params, found?.query.get('place')]).toEqual([{ book: 'forestation', kind: 'tree', action: 'accept' }, 'forest/9/14']);
  expect(match(toSeries('forestation@1', 'tree', 'water'), routes)?.query.has('place')).toBe(false);
});

it('asks the gateway what waits, and without a network the places that are kept whole', async () => {
  const device = await enrolled(it_.gateway, 'supervisor');
  it_.gateway.pages.set('/api/v1/waiting', { due: [due] });
  const title = text('Plot');
  await write(['items', 'rulebooks', 'keeping'], async (tx) => {
    const tree = (n: number, state: string, at: string): AssetView => itemOf(forestation, 'tree', state, { id: codeOf(n), place: at });
    for (const one of [tree(1, 'planted', 'forest/9/14'), tree(2, 'established', 'forest/9/14'), tree(3, 'planted', 'forest/9/16'), tree(4, 'established', 'forest/9/17')]) {
      await tx.objectStore('items').put(itemRecord(one, 1, 1));
    }
    await tx.objectStore('rulebooks').put(forestation);
    for (const [id, done] of [['forest/9/14', true], ['forest/9/16', false], ['forest/9/17', true]] as const) {
      await tx.objectStore('keeping').put({ id, place: { id, kind: 'plot', title }, round: 1, items: 2, done, asOf: 1 });
    }
  });
  const ahead = async (): Promise<unknown[][]> => brief(await walksAhead(device, [forestation]));
  expect(await ahead()).toEqual(brief(walksIn([due])));
  it_.gateway.online = false;
  expect(await ahead()).toEqual([['forestation', 'tree', 'accept', 'forest/9/14', 1]]);
  expect(kindOf(forestation, 'tree')?.actions.find((a) => a.name === 'accept')?.walk).toBe(true);
});

it('knows which lists are here: of a place that is kept whole, and of those within it', async () => {
  await write(['keeping'], async (tx) => {
    for (const [id, done] of [['forest/9', true], ['forest/8', false]] as const) {
      await tx.objectStore('keeping').put({ id, place: { id, kind: 'section', title: text(id) }, round: 1, items: 2, done, asOf: 1 });
    }
  });
  expect(await Promise.all(['forest/9', 'forest/9/14', 'forest/90', 'forest', 'forest/8/1'].map(isKept))).toEqual([true, true, false, false, false]);
});
