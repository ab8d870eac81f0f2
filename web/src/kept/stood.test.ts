import { expect, it, vi } from 'vitest';
import { parseJws, readJson } from '../core/jws';
import type { AssetView } from '../core/types';
import { codeOf, enrolled, phone, photo } from '../testing/phone';
import type { AllowedAction } from '../works/allowed';
import { forestation, itemOf } from '../works/books.testing';
import { actionOf, kindOf } from '../works/rulebook';
import { closeKept, write } from './db';
import { itemRecord } from './items';
import { attachmentsOf, queue } from './queue';
import { awaited, leaveOut, openWalks, signWalk, stand, stoodOn, walkOf, type StoodRecord } from './stood';

const it_ = phone();
const kind = kindOf(forestation, 'tree')!;
const accept: AllowedAction = { action: actionOf(kind, 'accept')!, kind, rulebook: forestation };
const title = accept.action.title;
const began = Date.UTC(2026, 2, 12, 8);
const row = (walk: string, n: number, more: Partial<StoodRecord> = {}): StoodRecord => ({
  walk, code: codeOf(n), at: began + n * 60_000, photos: [], title, place: 'forest/9/14',
  draft: { asset: codeOf(n), action: 'accept', rulebook: 'forestation@1', data: { condition: 'good' }, place: { lat: n, lon: 1, accuracy: 5 } }, ...more,
});
const events = async (): Promise<unknown[][]> =>
  (await queue()).map((q) => readJson(parseJws(q.jws)!.payload) as Record<string, unknown>).map((e) => [e.asset, e.at, (e.place as { lat: number }).lat]);

it('outlives the page, and is signed at once: each item with the time and the position at which it was stood before', async () => {
  const device = await enrolled(it_.gateway, 'supervisor');
  it_.gateway.online = false;
  const walk = walkOf(device.kid, accept);
  const picture = await photo(1);
  for (const n of [2, 1, 3]) await stand(row(walk, n, n === 1 ? { photos: [picture] } : {}));
  await closeKept();
  expect((await stoodOn(walk)).map((r) => r.code)).toEqual([codeOf(1), codeOf(2), codeOf(3)]);
  expect(await openWalks(device.kid)).toEqual([{ walk, title, place: 'forest/9/14', items: 3, changed: began + 180_000 }]);
  expect(await openWalks('another')).toEqual([]);
  expect(await queue()).toEqual([]);
  await signWalk(walk, new Set([codeOf(1), codeOf(3), codeOf(9)]), title);
  expect(await events()).toEqual([1, 3].map((n) => [codeOf(n), new Date(began + n * 60_000).toISOString().replace('.000Z', 'Z'), n]));
  expect((await attachmentsOf((await queue())[0]!.photos)).map((p) => p.sha256)).toEqual([picture.sha256]);
  expect((await stoodOn(walk)).map((r) => r.code), 'what was not ticked stays on the walk').toEqual([codeOf(2)]);
  await leaveOut(walk);
  expect(await openWalks(device.kid)).toEqual([]);
});

it('is signed once, though two pages sign it, and stays whole where there is no room', async () => {
  const device = await enrolled(it_.gateway, 'supervisor');
  const walk = walkOf(device.kid, accept);
  for (const n of [1, 2]) await stand(row(walk, n));
  const both = new Set([codeOf(1), codeOf(2)]);
  const add = IDBObjectStore.prototype.add;
  let room = 1;
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...args) {
    if (this.name === 'queue' && room-- === 0) throw new DOMException('full', 'QuotaExceededError');
    return add.apply(this, args);
  });
  await expect(signWalk(walk, both, title)).rejects.toMatchObject({ code: 'device-storage-full' });
  vi.restoreAllMocks();
  expect([(await queue()).length, (await stoodOn(walk)).length]).toEqual([0, 2]);
  await Promise.all([signWalk(walk, both, title), signWalk(walk, both, title)]);
  expect([(await events()).map(([asset]) => asset), await stoodOn(walk)]).toEqual([[codeOf(1), codeOf(2)], []]);
});

it('knows what waits at the place, but for what was signed already', async () => {
  const device = await enrolled(it_.gateway, 'supervisor');
  const tree = (n: number, state: string, place = 'forest/9/14'): AssetView => itemOf(forestation, 'tree', state, { id: codeOf(n), place });
  const all = [tree(1, 'planted'), tree(2, 'established'), tree(3, 'planted'), tree(4, 'planted', 'forest/9/15')];
  await write(['items', 'rulebooks'], async (tx) => {
    for (const item of all) await tx.objectStore('items').put(itemRecord(item, 1, 1));
    await tx.objectStore('rulebooks').put(forestation);
  });
  it_.gateway.online = false;
  const waits = async (): Promise<string[]> => (await awaited('forest/9/14', accept, device)).map((i) => i.id);
  expect(await waits()).toEqual([codeOf(1), codeOf(3)]);
  const walk = walkOf(device.kid, accept);
  await stand(row(walk, 1));
  expect(await waits(), 'not signed yet').toEqual([codeOf(1), codeOf(3)]);
  await signWalk(walk, new Set([codeOf(1)]), title);
  expect(await waits()).toEqual([codeOf(3)]);
});
