import { expect, it } from 'vitest';
import type { AssetView } from '../core/types';
import { codeOf, enrolled, phone } from '../testing/phone';
import { forestation, itemOf } from '../works/books.testing';
import { kindOf } from '../works/rulebook';
import { sharedOf } from '../works/shared';
import { kept, write } from './db';
import { itemRecord, keepItem } from './items';
import { leaveBehind, mostItems, mostTaken, takeAlong, takenAll } from './taken';
import { findItem } from './works';

const it_ = phone();
const lot = itemOf(forestation, 'tree-lot', 'received', { id: codeOf(0), list: { count: 3, root: 'ab'.repeat(32) }, fields: { waybill: 'W-1' } });
const tree = (n: number, more: Partial<AssetView> = {}): AssetView => itemOf(forestation, 'tree', 'received', { id: codeOf(n), lot: lot.id, asleep: true, ...more });

/** Serves the lot with the codes of its list. */
async function serve(numbers: readonly number[]): Promise<void> {
  const { pages } = it_.gateway;
  await enrolled(it_.gateway);
  pages.set(`/api/v1/rulebooks/${encodeURIComponent(forestation.name)}`, forestation);
  pages.set(`/api/v1/assets/${lot.id}`, lot);
  pages.set(`/api/v1/assets/${lot.id}/codes?limit=5000`, { items: numbers.map(codeOf) });
  pages.set(`/api/v1/assets?under=${lot.id}&limit=500`, { items: [] });
  it_.gateway.override = (method, path) =>
    method === 'POST' && path.startsWith('/api/v1/assets:resolve') ? new Response(JSON.stringify({ results: numbers.slice(0, 500).map((n) => ({ asset: tree(n) })) }), { headers: { 'Content-Type': 'application/json' } }) : undefined;
}

it('a lot taken along shows its sleeping items without a network, with the day of the copy', async () => {
  await serve([1, 2, 3]);
  const before = Date.now();
  const record = await takeAlong(lot);
  expect(record).toMatchObject({ items: 4, more: false });
  expect(record.asOf).toBeGreaterThanOrEqual(before);
  it_.gateway.online = false;
  expect(await findItem(codeOf(2))).toMatchObject({ kept: true, asOf: record.asOf, item: { lot: lot.id, state: 'received', asleep: true } });
  await leaveBehind(record.id);
  await expect(findItem(codeOf(2))).rejects.toMatchObject({ code: 'not-kept' });
});

it('an item kept for a plot, or taken along with something else too, stays when this is left behind', async () => {
  await serve([1, 2, 3]);
  await write(['items'], (tx) => tx.objectStore('items').put(itemRecord(tree(1), 1, 7)));
  const whole = await takeAlong(lot);
  it_.gateway.pages.set(`/api/v1/assets?rulebook=forestation&kind=tree&text=W-1&limit=500`, { items: [tree(2, { fields: { waybill: 'W-1' } }), tree(9, { fields: { waybill: 'W-10' } })] });
  it_.gateway.pages.set(`/api/v1/assets/${codeOf(2)}`, tree(2, { fields: { waybill: 'W-1' } }));
  const truck = await takeAlong(tree(2, { fields: { waybill: 'W-1' } }), { field: 'waybill', value: 'W-1', title: { en: '', zh: '' } });
  expect(truck.items, 'W-10 is another truck').toBe(1);
  await leaveBehind(whole.id);
  const db = await kept();
  expect((await db.getAll('items')).map((r) => [r.id, r.round, r.taken])).toEqual([[codeOf(1), 7, undefined], [codeOf(2), undefined, [truck.id]]]);
});

it('what was taken along is not dropped for what was looked at since, and what left the list is', async () => {
  await serve([1, 2, 3]);
  await takeAlong(lot);
  await keepItem(tree(3, { state: 'planted' }));
  expect((await (await kept()).get('items', codeOf(3)))?.loose).toBeUndefined();
  await serve([1, 2]);
  expect((await takeAlong(lot)).items).toBe(3);
  expect(await (await kept()).get('items', codeOf(3))).toBeUndefined();
  expect(await takenAll()).toHaveLength(1);
});

it('is bounded: more items than that are said, more lots than that are refused', async () => {
  const many = Array.from({ length: mostItems + 600 }, (_, i) => i + 1);
  await serve(many);
  let asked = 0;
  it_.gateway.override = (method, path) => (method === 'POST' && path.includes(':resolve') ? new Response(JSON.stringify({ results: many.slice(asked, (asked += 500)).map((n) => ({ asset: tree(n) })) }), { headers: { 'Content-Type': 'application/json' } }) : undefined);
  expect(await takeAlong(lot)).toMatchObject({ items: mostItems, more: true });
  for (let n = 1; n < mostTaken; n++) await write(['taken'], (tx) => tx.objectStore('taken').put({ id: `x${n}`, item: codeOf(n), rulebook: '', kind: '', items: 1, more: false, asOf: n }));
  await expect(takeAlong(tree(5))).rejects.toMatchObject({ code: 'too-many-taken' });
});

it('a download that is cut leaves the copy before it whole', async () => {
  await serve([1, 2, 3]);
  const first = await takeAlong(lot);
  const stop = new AbortController();
  await expect(takeAlong(lot, undefined, () => stop.abort(), stop.signal)).rejects.toThrow();
  expect(await takenAll()).toEqual([first]);
  expect(await (await kept()).countFromIndex('items', 'taken', lot.id)).toBe(4);
});

it('what came on one truck is what the rulebook says is given again on the way to this state or on from it', () => {
  const kind = kindOf(forestation, 'tree');
  const fields = { species: 'Pinus', waybill: 'W-1', crew: 'C7', pit: '1-2' };
  expect(sharedOf(tree(1, { state: 'shipped', fields }), kind).map((s) => [s.field, s.value])).toEqual([['waybill', 'W-1']]);
  expect(sharedOf(tree(1, { state: 'planted', fields }), kind).map((s) => s.field)).toEqual(['crew']);
  expect(sharedOf(tree(1, { state: 'shipped' }), kind)).toEqual([]);
});
