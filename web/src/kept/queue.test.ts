import { describe, expect, it, vi } from 'vitest';
import { sha256 } from '../core/hash';
import { parseJws, readJson } from '../core/jws';
import { eventIdAt } from '../core/uuidv7';
import { unzip, zip } from '../core/zip';
import { send } from '../sync/sender';
import { codeOf, enrolled, phone, photo } from '../testing/phone';
import { destroyKept, kept, setMeta } from './db';
import { learnLedger } from './ledger';
import { notedActs, putAway } from './acts';
import { attachmentsOf, capture, captureAll, exportQueue, importQueue, letGo, queue, takeBack, watch } from './queue';

const it_ = phone();
const words = { en: 'Select', zh: '选定' };
const select = (n: number): Parameters<typeof capture>[0] => ({ asset: codeOf(n), kind: 'tree', action: 'select', rulebook: 'forestation@1' });
const payload = (jws: string): Record<string, unknown> => readJson(parseJws(jws)!.payload)!;

describe('a capture', () => {
  it('is signed at once, with its photos and the block that the device has seen', async () => {
    const device = await enrolled(it_.gateway);
    await learnLedger();
    const [a, b] = [await photo(1), await photo(2)];
    const heard = vi.fn();
    const stop = watch(heard);
    it_.gateway.online = false;
    const q = await capture(select(1), [a, b, a], words);
    stop();
    expect(q).toMatchObject({ state: 'waiting', photos: [a.sha256, b.sha256], order: 1, device: device.kid, title: words });
    expect(payload(q.jws)).toMatchObject({
      id: q.id, evidence: [{ sha256: a.sha256, type: 'image/jpeg', size: 2000 }, { sha256: b.sha256 }], seen: { block: 0 },
    });
    expect(heard).toHaveBeenCalledTimes(1);
    const there = await (await kept()).get('photos', a.sha256);
    expect(await there!.blob.arrayBuffer()).toEqual(await a.blob.arrayBuffer());
  });

  it('without a device, or that no gateway could read, is refused and leaves nothing', async () => {
    await expect(capture(select(1), [await photo(1)], words)).rejects.toMatchObject({ code: 'no-device' });
    await enrolled(it_.gateway);
    await expect(capture({ ...select(1), data: { height: 1.5 } }, [await photo(1)], words)).rejects.toMatchObject({ code: 'malformed-event', field: '/data/height' });
    expect([await queue(), await (await kept()).count('photos')]).toEqual([[], 0]);
  });

  it('whose id another tab with the same key was first to make is signed again under another one', async () => {
    const device = await enrolled(it_.gateway);
    const now = Date.UTC(2035, 0, 1);
    const [first, second, third, fourth] = await Promise.all([7, 8, 9, 10].map((n) => eventIdAt(device.kid, now, n)));
    const other = (await (await kept()).get('queue', (await capture(select(9), [], words)).id))!;
    await (await kept()).put('queue', { ...other, id: first!, order: 50 });
    await (await kept()).put('done', { ...other, id: second!, order: 51 });
    vi.spyOn(Date, 'now').mockReturnValue(now);
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((a) => {
      (a as unknown as Uint32Array)[0] = 7 << 14;
      return a;
    });
    const kept1 = await capture(select(1), [await photo(1)], words);
    expect([kept1.id, payload(kept1.jws).id]).toEqual([third, third]);
    const { rows } = await captureAll([{ draft: select(2), photos: [], at: now }], words);
    expect(rows).toEqual([{ code: codeOf(2), event: fourth }]);
    vi.restoreAllMocks();
  });

  it.each(['photos', 'queue'])('for which there is no room among the %s is told, and kept not even half', async (store) => {
    await enrolled(it_.gateway);
    await capture(select(1), [await photo(1)], words);
    const add = IDBObjectStore.prototype.add;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === store) throw new DOMException('full', 'QuotaExceededError');
      return add.apply(this, args);
    });
    await expect(capture(select(2), [await photo(2)], words)).rejects.toMatchObject({ code: 'device-storage-full' });
    vi.restoreAllMocks();
    expect([(await queue()).length, await (await kept()).count('photos')]).toEqual([1, 1]);
    expect((await capture(select(2), [await photo(2)], words)).order).toBe(2);
  });

  it('of many acts is kept whole or not at all, with a note of what each became', async () => {
    await enrolled(it_.gateway);
    const acts = [1, 2, 3].map((n) => ({ draft: select(n), photos: [], at: Date.UTC(2026, 2, n) }));
    const put = IDBObjectStore.prototype.add;
    let left = 2;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'queue' && left-- === 0) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    });
    await expect(captureAll(acts, words)).rejects.toMatchObject({ code: 'device-storage-full' });
    vi.restoreAllMocks();
    expect([await queue(), await notedActs()]).toEqual([[], []]);
    await expect(captureAll([...acts, { draft: { ...select(4), data: { height: 1.5 } }, photos: [], at: 0 }], words)).rejects.toMatchObject({ code: 'malformed-event' });
    expect(await queue()).toEqual([]);
    const noted = await captureAll(acts, words);
    const kept_ = await queue();
    expect(noted.rows).toEqual(kept_.map((q) => ({ code: q.asset, event: q.id })));
    expect(kept_.map((q) => payload(q.jws).at)).toEqual(['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z']);
    expect(await notedActs()).toEqual([noted]);
    await putAway(noted.id);
    expect([(await queue()).length, await notedActs()]).toEqual([3, []]);
  });

  it('may be taken back for a moment with its photos, and is not sent before', async () => {
    await enrolled(it_.gateway);
    const [back, kept_] = [await capture(select(1), [await photo(1)], words, 60_000), await capture(select(2), [await photo(2)], words, 60_000)];
    await send();
    expect((await queue()).map((q) => [q.asset, q.tries])).toEqual([[codeOf(1), 0], [codeOf(2), 0]]);
    expect(await takeBack(back.id)).toBe(true);
    await letGo(kept_.id);
    expect([await takeBack(kept_.id), await takeBack(back.id), await (await kept()).count('photos')]).toEqual([false, false, 1]);
    await send();
    expect(await queue()).toEqual([]);
    expect(it_.gateway.ledger.filter((e) => e.action === 'select').map((e) => e.id)).toEqual([kept_.id]);
  });

  it('names the head that was seen, unless own events come before', async () => {
    await enrolled(it_.gateway);
    const prev = 'ab'.repeat(32);
    const first = await capture({ ...select(1), prev }, [], words);
    const second = await capture({ ...select(1), prev }, [], words);
    expect([payload(first.jws).prev, payload(second.jws).prev]).toEqual([prev, undefined]);
  });
});

describe('an exported queue', () => {
  it('is imported on another person’s device and sent from there', async () => {
    await enrolled(it_.gateway);
    const [a, b] = [await capture(select(1), [await photo(1)], words), await capture({ ...select(1), kind: '', action: 'lift' }, [], words)];
    const file = await exportQueue();
    expect(await file.text()).not.toContain('"d":');
    await destroyKept();
    const other = await enrolled(it_.gateway, 'supervisor');
    expect(await importQueue(file)).toEqual({ added: 2, known: 0, foreign: 0, drafts: 0 });
    expect(await importQueue(file)).toEqual({ added: 0, known: 2, foreign: 0, drafts: 0 });
    const got = await queue();
    expect(got).toMatchObject([{ id: a.id, jws: a.jws, title: words, photos: a.photos }, { id: b.id, after: a.id }]);
    expect(got[0]!.device).not.toBe(other.kid);
    expect(await send()).toEqual({ settled: 2, moved: true, left: 0 });
    expect(it_.gateway.ledger.map((e) => e.id)).toEqual([a.id, b.id]);
    expect(await importQueue(file)).toEqual({ added: 0, known: 2, foreign: 0, drafts: 0 });
  });

  it('holds files of any type, and they arrive as they were signed', async () => {
    await enrolled(it_.gateway);
    const blob = new Blob(['%PDF-1.7 report'], { type: 'application/pdf' });
    const report = { sha256: await sha256(blob), type: 'application/pdf', size: blob.size, blob, name: 'report of Mr X.pdf' };
    const q = await capture(select(1), [await photo(1), report], words);
    expect(payload(q.jws)).toMatchObject({ evidence: [{ type: 'image/jpeg' }, { sha256: report.sha256, type: 'application/pdf', size: blob.size }] });
    expect(JSON.stringify(payload(q.jws))).not.toContain('Mr X');
    expect((await attachmentsOf(q.photos))[1]).toMatchObject({ name: report.name });
    const file = await exportQueue();
    await destroyKept();
    await enrolled(it_.gateway, 'supervisor');
    expect(await importQueue(file)).toEqual({ added: 1, known: 0, foreign: 0, drafts: 0 });
    const got = await attachmentsOf((await queue())[0]!.photos);
    expect(got).toMatchObject([{ type: 'image/jpeg' }, { type: 'application/pdf', size: blob.size, sha256: report.sha256 }]);
    expect(await got[1]!.blob.text()).toBe('%PDF-1.7 report');
    expect(await send()).toEqual({ settled: 1, moved: true, left: 0 });
  });

  it('leaves out an event whose photo is gone, and stays whole', async () => {
    await enrolled(it_.gateway);
    await capture(select(1), [await photo(1)], words);
    const b = await capture(select(2), [await photo(2)], words);
    await (await kept()).delete('photos', (await photo(1)).sha256); // as a commit does while the file is being made
    const file = await exportQueue();
    await destroyKept();
    await enrolled(it_.gateway);
    expect(await importQueue(file)).toEqual({ added: 1, known: 0, foreign: 0, drafts: 0 });
    expect((await queue()).map((q) => q.id)).toEqual([b.id]);
  });

  it('of another ledger is left out', async () => {
    await enrolled(it_.gateway);
    await capture(select(1), [], words);
    const file = await exportQueue();
    await destroyKept();
    await setMeta('ledger', { view: { net: 'another' } as never, asOf: 1 });
    expect(await importQueue(file)).toEqual({ added: 0, known: 0, foreign: 1, drafts: 0 });
  });

  it('that is damaged is not taken', async () => {
    await enrolled(it_.gateway);
    await capture(select(1), [await photo(1)], words);
    const parts = (await unzip(await exportQueue()))!;
    const [picture, list] = [...parts.entries()];
    const text = await list![1].text();
    const made = (jsonl: string, photos: [string, Blob][]): Promise<Blob> =>
      zip([{ name: 'queue.jsonl', blob: new Blob([jsonl]) }, ...photos.map(([name, blob]) => ({ name, blob }))]);
    const whole = await exportQueue();
    await destroyKept();
    await enrolled(it_.gateway);
    for (const [what, file] of [
      ['no zip', new Blob(['x'.repeat(100)])],
      ['cut', whole.slice(0, 1000)],
      ['no list', await zip([])],
      ['another first line', await made(text.replace('"version":1', '"version":9'), [picture!])],
      ['no photo', await made(text, [])],
      ['another photo', await made(text, [[picture![0], new Blob(['y'])]])],
      ['no signature', await made(text.replace(/"jws":"[^"]*"/, '"jws":"x"'), [picture!])],
    ] as const) {
      await expect(importQueue(file), what).rejects.toMatchObject({ code: 'not-an-export' });
    }
    expect(await queue()).toEqual([]);
    expect(await importQueue(whole)).toMatchObject({ added: 1 });
  });
});
