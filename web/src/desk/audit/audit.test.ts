import { describe, expect, test } from 'vitest';
import type { AssetView } from '../../core/types';
import { compare, differenceList, parseCsv, readInventory } from './inventory';
import { begin, countsOf, listOf, missing, scan, settle, unchecked, type Answer, type Ask } from '../../works/walk';

const item = (id: string, more: Partial<AssetView> = {}): AssetView => ({ id, tags: [], fields: {}, ...more }) as AssetView;
const [a, b, c, other] = ['95200010000A', '95200010000B', '95200010000C', '95200010000X'] as const;

const known: Readonly<Record<string, Answer>> = { [other]: { id: other, place: 'forest/9/2', gone: false }, OLD00001: { id: 'OLD00001', gone: true } };
const ask: Ask = (codes) => Promise.resolve(codes.map((code) => known[code]));

describe('a session', () => {
  const offline = (): Promise<never> => Promise.reject(new Error('unreachable'));

  test('tells found, missing, elsewhere, gone, unknown and duplicate apart', async () => {
    let s = begin('forest/9/1', [item(a, { tags: ['TAG00001'] }), item(b), item(c)], 7, 0);
    for (const code of [a, 'TAG00001', b, other, other, 'NOBODY01', 'OLD00001']) s = (await scan(s, code, 1, ask)).session;
    expect(s.rows.map((r) => [r.code, r.verdict, r.again])).toEqual([
      [a, 'found', 1], [b, 'found', 0], [other, 'elsewhere', 1], ['NOBODY01', 'unknown', 0], ['OLD00001', 'gone', 0],
    ]);
    expect(countsOf(s)).toEqual({ expected: 3, found: 2, missing: 1, elsewhere: 2, unknown: 1, duplicate: 2 });
    expect(missing(s)).toEqual([c]);
    expect(listOf(s).at(-1)).toEqual([c, 'missing', 'forest/9/1', '', 0]);
  });

  test('goes on without a network, and settles later', async () => {
    let s = begin('forest/9/1', [item(a)], 7, 0);
    s = (await scan(s, a, 1, offline)).session;
    s = (await scan(s, other, 2, offline)).session;
    expect(unchecked(s)).toBe(1);
    await expect(settle(s, offline)).rejects.toThrow('unreachable');
    s = await settle(JSON.parse(JSON.stringify(s)) as typeof s, ask);
    expect(unchecked(s)).toBe(0);
    expect(countsOf(s)).toEqual({ expected: 1, found: 1, missing: 0, elsewhere: 1, unknown: 0, duplicate: 0 });
  });

  test('a tag that turns out to be of a scanned item is a duplicate', async () => {
    let s = begin('forest/9/1', [item(a)], 7, 0);
    s = (await scan(s, a, 1, ask)).session;
    s = (await scan(s, 'LATETAG1', 2, offline)).session;
    s = await settle(s, () => Promise.resolve([{ id: a, gone: false }]));
    expect(s.rows).toEqual([{ code: a, at: 1, verdict: 'found', again: 1 }]);
  });
});

describe('an inventory', () => {
  test('is read with quotes, other marks and Chinese headings', () => {
    expect(parseCsv('\ufeffcode,species\r\nA,"x, ""y""\nz"\r\n\r\nB,')).toEqual([['code', 'species'], ['A', 'x, "y"\nz'], ['B', '']]);
    expect(parseCsv('编码;树种\nA;B')).toEqual([['编码', '树种'], ['A', 'B']]);
    expect(readInventory([['树种'], ['x']])).toBeUndefined();
    expect(readInventory(parseCsv('编码,胸径,纬度,经度\n9520 0010 000A,80,38.9,115.9\nx,thick,99,0'))).toEqual({
      rows: [{ row: 2, code: a, dbh: 80, lat: 38900000, lon: 115900000 }],
      faults: [{ row: 3, column: 'code', value: 'x' }, { row: 3, column: 'dbh', value: 'thick' }, { row: 3, column: 'lat', value: '99' }],
    });
  });

  test('is compared with the ledger', async () => {
    const at = { lat: 38900000, lon: 115900000, accuracy: 5 };
    const items = [item(a, { tags: ['TAG00001'], fields: { species: 'Pinus tabuliformis', dbh: 80, height: 3000 }, position: at }), item(b, { fields: { species: 'Ulmus' } }), item(c)];
    const found = await compare([
      { row: 2, code: 'TAG00001', species: 'Populus', dbh: 95, height: 3100, lat: 38901000, lon: 115900000 },
      { row: 3, code: a }, { row: 4, code: other, species: 'Salix' }, { row: 5, code: b, species: ' ulmus ' },
      { row: 6, code: 'NOBODY01' }, { row: 7, code: 'OLD00001' },
    ], items, ask);
    expect(found.map((d) => [d.change, d.code, d.row])).toEqual([
      ['species', a, 2], ['size', a, 2], ['moved', a, 2], ['twice', a, 3], ['elsewhere', other, 4],
      ['new', 'NOBODY01', 6], ['ended', 'OLD00001', 7], ['gone', c, undefined],
    ]);
    expect(found[4]?.ledger).toBe('forest/9/2');
    expect(differenceList(found)[2]).toEqual(['size', a, 2, 'dbh 80 mm', 'dbh 95 mm']);
  });
});
