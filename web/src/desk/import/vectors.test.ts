import { describe, expect, it } from 'vitest';
import { forestation } from '../../works/books.testing';
import { faultWords } from './faults';
import { digestOf, Plan } from './plan';
import { openTable } from './table';
import table from './testdata/trees.csv?raw';
import wanted from './testdata/trees.json';
import mapping from './testdata/trees.yaml?raw';
import words from './testdata/words.json';
import type { Fault, Row } from './types';
import { readMapping, writeMapping } from './yaml';

// importer/page_test.go is the other side: what a table becomes here it becomes on the command line.

async function rowsOf(text: string, map: string): Promise<{ plan: Plan; rows: Row[] }> {
  const m = readMapping(map);
  const opened = await openTable(new Blob([text]), m.table);
  const rows: Row[] = [];
  for await (const row of opened.rows()) rows.push(row);
  return { plan: new Plan(m, opened.heading, forestation), rows };
}

async function becomes(plan: Plan, row: Row): Promise<object> {
  const fails = (faults: readonly Fault[], key?: string): object => ({ line: row.line, ...(key !== undefined && { key }), faults });
  if (row.fault !== undefined) return fails([row.fault]);
  const key = plan.rowKey(row);
  if ('fault' in key) return fails([key.fault]);
  const made = plan.event(row);
  if ('faults' in made) return fails(made.faults, key.key);
  return { line: row.line, key: key.key, digest: await digestOf(made.event), event: { id: '', ...made.event } };
}

describe('the command line and the desk', () => {
  it('make the same of every row', async () => {
    const { plan, rows } = await rowsOf(table, mapping);
    expect(await Promise.all(rows.map((r) => becomes(plan, r)))).toEqual(wanted);
  });

  it('make the same of a mapping that was read and written', async () => {
    const { plan, rows } = await rowsOf(table, writeMapping(readMapping(mapping)));
    expect(await Promise.all(rows.map((r) => becomes(plan, r)))).toEqual(wanted);
  });

  it('name the columns that a rule looked at', () => {
    const plan = new Plan(readMapping(mapping), ['No', 'Park', 'Common Name', 'Scientific Name', 'Genus', 'Diameter', 'Height', 'Year', 'Where', 'Day', 'Latitude', 'Longitude', 'Plot'], forestation);
    const row = { line: 2, cells: ['1', 'A', '', '', '', '', '', '', '', '', '38.9', '115.9', 'forest/9/14'] };
    const says = { en: '', zh: '' };
    expect(plan.blame(row, { code: 'outside-plot', says, rule: 'forestation@1/tree/inventory/outside-plot' })).toMatchObject({ column: 'Plot, Latitude, Longitude', value: 'forest/9/14, 38.9, 115.9' });
    expect(plan.blame(row, { code: 'not-yours', says, rule: 'registry@1/adopt' })).toMatchObject({ column: '', value: '' });
  });

  it('say the same of a fault', () => {
    expect(Object.fromEntries(Object.entries(faultWords).map(([code, { en, zh }]) => [code, { en, zh }]))).toEqual(words);
  });
});
