import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../core/event';
import { refuse } from '../../core/refusal';
import { sampled } from '../../core/sample';
import type { ActionView, AssetView, Attachment, Fields } from '../../core/types';
import type { StoodRecord } from '../../kept/stood';
import type { Answers } from '../../works/answers';
import { forestation, itemOf } from '../../works/books.testing';
import type { FormModel } from '../../works/form';
import { words } from '../../words/series';
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
const held = new Map<string, StoodRecord>();
vi.mock('../../kept/stood', () => ({
  stand: (r: StoodRecord) => Promise.resolve(void held.set(r.code, r)),
  leaveOut: (_walk: string, code?: string) => Promise.resolve(void (code === undefined ? held.clear() : held.delete(code))),
  stoodOn: () => Promise.resolve([...held.values()]),
  signWalk: (_walk: string, codes: ReadonlySet<string>) => {
    const rows = [...codes].filter((c) => held.delete(c)).map((c) => ({ code: c, event: `event-${c}` }));
    return Promise.resolve({ id: 'x', at: 0, title: { en: '', zh: '' }, rows });
  },
}));
const drafts = new Map<string, { answers: Answers; photos: readonly Attachment[]; each?: readonly string[] }>();
vi.mock('../../kept/drafts', async (actual) => ({
  ...(await actual<object>()),
  draftAt: (at: string) => Promise.resolve(drafts.get(at)),
  dropDraft: (at: string) => Promise.resolve(void drafts.delete(at)),
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
let [role, book] = ['planter', forestation];
vi.mock('../../app/app.svelte', () => ({ app: { get device() { return { role }; }, book: () => Promise.resolve(book) } }));
vi.mock('../../app/follow.svelte', () => ({ Followed: class { add = (): void => undefined; end = (): void => undefined; } }));

const { Series, grace } = await import('./series.svelte');
const { draftKey, seriesKey } = await import('../../kept/drafts');

const heard: boolean[] = [];
const fix = { position: { lat: 1, lon: 2, accuracy: 5 }, at: 0 };

function series(action: string, at: typeof fix | undefined = fix) {
  const kind = kindOf(forestation, 'tree')!;
  return new Series({ action: actionOf(kind, action)!, kind, rulebook: forestation }, () => at, (good) => heard.push(good));
}

/** The acceptance of trees, of which one in five needs a photo, on a walk. */
function walk(at: () => typeof fix | undefined = () => fix) {
  const kind = kindOf(forestation, 'tree')!;
  const accept = actionOf(kind, 'accept')!;
  const action: ActionView = { ...accept, walk: true, asks: { ...accept.asks, sample: 5 } };
  const rulebook = { ...forestation, kinds: forestation.kinds.map((k) => (k === kind ? { ...k, actions: k.actions.map((a) => (a === accept ? action : a)) } : k)) };
  book = rulebook;
  role = 'supervisor';
  const s = new Series({ action, kind, rulebook }, at, (good) => heard.push(good), { name: 'walk', place: 'forest/1' });
  s.common.fields.condition = 'good';
  return s;
}

const code = (n: number): string => `95200010000000${n}`;
const states = (s: InstanceType<typeof Series>) => s.rows.map((r) => [r.code, r.state]);

beforeEach(() => {
  vi.useFakeTimers();
  captured.length = 0;
  held.clear();
  drafts.clear();
  [role, book] = ['planter', forestation];
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
    expect([s.asks(code(1)), s.form.fields.filter(s.asksEach).map((f) => f.name)]).toEqual([true, ['pit']]);
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

describe('a walk', () => {
  const photo = { sha256: 'a'.repeat(64), type: 'image/jpeg', size: 1, blob: new Blob() } as Attachment;
  const plain = Array.from({ length: 9 }, (_, n) => code(n + 1)).filter((c) => !sampled(c, 5));
  const inSample = Array.from({ length: 9 }, (_, n) => code(n + 1)).find((c) => sampled(c, 5))!;
  beforeEach(() => {
    for (const c of [...plain, inSample]) items.set(c, itemOf(forestation, 'tree', 'planted', { id: c, tags: c === plain[0] ? ['TAG00001'] : [] }));
  });

  it('keeps each scan with its own position and time, signs nothing before the end, and then what was stood before alone', async () => {
    let lat = 0;
    const s = walk(() => ({ ...fix, position: { ...fix.position, lat: ++lat } }));
    const began = Date.now();
    for (const c of plain.slice(0, 3)) {
      await s.scan(c);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    await s.scan('TAG00001');
    expect([s.count, captured, heard]).toEqual([3, [], [true, true, true, false]]);
    expect([...held.values()].map((r) => [r.code, r.draft.place?.lat, r.at - began, r.place])).toEqual(plain.slice(0, 3).map((c, i) => [c, i + 1, i * 60_000, 'forest/1']));
    await s.sign(new Set([plain[0]!, plain[1]!, code(0)]));
    expect([s.count, [...held.keys()], states(s).filter(([, state]) => state === 'waiting').length]).toEqual([1, [plain[2]], 2]);
  });

  it('goes on where it was left', async () => {
    await walk().scan(plain[0]!);
    const s = walk();
    await s.resume();
    expect(states(s)).toEqual([[plain[0], 'stood']]);
    await s.scan('TAG00001');
    expect([heard.at(-1), held.size]).toEqual([false, 1]);
    await s.undo();
    expect([states(s), held.size]).toEqual([[[plain[0], 'undone']], 0]);
  });

  it('asks for the photo of one in the sample alone', async () => {
    const s = walk();
    await s.scan(plain[0]!);
    await s.scan(inSample);
    expect([s.asking?.row, held.size]).toEqual([inSample, 1]);
    expect(await s.answer()).toBe(false);
    s.asking!.filling.photos = [photo];
    expect(await s.answer()).toBe(true);
    expect(held.get(inSample)?.photos).toEqual([photo]);
  });

  it('takes nothing that is closed up or a key element, and nothing whose own version of the rulebook has it looked at alone', async () => {
    const s = walk();
    const tree = kindOf(book, 'tree')!;
    const accept = actionOf(tree, 'accept')!;
    const { walk: _, ...alone } = accept;
    // A kind that several organisations accept together, under an action of the same name.
    const closed = { ...tree, name: 'closed', actions: [{ ...alone, signers: ['builder', 'supervisor'] }] };
    book = { ...book, kinds: [...book.kinds, closed] };
    items.set(plain[0]!, itemOf(book, 'closed', 'planted', { id: plain[0]! }));
    await s.scan(plain[0]!);
    book = { ...book, kinds: [{ ...tree, actions: [alone] }] };
    await s.scan(plain[1]!);
    expect([states(s), held.size, heard]).toEqual([[[plain[1], 'wrong'], [plain[0], 'wrong']], 0, [false, false]]);
    expect(s.rows[0]?.why).toEqual(words.both('oneByOne'));
  });

  it('takes nothing where it does not know where it is', async () => {
    const s = walk(() => undefined);
    await s.scan(plain[0]!);
    expect([s.rows[0]?.state, held.size]).toEqual(['wrong', 0]);
  });
});

describe('what was filled in', () => {
  const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
  const fields = { work: 'spray', litres: '20', product: '' };

  it('goes on where it was left: with every scan, and with one', async () => {
    const first = series('tend');
    drafts.set(first.at, { answers: { fields, photos: 0 }, photos: [], each: ['product'] });
    expect(first.at).toBe(seriesKey('tend', { book: 'forestation', kind: 'tree' }));
    items.set(code(1), itemOf(forestation, 'tree', 'planted', { id: code(1) }));
    drafts.set(draftKey(code(1), 'tend'), { answers: { fields: { ...fields, product: 'Soap' }, photos: 0 }, photos: [] });
    await first.suggest();
    expect([first.begun, first.common.fields, first.each]).toEqual([{ restored: true }, fields, { product: true }]);
    await first.scan(code(1));
    await turn();
    expect([first.ready?.restored, first.asking?.filling.fields.product]).toEqual([true, 'Soap']);
    await first.answer();
    await turn();
    expect([captured.map((d) => d.data), drafts.has(draftKey(code(1), 'tend'))], 'recorded, it is no draft any more').toEqual([[{ work: 'spray', litres: 20, product: 'Soap' }], false]);
  });

  it('does not write over what goes with every scan, where the form was begun on the item’s own page', async () => {
    const s = series('tend');
    Object.assign(s.common.fields, { work: 'spray', litres: '20' });
    s.each.product = true;
    items.set(code(1), itemOf(forestation, 'tree', 'planted', { id: code(1) }));
    drafts.set(draftKey(code(1), 'tend'), { answers: { fields: { work: '', litres: '', product: 'Soap' }, photos: 0 }, photos: [] });
    await s.scan(code(1));
    await turn();
    expect(s.asking?.filling.fields).toMatchObject({ work: 'spray', litres: '20', product: 'Soap' });
    expect(await s.answer()).toBe(true);
  });

  it('is forgotten of what was skipped', async () => {
    const s = series('tend');
    s.common.fields.work = 'spray';
    s.each.product = true;
    items.set(code(1), itemOf(forestation, 'tree', 'planted', { id: code(1) }));
    await s.scan(code(1));
    await turn();
    drafts.set(draftKey(code(1), 'tend'), { answers: { fields, photos: 0 }, photos: [] });
    s.skip();
    await turn();
    expect(drafts.size).toBe(0);
  });
});
