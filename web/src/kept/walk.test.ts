import { expect, it } from 'vitest';
import type { AssetView } from '../core/types';
import { codeOf, enrolled, phone } from '../testing/phone';
import { forestation, itemOf } from '../works/books.testing';
import { auditOf } from '../works/shape';
import { scan, unchecked } from '../works/walk';
import { closeKept, setMeta, write } from './db';
import { itemRecord } from './items';
import { attachmentsOf, queue } from './queue';
import { beginWalk, dropWalk, keepWalk, keptWalk, recordWalk, whereKept } from './walk';

const it_ = phone();
const plot = 'forest/9/14';
const tree = (n: number, more: Partial<AssetView> = {}): AssetView => ({ ...itemOf(forestation, 'tree', 'planted', { id: codeOf(n), place: plot }), ...more });
const audits = { book: forestation, audit: auditOf(forestation)! };

/** A phone that has the plot, and a tree of another one, and no network. */
async function taken(): Promise<void> {
  await enrolled(it_.gateway, 'regulator');
  const lot = itemOf(forestation, 'tree-lot', 'received', { id: codeOf(7), place: plot, list: { count: 3, root: 'ab'.repeat(32) } });
  const all = [tree(1), tree(2, { tags: ['TAG00002'] }), tree(3, { state: 'dead' }), lot, tree(5, { place: 'forest/9/15' })];
  await write(['items', 'rulebooks'], async (tx) => {
    for (const item of all) await tx.objectStore('items').put(itemRecord(item, 1, 1));
    await tx.objectStore('rulebooks').put(forestation);
  });
  it_.gateway.online = false;
}

it('compares what is scanned with the list that was taken along, and goes on after the phone died', async () => {
  await taken();
  let walk = (await beginWalk(plot))!;
  expect(walk.expected, 'no lot, and nothing that is gone').toEqual([codeOf(1), codeOf(2)]);
  for (const code of ['TAG00002', codeOf(5), codeOf(3), codeOf(8)]) {
    walk = (await scan(walk, code, 1, whereKept)).session;
    await keepWalk(walk);
  }
  expect(walk.rows.map((r) => [r.code, r.verdict])).toEqual([[codeOf(2), 'found'], [codeOf(5), 'elsewhere'], [codeOf(3), 'gone'], [codeOf(8), 'unchecked']]);
  await closeKept();
  expect(await keptWalk()).toEqual(walk);
  expect(unchecked((await keptWalk())!)).toBe(1);
});

it('is signed without a network with its whole list as a file, and kept no longer', async () => {
  await taken();
  const walk = (await scan((await beginWalk(plot))!, codeOf(1), 1, whereKept)).session;
  const { id } = await recordWalk(walk, audits, codeOf(99), ' windfall ');
  const [q] = await queue();
  expect([q!.id, q!.asset, q!.kind, q!.state]).toEqual([id, codeOf(99), 'audit', 'waiting']);
  const [file] = await attachmentsOf(q!.photos);
  expect(await file!.blob.text()).toContain(`${codeOf(2)},missing,${plot}`);
  expect(await keptWalk()).toBeUndefined();
});

it('is recorded once, though the phone died after it was signed', async () => {
  await taken();
  const walk = (await scan((await beginWalk(plot))!, codeOf(1), 1, whereKept)).session;
  await setMeta('walk', { ...walk, asset: codeOf(99) });
  expect(await keptWalk(), 'it died before').toMatchObject({ rows: [{ code: codeOf(1) }] });
  await recordWalk(walk, audits, codeOf(99), '');
  await setMeta('walk', { ...walk, asset: codeOf(99) }); // it died after
  expect(await keptWalk()).toBeUndefined();
  await dropWalk();
  expect(await queue()).toHaveLength(1);
});
