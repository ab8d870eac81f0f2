import { unzipSync } from 'fflate';
import { Parser } from 'saxen';
import { readNumeral, round, times, writeNumeral } from '../../core/numeral';
import { fault } from './faults';
import { layoutOf } from './layout';
import { noResult } from './cell';
import { tableError } from './tableError';
import type { Row } from './types';

// Workbooks (ECMA-376), as far as a table needs them: one sheet's values. Read whole, in a worker.

/** Bytes that a part may have when it is unpacked: a text must hold it. */
const largest = 400 << 20;

export interface Sheet {
  readonly sheets: readonly string[];
  readonly heading: readonly string[];
  readonly rows: readonly Row[];
  /** Rows that the sheet hides, by hand or by a filter; they are among the others. */
  readonly hidden: number;
}

/** How dates of a column are written, by the column's name; else as 2026-03-12 or 2026-03-12 08:15:00. */
export type Layouts = ReadonlyMap<string, string>;

/** Reads a sheet, the first unless it is named; its heading is the first row with something in it, or a later one. Throws Refusal table-… */
export function readWorkbook(bytes: Uint8Array, wanted: string, layouts: Layouts, headingRow = 1): Sheet {
  const book = partsOf(bytes, (name) => name === 'xl/workbook.xml' || name === 'xl/_rels/workbook.xml.rels');
  const rels = new Map<string, string>();
  const sheets: { name: string; rel: string }[] = [];
  let from1904 = false;
  scan(book.get('xl/_rels/workbook.xml.rels') ?? '', { open: (tag, a) => tag === 'Relationship' && rels.set(a().Id ?? '', pathOf(a().Target ?? '')) });
  scan(book.get('xl/workbook.xml') ?? '', {
    open(tag, a) {
      if (tag === 'workbookPr') from1904 = ['1', 'true'].includes(a().date1904 ?? '');
      if (tag !== 'sheet') return;
      const relation = Object.entries(a()).find(([name]) => name.endsWith(':id'))?.[1];
      sheets.push({ name: a().name ?? '', rel: relation ?? '' });
    },
  });
  const names = sheets.map((s) => s.name);
  const sheet = wanted === '' ? sheets[0] : sheets.find((s) => s.name === wanted);
  if (sheets.length === 0) throw tableError('table-not-workbook');
  if (sheet === undefined) throw tableError('table-no-sheet', { name: wanted, names: names.join(', ') });
  const path = rels.get(sheet.rel) ?? 'xl/worksheets/sheet1.xml';
  const parts = partsOf(bytes, (name) => name === path || name === 'xl/sharedStrings.xml' || name === 'xl/styles.xml');
  const look: Look = { strings: readStrings(parts.get('xl/sharedStrings.xml') ?? ''), ...readStyles(parts.get('xl/styles.xml') ?? ''), epoch: from1904 ? 24_107 : 25_569 };
  return { sheets: names, ...tableOf(readCells(parts.get(path) ?? '', look), layouts, headingRow) };
}

const pathOf = (target: string): string => (target.startsWith('/') ? target.slice(1) : `xl/${target}`);

function partsOf(bytes: Uint8Array, wanted: (name: string) => boolean): Map<string, string> {
  try {
    const files = unzipSync(bytes, {
      filter(file) {
        if (!wanted(file.name)) return false;
        if (file.originalSize > largest) throw tableError('table-too-large');
        return true;
      },
    });
    return new Map(Object.entries(files).map(([name, content]) => [name, new TextDecoder().decode(content)]));
  } catch (e) {
    throw (e as Error).name === 'Refusal' ? e : tableError('table-not-workbook', {}, e);
  }
}

interface Handlers {
  open?(tag: string, attributes: () => Readonly<Record<string, string>>): unknown;
  close?(tag: string): unknown;
  text?(text: string): unknown;
}

/** Names without their prefix: writers differ in it. */
const bare = (tag: string): string => tag.slice(tag.indexOf(':') + 1);

function scan(xml: string, handlers: Handlers): void {
  if (xml === '') return;
  const parser = new Parser();
  if (handlers.open) parser.on('openTag', (tag, attributes) => void handlers.open!(bare(tag), attributes));
  if (handlers.close) parser.on('closeTag', (tag) => void handlers.close!(bare(tag)));
  if (handlers.text) {
    parser.on('text', (text, decode) => void handlers.text!(decode(text)));
    parser.on('cdata', (text) => void handlers.text!(text));
  }
  parser.on('error', (e) => {
    throw tableError('table-broken', { reason: e.message }, e);
  });
  parser.parse(xml);
}

/** Control characters are written as _x000D_. */
const unescape = (s: string): string => (s.includes('_x') ? s.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : s);

function readStrings(xml: string): string[] {
  const all: string[] = [];
  let [text, within, phonetic] = ['', false, false];
  scan(xml, {
    open(tag) {
      if (tag === 'si') text = '';
      else if (tag === 't') within = !phonetic;
      else if (tag === 'rPh') phonetic = true;
    },
    close(tag) {
      if (tag === 'si') all.push(unescape(text));
      else if (tag === 't') within = false;
      else if (tag === 'rPh') phonetic = false;
    },
    text: (t) => within && (text += t),
  });
  return all;
}

/** The styles of cells whose numbers are dates, and the formats of others that show more than the number. */
function readStyles(xml: string): Pick<Look, 'dates' | 'formats'> {
  const shown = new Map<string, string>();
  const formats = new Map<string, string>();
  const dates = new Set<string>();
  let [within, n] = [false, 0];
  scan(xml, {
    open(tag, a) {
      if (tag === 'numFmt') formats.set(a().numFmtId ?? '', a().formatCode ?? '');
      else if (tag === 'cellXfs') within = true;
      else if (tag === 'xf' && within) {
        const id = a().numFmtId ?? '0';
        const own = formats.get(id);
        const format = own ?? usual[id];
        if (own === undefined ? isDateId(Number(id)) : isDateFormat(own)) dates.add(String(n));
        else if (format !== undefined) shown.set(String(n), format);
        n++;
      }
    },
    close: (tag) => tag === 'cellXfs' && (within = false),
  });
  return { dates, formats: shown };
}

/** Formats that have a number and no text (ECMA-376, 18.8.30). */
const usual: Readonly<Record<string, string>> = { 1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 9: '0%', 10: '0.00%', 37: '#,##0', 38: '#,##0', 39: '#,##0.00', 40: '#,##0.00' };

/**
 * A number as its format shows it: with leading zeros, with as many decimals, in per cent, after a text. Thousands are not grouped, and
 * a unit after it is left out, so that it stays a number. Undefined for a format that is beyond this.
 */
export function formatted(n: string, format: string): string | undefined {
  const form = /^((?:"[^"]*"|\\.)*)([#0,?]*)(?:\.([0#?]+))?(%?)(?:"[^"]*"|\\.|_.|\*.| )*$/.exec(format.split(';')[0]!.replace(/\[[^\]]*\]/g, ''));
  if (form === null) return undefined;
  const read = readNumeral(n, '.');
  if (read === undefined || !('number' in read)) return undefined;
  const [, before = '', whole = '', decimals = '', percent = ''] = form;
  if (whole === '' && decimals === '') return undefined;
  const scale = 10n ** BigInt(decimals.length + (percent === '' ? 0 : 2));
  const digits = round(times(read.number, { n: scale, d: 1n }));
  const shown = writeNumeral({ n: digits, d: 10n ** BigInt(decimals.length) });
  const [minus, plain] = shown.startsWith('-') ? ['-', shown.slice(1)] : ['', shown];
  const [units = '', parts = ''] = plain.split('.');
  const least = decimals.lastIndexOf('0') + 1;
  const rest = parts.padEnd(least, '0');
  return `${before.replace(/"([^"]*)"|\\(.)/g, '$1$2')}${minus}${units.padStart(whole.replace(/[^0]/g, '').length, '0')}${rest === '' ? '' : `.${rest}`}${percent}`;
}

const isDateId = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
const isDateFormat = (code: string): boolean => /[ymdhs]/i.test(code.split(';')[0]!.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General/gi, ''));

/** A cell's text, a number as it is written with a point, or a date: milliseconds as if it were in UTC. */
type Value = string | { readonly number: string } | { readonly date: number };

interface Look {
  readonly strings: readonly string[];
  readonly dates: ReadonlySet<string>;
  /** Number formats by style. */
  readonly formats: ReadonlyMap<string, string>;
  /** The day that dates count from, in days before 1970. */
  readonly epoch: number;
}

function readCells(xml: string, look: Look): Cells {
  const rows = new Map<number, Value[]>();
  const hidden = new Set<number>();
  const merged: string[] = [];
  let [line, column, type, style, text, within, formula] = [0, -1, '', '', '', false, false];
  scan(xml, {
    open(tag, a) {
      if (tag === 'row') {
        [line, column] = [Number(a().r ?? line + 1), -1];
        if (['1', 'true'].includes(a().hidden ?? '')) hidden.add(line);
      } else if (tag === 'mergeCell') merged.push(a().ref ?? '');
      else if (tag === 'c') {
        const at = /^[A-Z]+/.exec(a().r ?? '')?.[0];
        column = at === undefined ? column + 1 : columnOf(at);
        [type, style, text, formula] = [a().t ?? 'n', a().s ?? '', '', false];
      } else if (tag === 'v' || tag === 't') within = true;
      else if (tag === 'f') formula = true;
    },
    close(tag) {
      if (tag === 'v' || tag === 't') within = false;
      if (tag === 'c' && formula && text === '' && type !== 'str') [type, text] = ['e', noResult];
      if (tag !== 'c' || text === '') return;
      let row = rows.get(line);
      if (row === undefined) rows.set(line, (row = []));
      row[column] = valueOf(type, text, style, look);
    },
    text: (t) => within && (text += t),
  });
  for (const ref of merged) spread(rows, ref);
  return { rows, hidden };
}

interface Cells {
  readonly rows: ReadonlyMap<number, readonly Value[]>;
  readonly hidden: ReadonlySet<number>;
}

/** What a cell of several rows shows is said of each of them. Across columns it stands in the first, as it is seen. */
function spread(rows: Map<number, Value[]>, ref: string): void {
  const [, letters, from, , to] = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(ref) ?? [];
  const column = columnOf(letters ?? '');
  const value = rows.get(Number(from))?.[column];
  if (value === undefined) return;
  for (const [line, cells] of rows) if (line > Number(from) && line <= Number(to) && cells[column] === undefined) cells[column] = value;
}

const columnOf = (letters: string): number => [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;

function valueOf(type: string, text: string, style: string, look: Look): Value {
  if (type === 's') return look.strings[Number(text)] ?? '';
  if (type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
  if (type === 'd') return { date: Date.parse(/Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}${text.includes('T') ? '' : 'T00:00:00'}Z`) };
  if (type !== 'n') return unescape(text); // str, inlineStr, e: "#N/A"
  const n = Number(text);
  if (!Number.isFinite(n)) return text;
  const format = look.formats.get(style);
  // Spreadsheets write 17 digits of what was typed as 38.91245: the shortest spelling of the same number is meant.
  return look.dates.has(style) ? { date: Math.round((n - look.epoch) * 86_400) * 1000 } : numbered(spelled(n), format);
}

/** A number is read as it is shown; what is more than a number, as the text that it is. */
function numbered(plain: string, format: string | undefined): Value {
  const shown = format === undefined ? undefined : formatted(plain, format);
  return shown === undefined || /^-?\d+(\.\d+)?$/.test(shown) ? { number: shown ?? plain } : shown;
}

const spelled = (n: number): string => (/e/.test(String(n)) ? (Math.abs(n) < 1 ? n.toFixed(20).replace(/0+$/, '') : BigInt(n).toString()) : String(n));

function tableOf({ rows: cells, hidden }: Cells, layouts: Layouts, headingRow: number): { heading: string[]; rows: Row[]; hidden: number } {
  const text = (v: Value | undefined, column = ''): string => (v === undefined ? '' : typeof v === 'string' ? v : 'number' in v ? v.number : writeDate(v.date, layouts.get(column)));
  const lines = [...cells.keys()].filter((line) => cells.get(line)!.some((v) => text(v).trim() !== '')).sort((a, b) => a - b);
  const first = cells.get(lines[headingRow - 1] ?? 0) ?? [];
  const heading = Array.from(first, (v) => text(v).trim());
  const rows = lines.slice(headingRow).map((line): Row => {
    const held = cells.get(line)!;
    const values = Array.from(held, (v, i) => text(v, heading[i]));
    const numbers = new Set(held.flatMap((v, i) => (typeof v === 'object' && 'number' in v ? [i] : [])));
    while (values.length > heading.length && values.at(-1)!.trim() === '') values.pop();
    while (values.length < heading.length) values.push('');
    return values.length > heading.length ? { line, cells: values, fault: fault('', '', 'row-of-other-length', values.length, heading.length) } : { line, cells: values, ...(numbers.size > 0 && { numbers }) };
  });
  const full = rows.filter((r) => r.cells.some((c) => c.trim() !== ''));
  return { heading, rows: full, hidden: full.filter((r) => hidden.has(r.line)).length };
}

const [day, moment] = [layoutOf('yyyy-MM-dd')!, layoutOf('yyyy-MM-dd HH:mm:ss')!];

function writeDate(at: number, layout: string | undefined): string {
  if (!Number.isFinite(at)) return '';
  return ((layout === undefined ? undefined : layoutOf(layout)) ?? (at % 86_400_000 === 0 ? day : moment)).write(at);
}
