import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import tables from '../../../../testdata/tables.json';
import { encodingOf } from './encodings';
import { openTable, readAll, sniff } from './table';
import type { Format } from './types';
import { formatted, readWorkbook } from './xlsx';

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (b) => parseInt(b, 16));
const latin1 = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0));

describe('a table', () => {
  it.each(tables)('is read as by the command line: $name', async ({ hex, format, heading, rows }) => {
    const file = new Blob([bytesOf(hex)]);
    expect((await openTable(file, format as Format)).heading).toEqual(heading);
    expect((await readAll(file, format as Format)).map((r) => r.cells)).toEqual(rows);
  });

  it.each(tables)('is found out by its beginning: $name', async ({ hex, heading, rows }) => {
    const file = new Blob([bytesOf(hex)]);
    const { format } = await sniff(file);
    expect((await openTable(file, format)).heading).toEqual(heading);
    expect((await readAll(file, format)).map((r) => r.cells)).toEqual(rows);
  });

  it('whose encoding no byte tells is shown in each that it may have', async () => {
    const { format, samples } = await sniff(new Blob([latin1('ID,Name\n1,Gr\xf6\xdfe\n2,Holl\xe4ndische Linde\n3,\xc9rable plane\n') as Uint8Array<ArrayBuffer>]));
    expect(format.encoding).toBe('windows-1252');
    expect(samples?.get('windows-1252')).toContain('Größe');
    expect(samples?.get('gb18030')).toContain('Gr鲞e');
    expect((await sniff(new Blob(['a,b\n1,ß\n']))).samples).toBeUndefined();
  });

  it('knows what is surely UTF-8, and guesses the rest', () => {
    expect(encodingOf(new TextEncoder().encode('榆'))).toEqual({ encoding: 'utf-8', guessed: false });
    expect(encodingOf(latin1('Gr\xf6\xdfe, \xc9rable')).guessed).toBe(true);
    expect(encodingOf(latin1('\xff\xfea\0'))).toEqual({ encoding: 'utf-16le', guessed: false });
  });
});

it.each([
  ['12', '00000', '00012'], ['12', '0', '12'], ['1234.5', '#,##0.00', '1234.50'], ['2.675', '0.00', '2.68'], ['0.125', '0.0%', '12.5%'], ['7', '"T-"0000', 'T-0007'],
  ['3.4', '0.0"m"', '3.4'], ['-12', '0000', '-0012'], ['12', '#,##0;[Red]-#,##0', '12'], ['0.5', '#.##', '.5'], ['12', 'General', undefined], ['12', '# ?/?', undefined],
])('shows %s by the format %s as %s', (n, format, want) => expect(formatted(n, format)).toBe(want === '.5' ? '0.5' : want));

describe('a sheet', () => {
  const cells = (row: number, more: string, attributes = ''): string => `<row r="${row}"${attributes}>${more}</row>`;
  const text = (at: string, t: string): string => `<c r="${at}" t="inlineStr"><is><t>${t}</t></is></c>`;
  const book = (rows: string, after = ''): Uint8Array => zipSync(Object.fromEntries(Object.entries({
    'xl/workbook.xml': '<workbook><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs></styleSheet>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData>${after}</worksheet>`,
  }).map(([name, xml]) => [name, strToU8(xml)])));

  it('is read as it shows itself: formats, merged cells, errors, formulas, hidden rows, a title above', () => {
    const read = readWorkbook(book(
      cells(1, text('A1', 'Trees of 2026')) + cells(2, text('A2', 'ID') + text('B2', 'Species') + text('C2', 'Share')) +
      cells(3, '<c r="A3" s="1"><v>12</v></c>' + text('B3', 'Ulmus') + '<c r="C3" s="2"><v>0.125</v></c>') +
      cells(4, '<c r="A4" s="1"><v>13</v></c><c r="B4"/><c r="C4"><f>C3*2</f></c>', ' hidden="1"') +
      cells(5, '<c r="A5"><v>14</v></c><c r="B5" t="e"><v>#N/A</v></c><c r="C5"><f>1+1</f><v>2</v></c>'),
      '<mergeCells count="1"><mergeCell ref="B3:B4"/></mergeCells>',
    ), '', new Map(), 2);
    expect(read.heading).toEqual(['ID', 'Species', 'Share']);
    expect(read.rows.map((r) => r.cells)).toEqual([['00012', 'Ulmus', '12.50%'], ['00013', 'Ulmus', '#FORMULA?'], ['14', '#N/A', '2']]);
    expect([read.hidden, [...(read.rows[0]!.numbers ?? [])]]).toEqual([1, [0]]);
  });

  it('says which row its heading is in', async () => {
    const file = new Blob([book(cells(1, text('A1', 'Trees')) + cells(3, text('A3', 'ID') + text('B3', 'S') + text('C3', 'T')) + cells(4, text('A4', '1') + text('B4', 'x') + text('C4', 'y'))) as Uint8Array<ArrayBuffer>]);
    expect((await sniff(file)).format).toEqual({ heading: 2 });
  });
});
