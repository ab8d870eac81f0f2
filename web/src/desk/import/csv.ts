import { fault } from './faults';
import { tableError } from './tableError';
import type { Format, Row } from './types';

/** A longer row is a quote that is never closed. */
const longest = 1 << 20;

/** A row of which the rest is on the next lines. */
interface Open {
  readonly line: number;
  readonly cells: string[];
  raw: string;
  /** What there is of the quoted cell that goes on. */
  cell: string;
}

/**
 * Reads CSV line by line as Go's encoding/csv does, so that a mapping means the same here and on the command line; unlike
 * other readers it tells the line of each row and goes on after one that is no CSV.
 */
export class CsvReader {
  readonly #mark: string;
  readonly #comment: string;
  #line = 0;
  #open: Open | undefined;

  /** `before`: lines of the file before the first that is pushed. */
  constructor(format: Format, before = 0) {
    this.#line = before;
    this.#mark = format.delimiter || ',';
    this.#comment = format.comment ?? '';
  }

  /** Takes a line, with its end; gives the row that is whole with it. Throws Refusal table-row-too-long. */
  push(line: string): Row | undefined {
    this.#line++;
    if ((this.#open?.raw.length ?? 0) + line.length > longest) throw tableError('table-row-too-long', { line: String(this.#open?.line ?? this.#line) });
    const plain = line.endsWith('\r\n') ? `${line.slice(0, -2)}\n` : line;
    if (this.#open === undefined) {
      if (plain === '\n' || (this.#comment !== '' && plain.startsWith(this.#comment))) return undefined;
      this.#open = { line: this.#line, cells: [], raw: line, cell: '' };
      return this.#cells(this.#open, plain, false);
    }
    this.#open.raw += line;
    return this.#cells(this.#open, plain, true);
  }

  /** The row that was cut off by the end of the file. */
  end(): Row | undefined {
    return this.#open === undefined ? undefined : this.#close(this.#open, true);
  }

  #cells(open: Open, line: string, quoted: boolean): Row | undefined {
    let at = 0;
    for (let within = quoted; ; within = false) {
      if (!within && line[at] !== '"') {
        const next = line.indexOf(this.#mark, at);
        const cell = next < 0 ? line.slice(at, line.endsWith('\n') ? -1 : undefined) : line.slice(at, next);
        if (cell.includes('"')) return this.#close(open, true);
        open.cells.push(cell);
        if (next < 0) return this.#close(open);
        at = next + 1;
        continue;
      }
      if (!within) at++;
      for (;;) {
        const quote = line.indexOf('"', at);
        if (quote < 0) {
          open.cell += line.slice(at);
          return undefined; // it goes on with the next line
        }
        open.cell += line.slice(at, quote);
        at = quote + 1;
        if (line[at] !== '"') break;
        open.cell += '"';
        at++;
      }
      const rest = line[at];
      if (rest !== undefined && rest !== '\n' && rest !== this.#mark) return this.#close(open, true);
      open.cells.push(open.cell);
      open.cell = '';
      if (rest !== this.#mark) return this.#close(open);
      at++;
    }
  }

  #close({ line, cells, raw }: Open, wrong = false): Row {
    this.#open = undefined;
    return wrong ? { line, cells, raw, fault: fault('', '', 'row-not-csv') } : { line, cells };
  }
}

/** A row as CSV. What would be read as a comment gets quotes. Cells stay as they are: the file is read again. */
export function csvRow(cells: readonly string[], format: Format): string {
  const mark = format.delimiter || ',';
  const quote = (c: string, i: number): string =>
    c.includes(mark) || /["\r\n]/.test(c) || /^\s/.test(c) || (i === 0 && (c === '' ? cells.length === 1 : !!format.comment && c.startsWith(format.comment))) ? `"${c.replaceAll('"', '""')}"` : c;
  return `${cells.map(quote).join(mark)}\r\n`;
}
