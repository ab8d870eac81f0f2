import { uncell } from '../../core/csv';
import { CsvReader } from './csv';
import { encodingOf, markedAs, samplesIn, type Encoding } from './encodings';
import { fault } from './faults';
import { tableError } from './tableError';
import type { Format, Mapping, Row } from './types';
import type { Layouts } from './xlsx';

/** A table that was opened: its heading is read, its rows are read once, as they are asked for. */
export interface Table {
  readonly heading: readonly string[];
  /** Of a workbook; none of a CSV file. */
  readonly sheets: readonly string[];
  /** Of a workbook, which is read whole. */
  readonly count?: number;
  /** Of a workbook: rows that are hidden or filtered out in the sheet. They are read, too. */
  readonly hidden?: number;
  /** Throws Refusal table-… where the file cannot be read on. */
  rows(): AsyncIterable<Row>;
}

/** The layouts in which a mapping expects the dates of a workbook. */
export const layoutsOf = (m: Pick<Mapping, 'at' | 'data'>): Layouts =>
  new Map([m.at, ...Object.values(m.data)].flatMap((c): [string, string][] => (c.column && c.layout ? [[c.column, c.layout]] : [])));

/** Opens CSV, plain or compressed with gzip, or a workbook: its first bytes tell. Throws Refusal table-… */
export async function openTable(file: Blob, format: Format, layouts: Layouts = new Map()): Promise<Table> {
  const magic = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const begins = (...bytes: number[]): boolean => bytes.every((b, i) => magic[i] === b);
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) throw tableError('table-old-excel');
  if (begins(0x50, 0x4b, 0x03, 0x04)) {
    const { readWorkbook } = await import('./xlsx');
    const { heading, rows, sheets, hidden } = readWorkbook(new Uint8Array(await file.arrayBuffer()), format.sheet ?? '', layouts, format.heading ?? 1);
    checkHeading(heading);
    return {
      heading, sheets, count: rows.length, hidden,
      async *rows() {
        yield* rows;
      },
    };
  }
  const lines = linesOf(await decoded(file, begins(0x1f, 0x8b), format));
  const { value: line } = await lines.next();
  const mark = saidMark(line ?? '');
  const reader = new CsvReader(mark === undefined ? format : { ...format, delimiter: mark }, mark === undefined ? 0 : 1);
  let first = mark !== undefined || line === undefined ? undefined : reader.push(line);
  for (let n = format.heading ?? 1; n > 0; n--) if (n < (format.heading ?? 1) || first === undefined) first = await nextRow(lines, reader);
  if (first === undefined || first.fault !== undefined) throw tableError('table-no-heading');
  const heading = first.cells.map((c) => uncell(c).trim());
  checkHeading(heading);
  return {
    heading, sheets: [],
    async *rows() {
      for (let row = await nextRow(lines, reader); row !== undefined; row = await nextRow(lines, reader)) {
        const n = row.cells.length;
        yield row.fault !== undefined ? row : n === heading.length ? { ...row, cells: row.cells.map(uncell) } : { ...row, fault: fault('', '', 'row-of-other-length', n, heading.length) };
      }
    },
  };
}

function checkHeading(heading: readonly string[]): void {
  if (heading.every((name) => name === '')) throw tableError('table-no-heading');
}

async function nextRow(lines: AsyncIterator<string>, reader: CsvReader): Promise<Row | undefined> {
  for (;;) {
    const { done, value } = await lines.next();
    const row = done ? reader.end() : reader.push(value);
    if (row !== undefined || done) return row;
  }
}

/** The text of a file. Its mark (U+FEFF) says UTF-8 or UTF-16, whatever the mapping says: so a mended file may be saved either way. */
async function decoded(file: Blob, zipped: boolean, format: Format): Promise<AsyncIterable<string>> {
  const open = (): ReadableStreamDefaultReader<Uint8Array> => {
    const bytes = file.stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
    return (zipped ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes).getReader();
  };
  return {
    async *[Symbol.asyncIterator]() {
      const source = open();
      let decoder: TextDecoder | undefined;
      let head = new Uint8Array(0);
      try {
        for (;;) {
          const { done, value } = await source.read();
          let chunk = value ?? new Uint8Array(0);
          if (decoder === undefined) {
            head = chunk = joined(head, chunk);
            if (head.length < 3 && !done) continue;
            decoder = new TextDecoder(markedAs(head) ?? (format.encoding || 'utf-8'));
          }
          yield decoder.decode(chunk, { stream: !done });
          if (done) return;
        }
      } catch (e) {
        throw tableError('table-broken', { reason: (e as Error).message }, e);
      } finally {
        await source.cancel().catch(() => undefined);
      }
    },
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** The mark between cells that a first line "sep=;" says, which spreadsheets write and read. */
export const saidMark = (line: string): string | undefined => /^\ufeff?sep=(.)\r?\n?$/.exec(line)?.[1];

/** Lines with their ends. The last one may have none; a carriage return before the end of the file is dropped. A file that has none but carriage returns ends its lines with them. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  let old: boolean | undefined;
  for await (let chunk of chunks) {
    if (old === undefined && /[\r\n]/.test(chunk)) old = !chunk.includes('\n') && /\r[^]/.test(chunk);
    if (old === true) chunk = chunk.replaceAll('\r', '\n');
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      yield rest + chunk.slice(from, end + 1);
      rest = '';
      from = end + 1;
    }
    rest += chunk.slice(from);
    // A file without lines is no table; its reader says so, before it fills the memory.
    if (rest.length > 2 << 20) {
      yield rest;
      rest = '';
    }
  }
  if (rest.endsWith('\r')) rest = rest.slice(0, -1);
  if (rest !== '') yield rest;
}

/** All rows of a table that is small enough to be held. Throws Refusal table-… */
export async function readAll(file: Blob, format: Format): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of (await openTable(file, format)).rows()) all.push(row);
  return all;
}

/** How a CSV file is written, as far as its beginning tells; for a guessed encoding, what each that may be makes of it. */
export interface Sniffed {
  readonly format: Format;
  readonly samples?: ReadonlyMap<Encoding, readonly string[]>;
}

/** Guesses how a CSV file is written, from its beginning. A person confirms what is guessed. */
export async function sniff(file: Blob): Promise<Sniffed> {
  let bytes = new Uint8Array(await file.slice(0, 256 << 10).arrayBuffer());
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return { format: await guessHeading(file, {}) };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = await beginning(file);
  const { encoding, guessed } = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes, { stream: true });
  const lines = text.split(/\r\n|\r|\n/).filter((l) => l.trim() !== '');
  const said = saidMark(lines[0] ?? '');
  const comment = lines[0]?.startsWith('#') ? '#' : '';
  const heads = lines.slice(0, 20).filter((l) => comment === '' || !l.startsWith(comment)).map((l) => l.replace(/"[^"]*"/g, ''));
  const most = (mark: string): number => Math.max(0, ...heads.map((l) => l.split(mark).length));
  const delimiter = said ?? [',', ';', '\t', '|'].reduce((a, b) => (rows(heads, b) > rows(heads, a) || (rows(heads, b) === rows(heads, a) && most(b) > most(a)) ? b : a));
  const format: Format = { ...(delimiter !== ',' && { delimiter }), ...(comment && { comment }), ...(encoding !== 'utf-8' && { encoding }) };
  const others: readonly Encoding[] = encoding.startsWith('utf-16') ? ['utf-16le', 'utf-16be'] : ['gb18030', 'windows-1252'];
  return { format: await guessHeading(file, format), ...(guessed && { samples: new Map(others.map((e) => [e, samplesIn(bytes, e)])) }) };
}

/** How many lines a mark cuts into as many cells as it cuts the heading. */
function rows(lines: readonly string[], mark: string): number {
  const counts = lines.map((l) => l.split(mark).length).filter((n) => n > 1);
  const usual = Math.max(0, ...counts.map((n) => counts.filter((m) => m === n).length));
  return usual;
}

/** Titles and notes may stand above the heading: it is the first row that is as wide as the table. */
async function guessHeading(file: Blob, format: Format): Promise<Format> {
  const found: number[] = [];
  try {
    const table = await openTable(file, { ...format, heading: 1 });
    found.push(table.heading.filter((c) => c !== '').length);
    for await (const row of table.rows()) if (found.push(row.cells.filter((c) => c.trim() !== '').length) >= 30) break;
  } catch {
    return format;
  }
  const width = Math.max(0, ...found);
  const first = found.findIndex((n) => n * 2 > width);
  return first <= 0 ? format : { ...format, heading: first + 1 };
}

async function beginning(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const reader = (file.stream() as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    const { value } = await reader.read();
    return joined(value ?? new Uint8Array(0), new Uint8Array(0));
  } catch {
    return new Uint8Array(0);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
