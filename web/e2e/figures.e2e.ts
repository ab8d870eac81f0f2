import { writeFileSync, readFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enrol, until } from './acts';
import { Phone } from './browser';
import { scene as anyScene } from './scene';

// The overview in a real browser: figures of the day that follow the ledger, plans by week from a table, what waits.

const scene = anyScene as unknown as { site: string; director: string; manager: string; supervisor: string; week: string; before: string; after: string; planted: number };
const folder = mkdtempSync(join(tmpdir(), 'rootline-plan-'));

let desk: Phone;
let supervisor: Phone;

beforeAll(async () => {
  desk = await Phone.take('manager', { desk: true });
  await enrol(desk, scene.manager);
  supervisor = await Phone.take('supervisor', { desk: true });
  await enrol(supervisor, scene.supervisor);
});

afterAll(async () => {
  await desk?.putAway();
  await supervisor?.putAway();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await desk.picture('failed-figures');
  console.log(await desk.text());
});

const figure = async (name: string): Promise<number> => Number((await desk.page.locator(`[data-figure="${name}"]`).innerText()).replace(/\D/g, ''));

test('the figures of a place are counted', async () => {
  const { page } = desk;
  await desk.desk('#/?place=grove');
  await until('the plantings are counted', async () => (await page.locator('[data-figure="forestation@1/planted"]').count()) > 0 && (await figure('forestation@1/planted')) === scene.planted, 20);
  expect(await figure('forestation@1/accepted')).toBe(0);
  expect(await figure('unsent')).toBe(0);
  await expect.poll(() => page.locator('[data-figure="forestation@1/located"]').innerText()).toBe('100 %');
  await page.getByText('No place has a plan yet').waitFor({ state: 'detached' });
});

test('a plan is imported: faults are told, the mended table is signed', async () => {
  const { page } = desk;
  await page.getByRole('link', { name: 'Import a plan' }).click();
  const heading = 'place,kind,week,amount';
  const good = [`grove/1,tree,${scene.before},2`, `grove/1,Tree,${scene.week},20`, `grove/1,树木,${scene.after},30`, `grove/2,tree,${scene.week},3`];
  const choose = async (name: string, lines: readonly string[]): Promise<void> => {
    const file = join(folder, name);
    writeFileSync(file, [heading, ...lines].join('\n'));
    await page.locator('#plan-file').setInputFiles(file);
  };
  await choose('faulty.csv', [...good, 'grove/9,tree,2026-W99,many', `grove/2,tree,${scene.week},4`]);
  await page.getByText('2 rows are faulty').waitFor();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(4);
  await expect.poll(() => page.locator('tbody').innerText()).toContain('Row 5 has the same place');
  expect(await page.getByRole('button', { name: 'Sign and record' }).count()).toBe(0);
  await desk.looks('plan-faulty');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download an empty table' }).click()]);
  expect(readFileSync(await download.path(), 'utf8')).toBe(`\ufeff${heading}\r\n`);

  await choose('mended.csv', good);
  await page.getByText('4 amounts for 2 places').waitFor();
  await page.getByRole('button', { name: 'Sign and record' }).click();
  await page.getByText('The plan of 2 places is on the ledger.').waitFor();
});

test('plans stand against what was done', async () => {
  const { page } = desk;
  await desk.desk('#/?place=grove');
  const bars = page.locator('.progress').first().locator('ul > li');
  await until('both sections have a plan', async () => (await bars.count()) === 2, 20);
  // Of twelve, every third went into the second section.
  await expect.poll(() => bars.nth(0).innerText()).toMatch(/Section 1[\s\S]*8 of 100[\s\S]*14 behind the plan/);
  await expect.poll(() => bars.nth(1).innerText()).toMatch(/Section 2[\s\S]*4 of 3[\s\S]*1 ahead of the plan/);
  await page.locator('.u-wrap canvas').waitFor();
  await page.locator('figure + details summary').click();
  await expect.poll(() => page.locator('figure + details tbody').innerText()).toMatch(new RegExp(`${scene.week}\\s+23\\s+12`));
});

test('the figures follow the ledger while one looks', async () => {
  for (const n of [1, 2]) {
    expect(await (await fetch(`${scene.director}/accept`)).json()).toBe('committed');
    await until(`${n} are accepted`, async () => (await figure('forestation@1/accepted')) === n, 20);
  }
  const { page } = desk;
  const refused = await figure('refused');
  expect(await (await fetch(`${scene.director}/refuse`)).json()).toBe('refused');
  expect(await (await fetch(`${scene.director}/accept`)).json()).toBe('committed');
  await until('what was refused is counted', async () => (await figure('refused')) === refused + 1, 20);
  await desk.looks('overview');
  await desk.firstScreen('overview', ['.map .leaflet-container, .map .map', '.waits']);
  // Each figure leads to what it counts.
  await page.locator('a:has([data-figure="refused"])').click();
  await page.getByRole('heading', { name: 'Refusals' }).waitFor();
  await until('the refused event is listed with its device', async () => (await page.locator('tbody tr').count()) >= 1, 20);
  await desk.looks('refusals');
  await desk.desk('#/?place=grove');
  await page.locator('a:has([data-figure="forestation@1/accepted"])').click();
  await until('what was accepted today is listed', async () => (await page.locator('tbody tr').count()) === 3, 20);
});

test('a supervisor sees what waits, and where', async () => {
  const { page } = supervisor;
  await supervisor.desk('#/');
  const row = page.locator('li', { hasText: 'Tree, Planted' });
  await row.waitFor();
  await expect.poll(() => row.innerText()).toContain('Accept as established');
  await supervisor.looks('overview-supervisor');
  await row.getByRole('link', { name: /^Plot 1-1/ }).click();
  await until('the plot’s trees are listed', async () => (await page.locator('tbody tr').count()) > 0, 20);
  expect(new URL(page.url()).hash).toContain('place=grove%2F1%2F1');
  await page.locator('header summary, header button[aria-expanded]').first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await supervisor.dialog('signing out');
  await page.locator('dialog[open] .actions button').first().click();
  await supervisor.desk('#/plan');
  await page.getByText('Only managers of the works record plans. This browser is enrolled as Supervisor.').waitFor();
});

test('a place without anything says so', async () => {
  await desk.desk('#/?place=lake');
  await desk.page.getByText('Nothing is recorded yet').waitFor();
  await desk.page.getByText('No place has a plan yet').waitFor();
  await desk.looks('overview-empty');
});
