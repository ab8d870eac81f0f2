import { describe, expect, it } from 'vitest';
import type { AssetView, RulebookView } from '../core/types';
import { sampled } from '../core/sample';
import { answersToDraft, noAnswers, readField, type Answers } from './answers';
import { levee, forestation, itemOf, tree } from './books.testing';
import { asksNothing, formOf, type FormField } from './form';
import { linkTo, type Link } from './links';
import { actionOf, kindOf } from './rulebook';
import { entryOf } from './units';

function form(book: RulebookView, kind: string, action: string) {
  const k = kindOf(book, kind)!;
  return formOf(actionOf(k, action)!, k, book);
}

const here = { lat: 38_912_345, lon: 115_912_345, accuracy: 8 };
const answer = (a: Partial<Answers>): Answers => ({ ...noAnswers, ...a });
const received = itemOf(forestation, 'tree', 'received');

function drafted(f: ReturnType<typeof form>, a: Partial<Answers>, subject: AssetView | { id: string } = received) {
  const result = answersToDraft(f, answer(a), subject);
  return 'draft' in result ? result.draft : result;
}

function wrong(f: ReturnType<typeof form>, a: Partial<Answers>, subject: AssetView | { id: string } = received): Record<string, string> {
  const result = answersToDraft(f, answer(a), subject);
  return 'errors' in result ? Object.fromEntries(Object.entries(result.errors).map(([k, v]) => [k, v.en])) : {};
}

it('asks for the photos of a sample of those alone that their codes take', () => {
  const f = { ...form(forestation, 'tree', 'plant'), sample: 5 };
  const codes = Array.from({ length: 20 }, (_, n) => `9520${String(n).padStart(13, '0')}`);
  const asked = codes.filter((id) => '/evidence' in wrong(f, {}, { id }));
  expect(asked).toEqual(codes.filter((id) => sampled(id, 5)));
  expect(asked.length % 20).toBeGreaterThan(0);
});

describe('planting', () => {
  const f = form(forestation, 'tree', 'plant');
  it('asks what the rulebook asks', () => {
    expect(f.fields.map((x) => [x.name, x.type, x.optional])).toEqual([['plot', 'place', false], ['pit', 'string', false], ['crew', 'string', false], ['height', 'integer', true]]);
    expect([f.place, f.evidence, f.amount, f.inputs, f.refs, f.tag]).toEqual(['required', 1, undefined, undefined, undefined, undefined]);
  });
  it('becomes an event in the smallest units', () => {
    expect(drafted(f, { fields: { plot: 'forest/9-14', pit: ' P-7 ', crew: 'C7', height: '2.35' }, place: here, photos: 1 })).toEqual({
      asset: tree, action: 'plant', rulebook: 'forestation@1', place: here, data: { plot: 'forest/9-14', pit: 'P-7', crew: 'C7', height: 2350 },
    });
  });
  it('says everything that is missing', () => {
    expect(wrong(f, {})).toEqual({
      '/evidence': 'A photo or a file is needed; 1 in all.', '/place': 'A position is needed. Get it in the open.',
      '/data/plot': 'Choose one.', '/data/pit': 'Please fill this in.', '/data/crew': 'Please fill this in.',
    });
  });
  it.each([
    ['tall', '“tall” is not a number. Write it like 2.35.'],
    ['2.3456', 'At most 3 digits after the point.'],
    ['0.05', 'At least 0.1\u00a0m.'],
    ['61', 'At most 60\u00a0m.'],
  ])('height %s', (height, want) => {
    expect(wrong(f, { fields: { plot: 'forest/9-14', pit: 'P', crew: 'C', height }, place: here, photos: 1 })).toEqual({ '/data/height': want });
  });
});

describe('fields', () => {
  const field = (more: Partial<FormField>): FormField => ({ name: 'x', title: { en: 'X', zh: 'X' }, type: 'string', optional: false, maxLength: 5, ...more });
  const choices = [{ value: 'good', title: { en: 'Good', zh: '良好' } }];
  it.each([
    [field({}), 'abc', { value: 'abc' }],
    [field({}), 'abcdef', 'error'],
    [field({}), '树树树树树', { value: '树树树树树' }],
    [field({}), '🌲🌲🌲🌲🌲', { value: '🌲🌲🌲🌲🌲' }],
    [field({}), 'a\u0007', 'error'],
    [field({}), '\ud800', 'error'],
    [field({}), '  ', 'error'],
    [field({ optional: true }), '  ', { value: undefined }],
    [field({ choices }), 'good', { value: 'good' }],
    [field({ choices }), 'best', 'error'],
    [field({ type: 'bool' }), false, { value: false }],
    [field({ type: 'bool' }), undefined, 'error'],
    [field({ type: 'bool', optional: true }), undefined, { value: undefined }],
    [field({ type: 'strings' }), ['a', '', ' b '], { value: ['a', 'b'] }],
    [field({ type: 'strings' }), [''], 'error'],
    [field({ type: 'strings', maxLength: 1 }), ['a', 'b'], 'error'],
    [field({ type: 'integers', entry: entryOf('kg/m3'), min: 500, max: 3000 }), ['1.65', '1,7', ''], { value: [1650, 1700] }],
    [field({ type: 'integers', entry: entryOf('kg/m3'), min: 500, max: 3000 }), ['1.65', '17'], 'error'],
    [field({ type: 'integer', entry: entryOf('0.01 %') }), '12.5', { value: 1250 }],
    [field({ type: 'place' }), 'forest/1', { value: 'forest/1' }],
  ])('%# %j', (f, given, want) => {
    const read = readField(f, given);
    if (want === 'error') expect(read).toHaveProperty('error');
    else expect(read).toEqual(want);
  });
  it('names the value that is wrong in a list', () => {
    const read = readField(field({ type: 'integers', entry: entryOf('mm') }), ['1', 'x']);
    expect('error' in read && read.error.zh).toBe('第 2 个：“x”不是数字。请按 2.35 的格式填写。');
  });
});

describe('creating', () => {
  const f = form(levee, 'soil', 'deliver');
  it('names the kind and the amount', () => {
    expect(drafted(f, { fields: { source: 'Pit 3' }, amount: '40 000', photos: 1 }, { id: tree })).toEqual({
      asset: tree, kind: 'soil', action: 'deliver', rulebook: 'levee@1', amount: 40_000, data: { source: 'Pit 3' },
    });
  });
  it.each([
    ['', 'How much?'],
    ['0', 'It has to be more than 0.'],
    ['1.5', 'Enter a whole number.'],
  ])('amount %j', (amount, want) => expect(wrong(f, { amount, photos: 1 }, { id: tree })).toHaveProperty('/amount', want));
  it('leaves a list of codes to the desk', () => {
    expect(wrong(form(forestation, 'tree-lot', 'select'), { photos: 1, fields: { species: 'Pinus' } }, { id: tree })).toHaveProperty('/list');
  });
});

describe('what goes in', () => {
  const f = form(levee, 'layer', 'fill');
  const layer = itemOf(levee, 'layer', 'open');
  const soil = itemOf(levee, 'soil', 'released', { id: '952000188888888', quantity: { total: 9000, left: 500 } });
  const take = (item: AssetView, others: readonly Link[] = []): Link => {
    const result = linkTo(f.inputs!, item, layer.id, others);
    if ('error' in result) throw new Error(result.error.en);
    return result.link;
  };
  it('is an input with its amount', () => {
    expect(drafted(f, { inputs: [{ ...take(soil), amount: '500' }] }, layer)).toMatchObject({ inputs: [{ asset: soil.id, amount: 500 }] });
  });
  it.each([
    ['', 'How much of', '/inputs/0'],
    ['501', 'Only 500', '/inputs/0'],
    ['0', 'more than 0', '/inputs/0'],
  ])('%j of it', (amount, _, pointer) => expect(wrong(f, { inputs: [{ ...take(soil), amount }] }, layer)).toHaveProperty([pointer]));
  it('needs one at least', () => expect(wrong(f, {}, layer)).toEqual({ '/inputs': 'At least 1 to scan; there are 0.' }));
  it.each([
    ['the item itself', layer, 'That is the item itself.'],
    ['another kind', itemOf(levee, 'layer', 'open', { id: '952000177777777' }), 'Layer of fill cannot be used here. Expected: '],
    ['another state', itemOf(levee, 'soil', 'delivered', { id: '952000177777777' }), 'It is “Delivered'],
    ['something used up', itemOf(levee, 'soil', 'released', { id: '952000177777777', usedBy: tree }), 'It has been used up.'],
  ])('refuses %s', (_, item, want) => {
    const result = linkTo(f.inputs!, item, layer.id, []);
    expect('error' in result && result.error.en).toContain(want);
  });
  it('refuses the same twice', () => expect(linkTo(f.inputs!, soil, layer.id, [take(soil)])).toHaveProperty('error'));
});

it('names what it relates to', () => {
  const f = form(forestation, 'tree', 'replace');
  const planted = itemOf(forestation, 'tree', 'planted', { id: '952000166666666' });
  const result = linkTo(f.refs!, planted, tree, []);
  if ('error' in result) throw new Error(result.error.en);
  expect(drafted(f, { refs: [result.link] }, itemOf(forestation, 'tree', 'dead'))).toEqual({ asset: tree, action: 'replace', rulebook: 'forestation@1', refs: [planted.id] });
});

describe('tags', () => {
  const tagged = itemOf(forestation, 'tree', 'planted', { tags: ['952000155555555'] });
  it('are bound', () => {
    expect(drafted(form(forestation, 'tree', 'bind'), { tag: '952000144444444' }, tagged)).toMatchObject({ tag: '952000144444444' });
  });
  it('are replaced', () => {
    expect(drafted(form(forestation, 'tree', 'retag'), { tag: '952000144444444', replaces: '952000155555555', photos: 1 }, tagged)).toMatchObject({ replaces: '952000155555555' });
  });
  it.each([
    [{}, ['/tag', '/replaces']],
    [{ tag: tree }, ['/tag', '/replaces']],
    [{ tag: '952000155555555', replaces: tree }, ['/tag']],
  ])('%j', (a, pointers) => expect(Object.keys(wrong(form(forestation, 'tree', 'retag'), { ...a, photos: 1 }, tagged))).toEqual(pointers));
});

describe('corrections', () => {
  const f = form(forestation, 'tree', 'correct');
  it('name the record', () => {
    expect(wrong(f, { fields: { reason: 'typo' } })).toEqual({ '/corrects': 'Choose the record to correct.' });
    expect(drafted(f, { fields: { reason: 'typo', dbh: '8.7' }, corrects: 'e1' })).toMatchObject({ corrects: 'e1', data: { reason: 'typo', dbh: 87 } });
  });
});

it('says nothing that was not asked', () => {
  const f = form(levee, 'soil', 'release');
  expect(asksNothing(f)).toBe(true);
  const item = itemOf(levee, 'soil', 'delivered');
  expect(drafted(f, { fields: { stray: 'x' }, place: here, amount: '5', tag: '952000144444444' }, item)).toEqual({ asset: tree, action: 'release', rulebook: 'levee@1' });
});

it('takes readings in the unit of the sheet', () => {
  const f = form(levee, 'layer', 'test');
  expect(drafted(f, { fields: { samples: ['1.65', '1.702', ''] } }, itemOf(levee, 'layer', 'filling'))).toMatchObject({ data: { samples: [1650, 1702] } });
});

it('scans what a new thing lies under', () => {
  const kinds = levee.kinds.map((k) => (k.name === 'layer' ? { ...k, under: { kinds: [{ kind: 'soil', states: ['released'] }] } } : k));
  const f = form({ ...levee, kinds }, 'layer', 'start');
  const above = itemOf(levee, 'soil', 'released', { id: '952000133333333' });
  const result = linkTo(f.under!, above, tree, []);
  if ('error' in result) throw new Error(result.error.en);
  const a = { fields: { section: 'levee/1', design: '1.65' }, place: here, photos: 1 };
  expect(wrong(f, a, { id: tree })).toEqual({ '/under': 'Scan what it belongs under.' });
  expect(drafted(f, { ...a, under: [result.link] }, { id: tree })).toMatchObject({ under: above.id, data: { design: 1650 } });
});

describe('a list of entries', () => {
  const member = (name: string, type: FormField['type'], more: Partial<FormField> = {}): FormField => ({ name, title: { en: name, zh: name }, type, optional: false, maxLength: 200, ...more });
  const f = member('defects', 'entries', {
    maxLength: 2,
    members: [
      member('code', 'string', { choices: [{ value: 'crack', title: { en: 'Crack', zh: '裂缝' } }] }),
      member('length', 'integer', { optional: true, entry: entryOf('mm'), max: 5000 }),
      member('mended', 'bool', { optional: true }),
    ],
  });
  it('gives each its values', () =>
    expect(readField(f, [{ code: 'crack', length: '0.012', mended: false }, { code: 'crack', length: ' ' }])).toEqual({ value: [{ code: 'crack', length: 12, mended: false }, { code: 'crack' }] }));
  it('says in which of them what is wrong', () => {
    expect(readField(f, [{ code: 'crack' }, { length: '0.012' }])).toMatchObject({ error: { en: expect.stringMatching(/^No\. 2: code: /) as string } });
    expect(readField(f, [{ code: 'crack', length: '6' }])).toMatchObject({ error: { en: expect.stringMatching(/^No\. 1: length: /) as string } });
    expect(readField(f, [{}, {}, {}])).toHaveProperty('error');
    expect(readField(f, [])).toHaveProperty('error');
    expect(readField({ ...f, optional: true }, [])).toEqual({ value: undefined });
  });
});
