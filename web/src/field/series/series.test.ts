import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../core/event';
import { refuse } from '../../core/refusal';
import type { AssetView, Attachment, Fields } from '../../core/types';
import { forestation, itemOf } from '../../works/books.testing';
import type { FormModel } from '../../works/form';
import { actionOf, kindOf } from '../../works/rulebook';
import { suggestions, toRemember } from '../../works/suggest';

const captured: Draft[] = [];
/** Those of the captured ones that may be sent. */
const gone: string[] = [];
const items = new Map<string, AssetView>();

vi.mock('../../kept/queue', () => ({
  capture: vi.fn((draft: Draft) => {
    captured.push(draft);
    return Promise.resolve({ id: draft.asset });
  }),
  letGo: vi.fn((id: string) => Promise.resolve(void gone.push(id))),
  takeBack: vi.fn((id: string) => Promise.resolve(!gone.includes(id) && captured.splice(captured.findIndex((d) => d.asset === id), 1).length === 1)),
  watch: () => () => undefined,
  queued: () => Promise.resolve(undefined),
  committed: () => Promise.resolve([]),
}));
vi.mock('../../kept/works', () => ({
  findItem: vi.fn((code: string) => {
    if (code === 'LOST0000') return Promise.reject(refuse('not-kept'));
    const item = items.get(code);
    return Promise.resolve(item && { item, kept: false, asOf: 0, own: [], ahead: false });
  }),
}));
/** What this phone gave last. */
let given: Record<string, string> = {};
vi.mock('../../kept/given', () => ({
  suggested: (form: FormModel) => Promise.resolve(suggestions(form, given)),
  noteGiven: (form: FormModel, data: Fields | undefined) => Promise.resolve(void (given = { ...given, ...toRemember(form, data) })),
}));
vi.mock('../../app/app.svelte', () => ({ app: { device: { role: 'planter' }, book: () => Promise.resolve(forestation) } }));
vi.mock('../../app/follow.svelte', () => ({ Followed: class { add = (): void => undefined; end = (): void => undefined; } }));

const { Series, grace } = await import('./series.svelte');

const heard: boolean[] = [];
const fix = { position: { lat: 1, lon: 2, accuracy: 5 }, at: 0 };

function series(action: string, at: typeof fix | undefined = fix) {
  const kind = kindOf(forestation, 'tree')!;
  return new Series({ action: actionOf(kind, action)!, kind, rulebook: forestation }, () => at, (good) => heard.push(good));
}

const code = (n: number): string => `95200010000000${n}`;
const states = (s: InstanceType<typeof Series>) => s.rows.map((r) => [r.code, r.state]);

beforeEach(() => {
  vi.useFakeTimers();
  captured.length = 0;
  given = {};
  gone.length = 0;
  heard.length = 0;
  items.clear();
  for (const n of [1, 2, 3]) items.set(code(n), itemOf(forestation, 'tree', 'shipped', { id: code(n), tags: [`TAG0000${n}`] }));
  items.set('TAG00001', items.get(code(1))!);
  items.set(code(9), itemOf(forestation, 'tree', 'planted', { id: code(9) }));
});
afterEach(() => vi.useRealTimers());

describe('a series', () => {
  it('records one after the other with the common answers', async () => {
    const s = series('receive');
    s.common.fields.waybill = 'W-1';
    await s.scan(code(1));
    expect(states(s)).toEqual([[code(1), 'soon']]);
    expect([captured.length, gone], 'kept at once, sent later').toEqual([1, []]);
    await s.scan(code(2));
    expect(gone).toEqual([code(1)]);
    await vi.advanceTimersByTimeAsync(grace);
    expect(captured.map((d) => [d.asset, d.data, d.place])).toEqual([
      [code(1), { waybill: 'W-1' }, fix.position],
      [code(2), { waybill: 'W-1' }, fix.position],
    ]);
    expect([s.count, heard, gone]).toEqual([2, [true, true], [code(1), code(2)]]);
  });

  it('takes the last one back', async () => {
    const s = series('receive');
    await s.scan(code(1));
    await s.undo();
    await vi.advanceTimersByTimeAsync(grace * 2);
    expect([captured, states(s), s.count]).toEqual([[], [[code(1), 'undone']], 0]);
    await s.scan(code(1));
    await s.settle();
    expect(captured).toHaveLength(1);
  });

  it('says a duplicate at once, also by the item’s tag', async () => {
    const s = series('receive');
    await s.scan(code(1));
    await s.scan(code(1));
    await s.scan('TAG00001');
    await vi.advanceTimersByTimeAsync(grace);
    expect([captured.length, s.count, heard]).toEqual([1, 1, [true, false, false]]);
    expect(s.rows.find((r) => r.code === code(1))?.why?.en).toContain('Scanned already');
  });

  it.each([
    [code(9), 'It is “Planted”'],
    ['NOSUCH00', 'not on record'],
  ])('refuses %s with the reason', async (which, why) => {
    const s = series('receive');
    await s.scan(which);
    expect(s.rows[0]).toMatchObject({ state: 'wrong' });
    expect(s.rows[0]?.why?.en).toContain(why);
    expect([captured, heard]).toEqual([[], [false]]);
  });
});

describe('what this phone never saw', () => {
  it('is recorded without a network, and said to be judged later', async () => {
    const s = series('receive');
    await s.scan('LOST0000');
    expect(s.rows[0]).toMatchObject({ code: 'LOST0000', state: 'soon', unseen: true });
    await s.scan('LOST0000');
    await vi.advanceTimersByTimeAsync(grace);
    expect([captured.map((d) => [d.asset, d.action, d.kind, d.prev]), s.count]).toEqual([[['LOST0000', 'receive', undefined, undefined]], 1]);
  });

  it('is asked for its own answers, too', async () => {
    const s = series('plant');
    Object.assign(s.common.fields, { plot: 'forest/1', crew: 'C7', pit: 'P-1' });
    await s.scan('LOST0000');
    expect(s.asking).toMatchObject({ row: 'LOST0000', item: undefined });
    s.skip();
    expect([states(s), captured]).toEqual([[['LOST0000', 'undone']], []]);
  });
});

describe('what is asked at each scan', () => {
  const photo = { sha256: 'a'.repeat(64), type: 'image/jpeg', size: 1, blob: new Blob() } as Attachment;
  it('holds the next scan until it is answered', async () => {
    for (const n of [1, 2]) items.set(code(n), itemOf(forestation, 'tree', 'received', { id: code(n) }));
    const s = series('plant');
    Object.assign(s.common.fields, { plot: 'forest/1', crew: 'C7' });
    expect([s.perItem, s.form.fields.filter(s.asksEach).map((f) => f.name)]).toEqual([true, ['pit']]);
    await s.scan(code(1));
    expect(states(s)).toEqual([[code(1), 'asking']]);
    await s.scan(code(2));
    expect(states(s)).toEqual([[code(1), 'asking']]);
    expect(await s.answer()).toBe(false);
    expect(Object.keys(s.asking!.filling.errors)).toEqual(['/data/pit', '/evidence']);
    s.asking!.filling.fields.pit = 'P-1';
    s.asking!.filling.photos = [photo];
    s.asking!.filling.photos = [];
    s.asking!.filling.photosTaken = Promise.resolve().then(() => void (s.asking!.filling.photos = [photo]));
    expect(await s.answer(), 'a photo that is still being made smaller is waited for').toBe(true);
    expect(captured[0]).toMatchObject({ asset: code(1), place: fix.position, data: { plot: 'forest/1', crew: 'C7', pit: 'P-1' } });
  });

  it('asks for each of two that were looked up at the same time', async () => {
    for (const n of [1, 2, 3]) items.set(code(n), itemOf(forestation, 'tree', 'received', { id: code(n) }));
    const s = series('plant');
    Object.assign(s.common.fields, { plot: 'forest/1', crew: 'C7', pit: 'P-1' });
    await Promise.all([1, 2, 3].map((n) => s.scan(code(n)))); // none is found before the last is scanned
    const first = s.asking!;
    expect([first.row, states(s).map(([, state]) => state)]).toEqual([code(1), ['asking', 'asking', 'asking']]);
    first.filling.photos = [photo];
    expect(await s.answer()).toBe(true);
    expect([s.asking?.row, s.asking?.filling.photos]).toEqual([code(2), []]);
    s.skip();
    s.asking!.filling.photos = [photo];
    expect([s.asking?.row, await s.answer(), s.asking]).toEqual([code(3), true, undefined]);
    await s.settle();
    expect(captured.map((d) => d.asset)).toEqual([code(1), code(3)]);
  });

  it('lets the one before go, also when it is answered while that is still being kept', async () => {
    for (const n of [1, 2]) items.set(code(n), itemOf(forestation, 'tree', 'received', { id: code(n) }));
    const s = series('plant');
    Object.assign(s.common.fields, { plot: 'forest/1', crew: 'C7', pit: 'P-1' });
    const both = [];
    for (const n of [1, 2]) {
      await s.scan(code(n));
      s.asking!.filling.photos = [photo];
      both.push(s.answer());
      while (s.asking !== undefined) await Promise.resolve();
    }
    await Promise.all(both);
    await s.settle();
    expect(states(s)).toEqual([[code(2), 'waiting'], [code(1), 'waiting']]);
    expect(gone.toSorted()).toEqual([code(1), code(2)]);
  });

  it('suggests the crew for all of them, and at each the number after the one before', async () => {
    for (const n of [1, 2]) items.set(code(n), itemOf(forestation, 'tree', 'received', { id: code(n) }));
    given = { crew: 'C7', pit: '1-19' };
    const s = series('plant');
    await s.suggest();
    expect(s.common.fields).toMatchObject({ crew: 'C7', pit: '' });
    s.common.fields.plot = 'forest/1';
    for (const [n, pit] of [[1, '1-20'], [2, '1-21']] as const) {
      await s.scan(code(n));
      const { filling } = s.asking!;
      await vi.waitFor(() => expect(filling.fields.pit).toBe(pit));
      const field = s.form.fields.find((f) => f.name === 'pit')!;
      expect(filling.suggestionOf(field)).toBe('next');
      filling.photos = [photo];
      expect(await s.answer()).toBe(true);
      filling.fields.pit = '7';
      expect(filling.suggestionOf(field), 'what was changed is no suggestion').toBeUndefined();
    }
    await s.settle();
    expect(captured.map((d) => d.data?.pit)).toEqual(['1-20', '1-21']);
  });

  it('leaves one out', async () => {
    items.set(code(1), itemOf(forestation, 'tree', 'received', { id: code(1) }));
    const s = series('plant');
    await s.scan(code(1));
    s.skip();
    expect([states(s), s.asking, captured]).toEqual([[[code(1), 'undone']], undefined, []]);
  });

  it('asks what the person wants asked', async () => {
    const s = series('receive');
    s.each.height = true;
    await s.scan(code(1));
    expect(s.asking?.filling.fields.height).toBe('');
  });
});
