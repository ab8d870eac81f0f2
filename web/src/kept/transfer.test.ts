import { expect, it } from 'vitest';
import { unzip, zip, type ZipEntry } from '../core/zip';
import { codeOf, enrolled, phone, photo } from '../testing/phone';
import { draftAt, draftKey, drafts, keepDraft } from './drafts';
import { destroyKept } from './db';
import { capture, exportQueue, importQueue, queue } from './queue';

const it_ = phone();
const title = { en: 'Plant', zh: '栽植' };
const at = draftKey(codeOf(2), 'plant');

/** What a leaver's phone has: an event that waits, and a form that was begun. */
async function leaver(): Promise<{ file: Blob; kid: string; hash: string }> {
  const { kid } = await enrolled(it_.gateway);
  const one = await photo(1);
  await capture({ asset: codeOf(1), kind: 'tree', action: 'select', rulebook: 'forestation@1' }, [], title);
  await keepDraft(at, { fields: { crew: 'C7', pit: '1-9' }, photos: 1, amount: '' }, [one], title);
  return { file: await exportQueue(), kid, hash: one.sha256 };
}

const entriesOf = async (file: Blob): Promise<Map<string, Blob>> => new Map((await unzip(file))!);
async function packed(entries: ReadonlyMap<string, Blob>): Promise<Blob> {
  async function* all(): AsyncGenerator<ZipEntry> {
    for (const [name, blob] of entries) yield { name, blob };
  }
  return zip(all());
}

it('what a leaver signed stays the leaver’s, what was begun becomes the successor’s', async () => {
  const { file, kid, hash } = await leaver();
  await destroyKept();
  const successor = await enrolled(it_.gateway);
  expect(await importQueue(file)).toEqual({ added: 1, known: 0, foreign: 0, drafts: 1 });
  expect((await queue()).map((q) => [q.asset, q.device])).toEqual([[codeOf(1), kid]]);
  const taken = await draftAt(at);
  expect([taken!.answers.fields, taken!.title, taken!.photos.map((p) => p.sha256)]).toEqual([{ crew: 'C7', pit: '1-9' }, title, [hash]]);
  const signed = await capture({ asset: codeOf(2), kind: 'tree', action: 'select', rulebook: 'forestation@1' }, taken!.photos, title);
  expect(signed.device).toBe(successor.kid);
  expect(await importQueue(file), 'once').toEqual({ added: 0, known: 1, foreign: 0, drafts: 0 });
});

it('a form that the successor has begun too stays the successor’s', async () => {
  const { file } = await leaver();
  await destroyKept();
  await enrolled(it_.gateway);
  await keepDraft(at, { fields: { crew: 'C9' }, photos: 0 }, []);
  expect((await importQueue(file)).drafts).toBe(0);
  expect((await draftAt(at))!.answers.fields).toEqual({ crew: 'C9' });
});

it('drafts alone are exported too; a file of before there were any is taken as it is', async () => {
  await enrolled(it_.gateway);
  await keepDraft(at, { fields: {}, photos: 0 }, []);
  const file = await exportQueue();
  const entries = await entriesOf(file);
  expect([...entries.keys()]).toEqual(['drafts.jsonl', 'queue.jsonl']);
  entries.delete('drafts.jsonl');
  await destroyKept();
  expect(await importQueue(await packed(entries))).toEqual({ added: 0, known: 0, foreign: 0, drafts: 0 });
});

it.each<[string, (entries: Map<string, Blob>, hash: string) => void]>([
  ['a file that is another', (e, hash) => e.set(`drafts/${hash}`, new Blob(['x']))],
  ['a file that is missing', (e, hash) => e.delete(`drafts/${hash}`)],
  ['a line that is no draft', (e) => e.set('drafts.jsonl', new Blob(['{"at":"a/b/c/d","answers":{"fields":{"crew":7}},"photos":[],"changed":1}\n']))],
  ['links of no item', (e) => e.set('drafts.jsonl', new Blob(['{"at":"a/b/c/d","answers":{"fields":{},"inputs":[{}]},"photos":[],"changed":1}\n']))],
])('takes nothing of a file with %s', async (_what, spoil) => {
  const { file, hash } = await leaver();
  const entries = await entriesOf(file);
  spoil(entries, hash);
  await destroyKept();
  await enrolled(it_.gateway);
  await expect(importQueue(await packed(entries))).rejects.toMatchObject({ code: 'not-an-export' });
  expect([await queue(), await drafts()]).toEqual([[], []]);
});
