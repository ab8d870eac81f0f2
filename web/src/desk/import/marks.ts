import { readNumeral, writeNumeral, type Mark } from '../../core/numeral';
import type { Row } from './types';

/** A number of a column that may be read in two ways. */
export interface Either {
  readonly cell: string;
  /** What it is with each mark before decimals, as text. */
  readonly read: Readonly<Record<Mark, string>>;
}

/** What the separators of a column show: the mark before decimals, when a number tells; else the first number that may be two. */
export interface Marks {
  readonly mark?: Mark;
  readonly either?: Either;
}

/** Looks through the numbers of a column: "12.5" tells that a point stands before decimals, "1,200" alone tells nothing. */
export function marksOf(cells: Iterable<string>): Marks {
  const told = new Set<Mark>();
  let either: Either | undefined;
  for (const cell of cells) {
    const read = readNumeral(cell);
    if (read === undefined) continue;
    if ('decimal' in read) {
      const [decimal, grouped] = [writeNumeral(read.decimal), writeNumeral(read.grouped)];
      either ??= { cell: cell.trim(), read: read.mark === '.' ? { '.': decimal, ',': grouped } : { '.': grouped, ',': decimal } };
      continue;
    }
    const fits = (['.', ','] as const).filter((m) => readNumeral(cell, m) !== undefined);
    if (fits.length === 1) told.add(fits[0]!);
  }
  if (told.size === 1) return { mark: [...told][0]! };
  return either === undefined ? {} : { either };
}

/** The cells of a column as they were written: those that a workbook holds as numbers have no custom of writing. */
export const writtenIn = (rows: readonly Row[], column: number): string[] =>
  rows.filter((r) => r.fault === undefined && !r.numbers?.has(column)).map((r) => (r.cells[column] ?? '').trim()).filter((c) => c !== '');
