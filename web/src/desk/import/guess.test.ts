import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { forestation, levee } from '../../works/books.testing';
import { choicesOf, guess, layoutsLike, slug, unitIn } from './guess';
import { Plan } from './plan';
import { problemsOf } from './problems';
import type { Row } from './types';
import { readWorkbook } from './xlsx';
import { readMapping } from './yaml';

const rowsOf = (...rows: string[][]): Row[] => rows.map((cells, i) => ({ line: i + 2, cells }));
const [tree] = choicesOf([forestation], 'importer');

describe('a guess', () => {
  it('knows what a role may import, and what no table gives', () => {
    const named = (role: string): string[] => choicesOf([forestation, levee], role).map((c) => `${c.kind.name}/${c.action.name}`);
    expect(named('importer')).toEqual(['tree/inventory']);
    expect(named('builder')).toEqual(['layer/start']);
    expect(named('planter')).toEqual([]);
  });

  it.each([
    ['DBH (cm)', 'DBH', 'cm'], ['height_m', 'height', 'm'], ['胸径（厘米）', '胸径', 'cm'], ['Height [m]', 'Height', 'm'], ['Height (feet)', 'Height', 'ft'], ['DBH (in)', 'DBH', 'in'], ['Area_acres', 'Area', 'acre'], ['Diameter', 'Diameter', undefined], ['Tree (no)', 'Tree (no)', undefined],
  ])('reads the unit of %s', (column, name, unit) => expect(unitIn(column)).toEqual({ name, unit }));

  it.each([['Spring trees 2026.csv', 'spring-trees-2026'], ['2026 台账.xlsx', 'table'], ['a.csv.gz', 'a']])('names %s', (file, name) => expect(slug(file)).toBe(name));

  it('of Chinese headings is a whole mapping', () => {
    const heading = ['编号', '树种', '胸径（厘米）', '树高(米)', '纬度', '经度', '日期', '备注'];
    const rows = rowsOf(['A1', '国槐', '12.5', '6', '38.9', '115.9', '2026/3/12', ''], ['A2', '国槐', '8', '5.5', '38.9', '115.9', '2026/3/2', 'x']);
    const m = guess('树木.csv', {}, heading, rows, tree!, 'Asia/Shanghai');
    expect(m).toMatchObject({ key: ['编号'], at: { column: '日期', layout: 'yyyy/M/d', zone: 'Asia/Shanghai' }, position: { lat: '纬度', lon: '经度' } });
    expect(m.data).toEqual({ species: { column: '树种' }, dbh: { column: '胸径（厘米）', type: 'integer', from: 'cm', to: 'mm', decimal: '.' }, height: { column: '树高(米)', type: 'integer', from: 'm', to: 'mm', decimal: '.' } });
    expect(problemsOf(m, heading, forestation)).toEqual([]);
    expect(new Plan(m, heading, forestation).event(rows[0]!)).toEqual({
      event: { kind: 'tree', action: 'inventory', rulebook: 'forestation@1', at: '2026-03-11T16:00:00Z', place: { lat: 38_900_000, lon: 115_900_000 }, data: { species: '国槐', dbh: 125, height: 6000 } },
    });
  });

  it('says all that is missing', () => {
    const m = guess('x.csv', {}, ['a', 'b'], rowsOf(['1', '1'], ['1', '1']), tree!, 'UTC');
    expect(problemsOf(m, ['a', 'b'], forestation).map((p) => `${p.where}: ${p.code}`)).toEqual(['key: key', 'position: position', 'at: either', 'data.species: needed']);
  });
});

describe('what nothing tells', () => {
  const columns = ['No', 'Species', 'Lat', 'Lon', 'DBH', 'Height_ft', 'Day'];
  const of = (...days: string[]) => guess('x.csv', {}, columns, rowsOf(...days.map((day, i) => [`${i}`, 'Acer', '38.9', '115.9', '12', '6', day])), tree!, 'UTC');
  const asked = (m: ReturnType<typeof of>) => problemsOf(m, columns, forestation).map((p) => `${p.where}: ${p.code}`);

  it('is asked: a unit, and the order of day and month', () => {
    const m = of('01/02/2021', '03/04/2021');
    expect(asked(m)).toEqual(['at.layout: layout', 'data.dbh.from: whichUnit']);
    expect(m.data).toMatchObject({ dbh: { column: 'DBH', type: 'integer', to: 'mm' }, height: { from: 'ft', to: 'mm' } });
    expect(layoutsLike(['01/02/2021', '03/04/2021'])).toEqual([{ layout: 'dd/MM/yyyy', cell: '01/02/2021', read: '2021-02-01' }, { layout: 'MM/dd/yyyy', cell: '01/02/2021', read: '2021-01-02' }]);
  });

  it('is not asked where one cell tells it, or all layouts agree', () => {
    expect(of('01/02/2021', '13/02/2021').at.layout).toBe('dd/MM/yyyy');
    expect(of('05/20/2015').at.layout).toBe('MM/dd/yyyy');
    expect(of('02/02/2021').at.layout).toBe('dd/MM/yyyy');
    expect(layoutsLike(['soon'])).toEqual([]);
  });
});

describe('a mapping file', () => {
  it.each([
    ['sauce: x', 'sauce', 'unknown'], ['table: {delimeter: x}', 'table.delimeter', 'unknown'], ['data: {a: {colum: x}}', 'data.a.colum', 'unknown'], ['key: No', 'key', 'shape'],
    ['position: {accuracy: far}', 'position.accuracy', 'shape'], ['a: b: c', '', 'yaml'], ['- a', '', 'shape'], ['data: {a: {required: maybe}}', 'data.a.required', 'shape'],
  ])('that says %s is refused', (text, where, code) => expect(() => readMapping(text)).toThrow(expect.objectContaining({ where, code })));

  it('keeps texts that look like numbers', () => {
    expect(readMapping('data: {a: {column: 12, empty: [0, "00", no, ~]}}\nposition: {lat: a, lon: b, accuracy: 5}')).toMatchObject({ data: { a: { column: '12', empty: ['0', '00', 'no', '~'] } }, position: { accuracy: 5 } });
  });
});

describe('a workbook', () => {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const book = (sheet: string, more: Record<string, string> = {}, pr = ''): Uint8Array =>
    zipSync(Object.fromEntries(Object.entries({
      'xl/workbook.xml': `<x:workbook xmlns:x="a" xmlns:r="b">${pr}<x:sheets><x:sheet name="Notes" sheetId="2" r:id="rId2"/><x:sheet name="树木" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>`,
      'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1" Target="worksheets/sheet9.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
      'xl/sharedStrings.xml': `<sst ${main}><si><t>No</t></si><si><r><t>Spe</t></r><r><t xml:space="preserve">cies </t></r><rPh><t>ignored</t></rPh></si><si><t>A &amp; _x0042_</t></si></sst>`,
      'xl/styles.xml': `<styleSheet ${main}><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/><numFmt numFmtId="165" formatCode="0.00&quot; d&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
      'xl/worksheets/sheet9.xml': `<worksheet ${main}><sheetData>${sheet}</sheetData></worksheet>`,
      'xl/worksheets/sheet2.xml': `<worksheet ${main}><sheetData/></worksheet>`,
      ...more,
    }).map(([name, text]) => [name, strToU8(text)])));
  const heading = '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><t>Day</t></is></c></row>';

  it('gives texts, numbers, dates, errors, and the numbers of its rows', () => {
    const rows = '<row r="4"><c r="A4"><v>38.912450000000003</v></c><c r="B4" t="s"><v>2</v></c><c r="C4" s="1"><v>46093.25</v></c></row><row r="5"/>'
      + '<row r="6"><c r="A6" s="2"><v>1E-3</v></c><c r="B6" t="e"><v>#N/A</v></c></row><row r="7"><c r="A7" t="b"><v>1</v></c><c r="D7"><v>9</v></c></row><row><c><v>12</v></c></row>';
    const sheet = readWorkbook(book(heading + rows), '树木', new Map());
    expect(sheet).toMatchObject({ sheets: ['Notes', '树木'], heading: ['No', 'Species', 'Day'] });
    expect(sheet.rows.map((r) => [r.line, ...r.cells, r.fault?.code])).toEqual([
      [4, '38.91245', 'A & B', '2026-03-12 06:00:00', undefined], [6, '0.001', '#N/A', '', undefined], [7, 'TRUE', '', '', '9', 'row-of-other-length'], [8, '12', '', '', undefined],
    ]);
  });

  it('writes dates as the mapping wants them, from 1904 too', () => {
    const row = '<row r="3"><c r="C3" s="1"><v>44631</v></c></row>';
    expect(readWorkbook(book(heading + row, {}, '<x:workbookPr date1904="1"/>'), '树木', new Map([['Day', 'dd/MM/yyyy']])).rows[0]!.cells).toEqual(['', '', '12/03/2026']);
  });

  it('without the sheet is refused', () => expect(() => readWorkbook(book(heading), 'Trees', new Map())).toThrow(expect.objectContaining({ code: 'table-no-sheet' })));
});
