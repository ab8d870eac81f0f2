import { readFileSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enrol } from './acts';
import { Phone } from './browser';
import { scene as anyScene, weather } from './scene';

// Imports at the desk: a table with faulty rows is mended and imported again, another is cut off by a reload, a workbook
// is read. That each row is on the ledger exactly once is counted in Go, after this.

const scene = anyScene as unknown as { site: string; importer: string; planter: string; plot: string; lat: number; lon: number; rows: number; long: number; sheet: number };

const phones: Phone[] = [];
let desk: Phone;

async function take(name: string, options: Parameters<typeof Phone.take>[1] = {}): Promise<Phone> {
  const phone = await Phone.take(name, { ...options, placesById: true });
  phones.push(phone);
  return phone;
}

beforeAll(async () => {
  desk = await take('importer', { desk: true });
});

afterAll(async () => {
  for (const phone of phones) await phone.putAway();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const phone of phones) {
    await phone.picture(`failed-${phone.name}`);
    console.log(`${phone.name} showed: ${await phone.text()}`);
  }
});

const heading = ['No', 'Species', 'DBH (cm)', 'Height (m)', 'Year planted', 'Lat', 'Lon', 'Plot', 'Surveyed', 'Source'];

/** A row as it should be: trees stand on a grid within the plot. */
const good = (set: string, n: number): string[] => [
  String(n), 'Pinus tabuliformis', (5 + (n % 200) / 10).toFixed(1), '3.5', '2024',
  ((scene.lat - 400 + (n % 40) * 20) / 1e6).toFixed(6), ((scene.lon - 900 + (Math.floor(n / 40) % 80) * 20) / 1e6).toFixed(6), scene.plot, '13/03/2026', `${set}-${n}`,
];

const csv = (rows: readonly (readonly string[])[]): string => [heading, ...rows].map((r) => r.map((c) => (/[",\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(',')).join('\n');
const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

/** What is wrong with twenty of them, by the number of the row. */
const spoil: Readonly<Record<number, (r: string[]) => string[]>> = Object.fromEntries(
  Array.from({ length: 20 }, (_, i) => {
    const kinds: ((r: string[]) => string[])[] = [
      (r) => r.with(2, 'thick'), (r) => r.with(1, ''), (r) => r.with(5, '95.1'), (r) => r.with(4, '24'), (r) => r.slice(0, 4),
      (r) => r.with(5, ((scene.lat + 9000) / 1e6).toFixed(6)), (r) => r.with(8, '31/02/2026'), (r) => r.with(0, '1'), (r) => r.with(2, '700'), (r) => r.with(7, 'Plot 9/14'),
    ];
    return [10 + i * 13, kinds[i % kinds.length]!];
  }),
);

const counts = async (): Promise<number[]> => (await desk.page.locator('dl.counts dd').allInnerTexts()).map((t) => Number(t.replace(/\D/g, '')));
const state = (word: string) => desk.page.locator('p[role=status] .state', { hasText: new RegExp(`^\\s*${word}\\s*$`) });

test('a planter may not import, and is told so', async () => {
  const planter = await take('planter', { desk: true });
  await enrol(planter, scene.planter);
  await planter.desk('#/import');
  await planter.page.getByText('This device may not import').waitFor();
  await planter.looks('import-not-yours');
});

test('a table is looked at, and the mapping is guessed', async () => {
  await enrol(desk, scene.importer);
  await desk.desk('#/import');
  await desk.page.locator('#import-file').waitFor({ state: 'attached' });
  await desk.looks('import-empty');
  // Nothing in this table tells days from months, nor the unit: a person says both.
  const unsaid = csv([good('unsaid', 1).with(8, '12/03/2026')]).replace('DBH (cm)', 'DBH');
  await desk.page.locator('#import-file').setInputFiles(file('unsaid-trees.csv', unsaid));
  await desk.page.locator('#import-day').selectOption({ label: '2026-03-12 (dd/MM/yyyy)' });
  await desk.page.locator('p.wrong', { hasText: 'Say the unit that this column is in' }).waitFor();
  expect(await desk.page.getByText('Check all rows').count()).toBe(0);
  await desk.page.getByLabel('Trunk diameter at breast height: Unit').selectOption('cm');
  await desk.page.getByText('Check all rows').waitFor();
  const rows = Array.from({ length: scene.rows }, (_, i) => (spoil[i + 1] ?? ((r: string[]) => r))(good('mended', i + 1)));
  await desk.page.locator('#import-file').setInputFiles(file('spring-trees.csv', csv(rows)));
  await expect.poll(() => desk.page.locator('#import-set').inputValue()).toBe('spring-trees');
  await desk.page.getByText('Check all rows').waitFor();
  const value = (id: string): Promise<string> => desk.page.locator(id).inputValue();
  expect([await value('#import-key-0'), await value('#import-lat'), await value('#import-data-species'), await value('#import-data-dbh'), await value('#import-data-yearPlanted'), await value('#import-set')]).toEqual(
    ['No', 'Lat', 'Species', 'DBH (cm)', 'Year planted', 'spring-trees'],
  );
  expect([await value('#import-at'), await value('#import-layout'), await value('#import-data-plot')]).toEqual(['Surveyed', 'dd/MM/yyyy', 'Plot']);
  await desk.page.getByText(/of the first 200 rows can be recorded/).waitFor();
  await desk.page.getByText(/^Height: from 3\.5\sm \(three point five metres\)/).waitFor(); // what is about to be signed, in words
  await desk.looks('import-mapping');
});

test('the check says what would be refused, and records nothing', async () => {
  await desk.page.getByText('Check all rows').click();
  await state('Checked').waitFor({ timeout: 60_000 });
  await expect.poll(() => counts()).toEqual([scene.rows - 20, 0, 20, 0]);
  await desk.looks('import-checked');
});

test('the import records the others', async () => {
  await desk.page.locator('button', { hasText: `Import ${scene.rows - 20} rows` }).click();
  await state('Done, with faulty rows').waitFor({ timeout: 60_000 });
  await expect.poll(() => counts()).toEqual([scene.rows - 20, 0, 20, 0]);
  await desk.looks('import-done');
});

test('the faulty rows are mended and imported', async () => {
  const [download] = await Promise.all([desk.page.waitForEvent('download'), desk.page.locator('button', { hasText: 'Save the faulty rows' }).click()]);
  const faulty = readFileSync(await download.path(), 'utf8').replace(/^\ufeff/, '').trimEnd().split('\r\n');
  expect(faulty).toHaveLength(21);
  expect(faulty[0]).toBe([...heading, 'rootline-error'].join(','));
  expect(faulty[1]).toContain('DBH (cm): Not a number.');
  const numbers = Object.keys(spoil).map(Number);
  // As a spreadsheet in many countries saves it: with semicolons.
  const mended = [[...heading, 'rootline-error'], ...numbers.map((n) => [...good('mended', n), ''])].map((r) => r.join(';')).join('\r\n');
  await desk.page.locator('#import-mended').setInputFiles(file('spring-trees-faulty.csv', `\ufeff${mended}`));
  // Nothing is recorded before its preview was seen; a number that may be two is asked about once.
  await desk.page.getByText('20 of the first 20 rows can be recorded.').waitFor();
  await desk.looks('import-mended');
  await desk.page.getByText('Import without checking').click();
  await state('Done').waitFor({ timeout: 60_000 });
  await expect.poll(() => counts()).toEqual([20, 0, 0, 0]);
});

test('the whole table again records nothing', async () => {
  await desk.desk('#/import');
  await desk.page.locator('table a').first().waitFor();
  const rows = Array.from({ length: scene.rows }, (_, i) => good('mended', i + 1));
  await desk.page.locator('#import-file').setInputFiles(file('spring-trees.csv', csv(rows)));
  await desk.page.getByText('The mapping of spring-trees is used').waitFor();
  await desk.page.getByText('Import without checking').click();
  await state('Done').waitFor({ timeout: 60_000 });
  await expect.poll(() => counts()).toEqual([0, scene.rows, 0, 0]);
});

test('a reload in the middle: the import goes on from any page of the desk', async () => {
  await desk.desk('#/import');
  const rows = Array.from({ length: scene.long }, (_, i) => good('long', i + 1));
  await desk.page.locator('#import-file').setInputFiles(file('long-trees.csv', csv(rows)));
  await desk.page.locator('#import-set').fill('long-trees');
  await desk.page.locator('#import-set').press('Tab');
  await desk.page.getByText('Import without checking').click();
  await desk.page.locator('dl.counts').waitFor();
  for (const end = Date.now() + 60_000; (await counts())[0]! === 0; ) if (Date.now() > end) throw new Error('nothing was recorded');
  const before = await counts();
  await desk.desk('#/');
  expect(before[0]!, 'it was in the middle').toBeLessThan(scene.long);
  await desk.go('#/import');
  await desk.page.locator('table a').first().click();
  await desk.picture('import-running');
  await state('Done').waitFor({ timeout: 90_000 });
  const [recorded, earlier, refused, left] = await counts();
  expect([recorded! + earlier!, refused, left]).toEqual([scene.long, 0, 0]);
  console.log(`cut off at ${String(before[0])} of ${scene.long} rows`);
});

/** A workbook of one sheet; dates are numbers with a style, as spreadsheets keep them. */
function workbook(rows: readonly (readonly string[])[]): Buffer {
  const column = (i: number): string => String.fromCharCode(65 + i);
  const cell = (c: string, i: number, line: number): string => {
    if (line > 1 && heading[i] === 'Surveyed') return `<c r="${column(i)}${line}" s="1"><v>46093</v></c>`; // 12 March 2026
    return /^-?[\d.]+$/.test(c) ? `<c r="${column(i)}${line}"><v>${c}</v></c>` : `<c r="${column(i)}${line}" t="inlineStr"><is><t>${c}</t></is></c>`;
  };
  const sheet = [heading, ...rows].map((r, n) => `<row r="${n + 1}">${r.map((c, i) => cell(c, i, n + 1)).join('')}</row>`).join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return Buffer.from(zipSync({
    'xl/workbook.xml': strToU8(`<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="Trees" sheetId="1" r:id="rId1"/></sheets></workbook>`),
    'xl/_rels/workbook.xml.rels': strToU8(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`),
    'xl/styles.xml': strToU8(`<styleSheet xmlns="${main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`),
  }));
}

test('a workbook is imported, and a mapping goes out and comes in', async () => {
  await desk.desk('#/import');
  await desk.page.locator('#import-file').setInputFiles({ name: 'sheet-trees.xlsx', mimeType: 'application/octet-stream', buffer: workbook(Array.from({ length: scene.sheet }, (_, i) => good('sheet', i + 1))) });
  await desk.page.getByText('Check all rows').waitFor();
  await desk.page.locator('#import-set').fill('sheet-trees');
  await desk.page.locator('#import-set').press('Tab');
  const [download] = await Promise.all([desk.page.waitForEvent('download'), desk.page.locator('button', { hasText: 'Save the mapping' }).click()]);
  const yaml = readFileSync(await download.path(), 'utf8');
  expect(yaml).toContain('source: sheet-trees');
  await desk.page.locator('#import-map').setInputFiles({ name: 'm.yaml', mimeType: 'application/yaml', buffer: Buffer.from(yaml) });
  await desk.page.getByText('The mapping of sheet-trees is used').waitFor();
  await desk.picture('import-sheet');
  // Nearly every request is lost: it waits, and says so; it is stopped, and goes on when the line is back.
  await weather(999);
  await desk.page.getByText('Import without checking').click();
  await desk.page.getByText('It continues by itself').waitFor();
  await desk.looks('import-waits');
  await desk.page.locator('button', { hasText: 'Stop' }).click();
  await state('Stopped').waitFor();
  await desk.looks('import-stopped');
  await weather(0);
  await desk.page.locator('button', { hasText: 'Continue' }).click();
  await state('Done').waitFor({ timeout: 60_000 });
  await expect.poll(() => counts()).toEqual([scene.sheet, 0, 0, 0]);
});

test('what was imported is listed', async () => {
  await desk.desk('#/import');
  await desk.page.locator('table a').first().waitFor();
  await desk.looks('import-list');
  await desk.page.locator('table a').first().click();
  await desk.page.getByRole('button', { name: 'Remove from this list' }).click();
  await desk.dialog('forget an import');
  await desk.page.locator('dialog[open] .actions button').first().click();
});
