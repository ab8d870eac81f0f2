import { at, namesAt, type Path, type Plain } from './text';

/** What a change of a table needs of a text that is being written. */
export interface Book {
  readonly value: Plain;
  put(path: Path, value: Plain | undefined): void;
}

/** The columns of a table, as its first row says; none where each key has one number. */
export function columnsOf(value: Plain, table: string): string[] {
  const first = namesAt(value, ['tables', table, 'rows'])[0];
  return first === undefined ? namesAt(value, ['tables', table, 'default']) : namesAt(value, ['tables', table, 'rows', first]);
}

/** A row whose numbers are still to be written. */
export const newRow = (columns: readonly string[]): Plain => (columns.length === 0 ? '' : Object.fromEntries(columns.map((c) => [c, ''])));

const rowsOf = (book: Book, table: string): Path[] => [
  ...namesAt(book.value, ['tables', table, 'rows']).map((key): Path => ['tables', table, 'rows', key]),
  ...(at(book.value, ['tables', table, 'default']) === undefined ? [] : [['tables', table, 'default'] as Path]),
];

/** Adds a column to all rows. The first one takes the numbers that stood alone. */
export function addColumn(book: Book, table: string, column: string): void {
  for (const row of rowsOf(book, table)) {
    const now = at(book.value, row) ?? '';
    if (typeof now === 'object') book.put([...row, column], '');
    else book.put(row, { [column]: now });
  }
}

/** Takes a column out of all rows. The numbers of the last one that is left stand alone again when it goes, too. */
export function dropColumn(book: Book, table: string, column: string): void {
  const last = columnsOf(book.value, table).length === 1;
  for (const row of rowsOf(book, table)) {
    if (last) book.put(row, at(book.value, [...row, column]) ?? '');
    else book.put([...row, column], undefined);
  }
}
