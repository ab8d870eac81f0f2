import type { Text } from '../../core/types';
import { csvRow } from './csv';
import { entriesOf, faultsOf } from './db';
import { setOf } from './journal';
import type { Faulty, Job } from './types';

/** The column that says what is wrong with a row. It is no part of the data: a mapping does not name it. */
export const errorColumn = 'rootline-error';

const mark = '\ufeff';

async function* everyFault(job: string): AsyncGenerator<Faulty> {
  for (let after = -1; ; ) {
    const page = await faultsOf(job, after, 500);
    yield* page;
    if (page.length < 500) return;
    after = page.at(-1)!.line;
  }
}

/**
 * The refused rows under the table's heading, each with what is wrong with it: mended, they are imported by the same
 * mapping. Cells stay as they are, and rows that are no CSV are as they were written.
 */
export async function faultyTable(job: Job, say: (t: Text) => string): Promise<Blob> {
  const { table } = job.mapping;
  const old = job.heading.indexOf(errorColumn);
  const own = (cells: readonly string[]): string[] => cells.filter((_, i) => i !== old);
  const heading = own(job.heading);
  // The same mapping reads it, with its heading in the same row.
  const parts: string[] = [mark, ...Array.from({ length: (table.heading ?? 1) - 1 }, () => csvRow(['-'], table)), csvRow([...heading, errorColumn], table)];
  for await (const { cells, faults, raw } of everyFault(job.id)) {
    const wrong = faults.map((f) => (f.column ? `${f.column}: ${say(f.says)}` : say(f.says))).join(' ');
    if (raw !== undefined) parts.push(`${raw.replace(/[\r\n]+$/, '')}\r\n`);
    else parts.push(csvRow([...padded(own(cells), heading.length), wrong], table));
  }
  return new Blob(parts, { type: 'text/csv;charset=utf-8' });
}

const padded = (cells: readonly string[], n: number): readonly string[] => (cells.length >= n ? cells : [...cells, ...Array.from({ length: n - cells.length }, () => '')]);

/** A line for each fault: row, column, value, code, reason. */
export async function faultRows(job: Job, say: (t: Text) => string): Promise<(string | number)[][]> {
  const rows: (string | number)[][] = [['row', 'column', 'value', 'code', 'reason']];
  for await (const { line, faults } of everyFault(job.id)) for (const f of faults) rows.push([line, f.column, f.value, f.code, say(f.says)]);
  return rows;
}

/** The key columns of each row that the journal knows, with its code. */
export async function codeRows(job: Job): Promise<string[][]> {
  const entries = await entriesOf(setOf(job.net, job.mapping.source));
  return [[...job.mapping.key, 'asset', 'event', 'recorded'], ...entries.map((e) => [...(JSON.parse(e.key) as string[]), e.asset, e.event, String(e.recorded !== undefined)])];
}
