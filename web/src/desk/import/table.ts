import { CsvReader } from './csv';
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
    const { heading, rows, sheets } = readWorkbook(new Uint8Array(await file.arrayBuffer()), format.sheet ?? '', layouts);
    checkHeading(heading);
    return {
      heading, sheets, count: rows.length,
      async *rows() {
        yield* rows;
      },
    };
  }
  const lines = linesOf(await decoded(file, begins(0x1f, 0x8b), format));
  const reader = new CsvReader(format);
  const first = await nextRow(lines, reader);
  if (first === undefined || first.fault !== undefined) throw tableError('table-no-heading');
  const heading = first.cells.map((c) => c.trim());
  checkHeading(heading);
  return {
    heading, sheets: [],
    async *rows() {
      for (let row = await nextRow(lines, reader); row !== undefined; row = await nextRow(lines, reader)) {
        const n = row.cells.length;
        yield row.fault !== undefined || n === heading.length ? row : { ...row, fault: fault('', '', 'row-of-other-length', n, heading.length) };
      }
    },
  };
}

function checkHeading(heading: readonly string[]): void {
  if (heading.every((name) => name === '')) throw tableError('table-no-heading');
  const twice = heading.find((name, i) => name !== '' && heading.indexOf(name) < i);
  if (twice !== undefined) throw tableError('table-heading-twice', { name: twice });
}

async function nextRow(lines: AsyncIterator<string>, reader: CsvReader): Promise<Row | undefined> {
  for (;;) {
    const { done, value } = await lines.next();
    const row = done ? reader.end() : reader.push(value);
    if (row !== undefined || done) return row;
  }
}

/** The text of a file. Its mark (U+FEFF) says UTF-8, whatever the mapping says: so a mended file may be saved either way. */
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
            const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
            decoder = new TextDecoder(marked ? 'utf-8' : format.encoding || 'utf-8');
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

/** Lines with their ends. The last one may have none; a carriage return before the end of the file is dropped. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of chunks) {
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

/** Guesses how a CSV file is written, from its beginning. */
export async function sniff(file: Blob): Promise<Format> {
  let bytes = new Uint8Array(await file.slice(0, 256 << 10).arrayBuffer());
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return {};
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = await beginning(file);
  let encoding: Format['encoding'] = '';
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    encoding = 'gb18030';
    text = new TextDecoder(encoding).decode(bytes);
  }
  const lines = text.split(/\r?\n/).filter((l) => l.trim() !== '');
  const comment = lines[0]?.startsWith('#') ? '#' : '';
  const head = (lines.find((l) => comment === '' || !l.startsWith(comment)) ?? '').replace(/"[^"]*"/g, '');
  const delimiter = [',', ';', '\t', '|'].reduce((a, b) => (head.split(b).length > head.split(a).length ? b : a));
  return { ...(delimiter !== ',' && { delimiter }), ...(comment && { comment }), ...(encoding && { encoding }) };
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
