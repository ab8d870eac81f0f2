import { describe, expect, test } from 'vitest';
import type { AssetView } from '../../core/types';
import { openTable, readAll, sniff } from '../import/table';
import { columnAs, columnsOf, compare, differenceList, readInventory, wrongCodes, type Column, type Inventory, type InventoryField } from './inventory';
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
  const fields: readonly InventoryField[] = [
    { name: 'species', title: { en: 'Species', zh: '树种' }, type: 'string' },
    { name: 'dbh', title: { en: 'Trunk diameter at breast height', zh: '胸径' }, type: 'integer', unit: 'mm' },
    { name: 'height', title: { en: 'Height', zh: '树高' }, type: 'integer', unit: 'mm' },
  ];
  const read = async (content: string | Uint8Array, meaning?: (c: readonly Column[]) => readonly Column[], items: readonly AssetView[] = []): Promise<Inventory | undefined> => {
    const file = new Blob([content as string]);
    const { format } = await sniff(file);
    const table = await openTable(file, format);
    const rows = await readAll(file, format);
    const columns = columnsOf(table.heading, rows, fields);
    return readInventory(rows, meaning?.(columns) ?? columns, fields, items);
  };

  test('is read as an import is: with quotes, other marks, other characters and Chinese headings', async () => {
    expect(await read('\ufeffcode,species\r\n95200010000A,"x, ""y""\nz"\r\n\r\n95200010000B,')).toMatchObject({ rows: [{ row: 2, values: { species: 'x, "y"\nz' } }, { row: 5, values: {} }], faults: [] });
    expect(await read('编码;树种\n95200010000A;B')).toMatchObject({ rows: [{ code: a, values: { species: 'B' } }] });
    expect(await read(new Uint8Array([0xb1, 0xe0, 0xc2, 0xeb, 0x2c, 0xca, 0xf7, 0xd6, 0xd6, 0x0a, ...new TextEncoder().encode(a), 0x2c, 0xd3, 0xdc, 0xca, 0xf7, 0x0a]))).toMatchObject({ rows: [{ code: a, values: { species: '榆树' } }] });
    expect(await read('树种\nx')).toBeUndefined();
    expect(await read('编码,胸径,纬度,经度\n9520 0010 000A,80,38.9,115.9\nx,thick,99,0')).toEqual({
      rows: [{ row: 2, code: a, values: { dbh: 80 }, lat: 38900000, lon: 115900000 }], uncoded: 1, unread: [],
      faults: [{ row: 3, column: '编码', value: 'x' }, { row: 3, column: '胸径', value: 'thick' }, { row: 3, column: '纬度', value: '99' }],
    });
  });

  test('says nothing false of a row with one unreadable size: its item is there, and its text is compared', async () => {
    const inventory = await read(`code,species,dbh\r\n${a},Tilia,Clump\r\n${b},Ulmus,#N/A`);
    expect(inventory?.faults).toEqual([{ row: 2, column: 'dbh', value: 'Clump' }, { row: 3, column: 'dbh', value: '#N/A' }]);
    const found = await compare(inventory!.rows, [item(a, { fields: { species: 'Tilia', dbh: 80 } }), item(b, { fields: { species: 'Salix' } })], ask, fields);
    expect(found.map((d) => [d.change, d.code])).toEqual([['text', b]]);
  });

  test('reads the heading and the texts of our own export', async () => {
    const inventory = await read(`\ufeffCode,Species,Trunk diameter at breast height (mm),Remark\r\n${a},'-Tilia,999,x`);
    expect(inventory).toMatchObject({ rows: [{ values: { species: '-Tilia', dbh: 999 } }], unread: ['Remark'] });
    const found = await compare(inventory!.rows, [item(a, { fields: { species: '-Tilia', dbh: 80 } })], ask, fields);
    expect(found.map((d) => [d.change, d.ledger, d.file])).toEqual([['size', 'dbh 80 mm', 'dbh 999 mm']]);
  });

  test('takes a unit from the heading, and says where none is', async () => {
    const inventory = await read(`code,DBH (cm),height\n${a},"8,5",3000`, (columns) => {
      expect(columns.map((c) => [c.unit, c.unsaid])).toEqual([[undefined, undefined], ['cm', undefined], ['mm', true]]);
      return columns.map((c) => (c.meaning === 'field:height' ? columnAs(c, fields, [], 2, 'cm') : c));
    });
    expect(inventory?.rows[0]?.values).toEqual({ dbh: 85, height: 30_000 });
  });

  test('stops at a column of other numbers instead of calling everything missing', async () => {
    const items = Array.from({ length: 20 }, (_, i) => item(`952000100000${String(i).padStart(2, '0')}`));
    const inventory = (codes: readonly string[]): Promise<Inventory | undefined> => read(`code\n${codes.join('\n')}`);
    expect(wrongCodes((await inventory(items.map((_, i) => `TREE${10000 + i}`)))!, items)).toBe(true);
    expect(wrongCodes((await inventory(items.map((_, i) => String(i))))!, items)).toBe(true);
    expect(wrongCodes((await inventory(items.map((i) => i.id)))!, items)).toBe(false);
    expect(wrongCodes((await inventory([items[3]!.id]))!, items), 'of one row').toBe(false);
  });

  test('proposes the item at a row’s position, where there is one', async () => {
    const at = (lat: number): AssetView['position'] => ({ lat, lon: 115_900_000 });
    const row = { row: 2, code: 'NOBODY01', values: { species: 'Ulmus' }, lat: 38_900_001, lon: 115_900_000 };
    const near = item(b, { fields: { species: 'Ulmus' }, position: at(38_900_000)! });
    const maybe = async (items: readonly AssetView[]): Promise<unknown> => (await compare([row], items, ask, fields)).map((d) => [d.change, d.code, d.maybe]);
    expect(await maybe([near])).toEqual([['new', 'NOBODY01', b], ['gone', b, undefined]]);
    expect(await maybe([item(b, { fields: { species: 'Salix' }, position: at(38_900_000)! })])).toEqual([['new', 'NOBODY01', undefined], ['gone', b, undefined]]);
    expect((await compare([row], [near, item(c, { position: at(38_900_002)! })], ask, fields))[0]?.maybe).toBeUndefined();
  });

  test('is compared with the ledger', async () => {
    const at = { lat: 38900000, lon: 115900000, accuracy: 5 };
    const items = [item(a, { tags: ['TAG00001'], fields: { species: 'Pinus tabuliformis', dbh: 80, height: 3000 }, position: at }), item(b, { fields: { species: 'Ulmus' } }), item(c)];
    const found = await compare([
      { row: 2, code: 'TAG00001', values: { species: 'Populus', dbh: 95, height: 3100 }, lat: 38901000, lon: 115900000 },
      { row: 3, code: a, values: {} }, { row: 4, code: other, values: { species: 'Salix' } }, { row: 5, code: b, values: { species: ' ulmus ' } },
      { row: 6, code: 'NOBODY01', values: {} }, { row: 7, code: 'OLD00001', values: {} },
    ], items, ask, fields);
    expect(found.map((d) => [d.change, d.code, d.row])).toEqual([
      ['text', a, 2], ['size', a, 2], ['moved', a, 2], ['twice', a, 3], ['elsewhere', other, 4],
      ['new', 'NOBODY01', 6], ['ended', 'OLD00001', 7], ['gone', c, undefined],
    ]);
    expect(found[4]?.ledger).toBe('forest/9/2');
    expect(differenceList(found)[2]).toEqual(['size', a, 2, 'dbh 80 mm', 'dbh 95 mm', '']);
  });

  test('knows items by its own numbers, and says nothing of those that it cannot tell apart', async () => {
    const items = [item(a, { fields: { species: 'Acer', source: 'tree-id:0001' } }), item(b, { fields: { source: '7' } }), item(c, { fields: { source: 'x:7' } }), item(other, { fields: { source: 'tree-id:4' } })];
    const own = [...fields, { name: 'source', title: { en: 'Source', zh: '来源' }, type: 'string' } as const];
    const numbered = (columns: readonly Column[]): Column[] => columns.map((column, i) => (i === 0 ? { ...column, meaning: 'number:source' } : column));
    const inventory = (await read('No,Species\n0001,Quercus\n7,Acer\n9,Tilia\n9,Tilia\n,Tilia\n#N/A,Tilia\n', numbered, items))!;
    expect(inventory.rows.map((r) => [r.number, r.code, r.oneOf])).toEqual([['0001', a, undefined], ['7', '', [b, c]], ['9', '', undefined], ['9', '', undefined]]);
    expect([inventory.uncoded, inventory.faults.map((f) => [f.row, f.value])]).toEqual([2, [[3, '7'], [6, ''], [7, '#N/A']]]);
    expect((await compare(inventory.rows, items, ask, own)).map((d) => [d.change, d.code, d.file])).toEqual([
      ['text', a, 'Quercus'], ['new', '', '9, Tilia'], ['twice', '', '9: 4'], ['gone', other, ''],
    ]);
    // A number is not cut short or made longer: 1 is not 0001.
    expect((await read('No\n1\n', numbered, items))!.rows[0]!.code).toBe('');
  });
});
