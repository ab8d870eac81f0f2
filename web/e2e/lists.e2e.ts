import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { groupCode } from '../src/core/code';
import { enrol, until } from './acts';
import { Phone } from './browser';
import { scene as anyScene } from './scene';

// The desk's lists in a real browser: filters in the address, columns, exports, labels, a lot's balance, a record that is
// voided. What is downloaded is read in Go, after this: e2e/lists_test.go.

const scene = anyScene as unknown as {
  site: string; nursery: string; manager: string; saved: string; species: string; trees: number; lifted: number; mistaken: string; gravel: string; saplings: string; sheet: string; blank: number; plot: string;
};

let desk: Phone;

beforeAll(async () => {
  desk = await Phone.take('nursery', { desk: true });
  await enrol(desk, scene.nursery);
});

afterAll(() => desk?.putAway());

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await desk.picture('failed-lists');
  console.log(await desk.text());
});

const count = (): Promise<string> => desk.page.locator('.count').innerText();
const counted = (n: number): Promise<void> => until(`${n} are counted`, async () => (await count()).replace(/\D/g, '') === String(n), 20);

/** Presses a button and keeps what is downloaded. */
async function saved(press: () => Promise<void>, name: string): Promise<void> {
  const [download] = await Promise.all([desk.page.waitForEvent('download'), press()]);
  await download.saveAs(join(scene.saved, name));
}

test('items are filtered, and the address keeps it', async () => {
  const { page } = desk;
  await desk.desk('#/items');
  await page.locator('tbody tr').first().waitFor();
  await page.locator('select[name=kind]').selectOption('forestation/tree');
  await page.locator('input[name=text]').fill(scene.species.toUpperCase());
  await page.locator('input[name=text]').press('Enter');
  await counted(scene.trees);
  await page.locator('.field summary').click();
  await page.locator('input[name=state][value=lifted]').check();
  await counted(scene.lifted);
  await page.locator('input[name=state][value=established]').check();
  await counted(scene.lifted);
  await page.keyboard.press('Escape');
  expect(new URL(page.url()).hash).toContain('state=lifted%2Cestablished');
  await page.reload();
  await counted(scene.lifted);
  await until('the rows are there', async () => (await page.locator('tbody tr').count()) === scene.lifted, 20);
  // Each row has the item's photo, made smaller by the gateway.
  const photo = page.locator('tbody tr').first().locator('.photo img');
  await until('the photo is drawn', async () => (await photo.evaluate((img: HTMLImageElement) => img.naturalWidth)) === 240, 20);
  await expect.poll(() => photo.getAttribute('src')).toMatch(/^\/api\/v1\/evidence\/[0-9a-f]{64}\/picture$/);

  await page.locator('.bar summary').click();
  await page.locator('.bar .tick', { hasText: 'Species' }).locator('input').check();
  await page.locator('.bar .tick', { hasText: 'Held by' }).locator('input').uncheck();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('thead th:not(.pick, .photo)').allInnerTexts()).toEqual(['Code', 'Kind', 'State', 'Name', 'Place', 'Changed', 'Species']);
  await expect.poll(() => page.locator('tbody tr').first().innerText()).toContain(scene.species);
  await page.locator('tbody tr a').first().click();
  await page.locator('.panel .facts').waitFor();
  await desk.looks('lists-items');
});

test('a list is sorted by its columns, and the address keeps it', async () => {
  const { page } = desk;
  const head = (name: string) => page.locator('thead th').filter({ has: page.getByRole('button', { name, exact: true }) });
  // The box that selects a row and its photo stand before the columns.
  const column = async (n: number): Promise<string[]> => (await page.locator(`tbody tr td:nth-child(${n + 2})`).allInnerTexts()).map((t) => t.replace(/\s/g, ''));
  await desk.desk(`#/items?kind=tree&text=${encodeURIComponent(scene.species)}`);
  await counted(scene.trees);
  await expect.poll(() => head('Changed').getAttribute('aria-sort')).toBe('descending');
  const states = (): Promise<string[]> => column(3);
  await head('State').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await page.locator('thead th[aria-sort=ascending]', { hasText: 'State' }).waitFor();
  expect(new URL(page.url()).hash).toContain('order=state');
  await until('the lifted come first', async () => (await states()).length === 100 && (await states()).slice(0, scene.lifted).every((s) => s.startsWith('Lifted')) && !(await states())[scene.lifted]!.startsWith('Lifted'), 20);
  // The next pages go on where the one before ended: every item once.
  await page.getByRole('button', { name: 'Show more' }).click();
  await until('another page is there', async () => (await column(1)).length === 200, 20);
  expect(new Set(await column(1)).size).toBe(200);
  await head('State').getByRole('button').click();
  await page.locator('thead th[aria-sort=descending]', { hasText: 'State' }).waitFor();
  await until('the lifted come last', async () => (await states()).length === 100 && !(await states()).some((s) => s.startsWith('Lifted')), 20);
  await head('Code').getByRole('button').click();
  await until('sorted by code', async () => (await column(1)).length === 100 && JSON.stringify(await column(1)) === JSON.stringify((await column(1)).sort()), 20);
  await page.reload();
  await page.locator('thead th[aria-sort=ascending]', { hasText: 'Code' }).waitFor();
  await counted(scene.trees);
  await desk.looks('lists-sorted');

  await desk.desk('#/events?order=recorded');
  await page.locator('tbody tr').first().waitFor();
  await expect.poll(() => page.locator('thead th[aria-sort=ascending]').allInnerTexts()).toEqual(['Recorded', 'Block']);
  const blocks = async (): Promise<number[]> => (await page.locator('tbody tr td:nth-child(7)').allInnerTexts()).map(Number);
  expect(await blocks()).toEqual([...(await blocks())].sort((a, b) => a - b));
  // Places go by their titles in the language that is read, people by their names.
  await desk.desk('#/places?order=title');
  const titles = (): Promise<string[]> => page.locator('tbody tr td:first-child a').allInnerTexts();
  const byCode = (all: readonly string[]): string[] => all.map((t) => t.toLowerCase()).sort();
  await page.locator('thead th[aria-sort=ascending]', { hasText: 'Title' }).waitFor();
  await until('places go by their titles', async () => (await titles()).length > 2 && JSON.stringify((await titles()).map((t) => t.toLowerCase())) === JSON.stringify(byCode(await titles())), 20);
  await desk.desk('#/people');
  await head('Name').getByRole('button').click();
  await page.locator('thead th[aria-sort=ascending]', { hasText: 'Name' }).waitFor();
  await until('people go by their names', async () => (await titles()).length > 2 && JSON.stringify((await titles()).map((t) => t.toLowerCase())) === JSON.stringify(byCode(await titles())), 20);
  await desk.desk('#/events?order=recorded');
  await page.locator('tbody tr').first().waitFor();
  await head('Block').getByRole('button').click();
  await until('the last recorded comes first', async () => JSON.stringify(await blocks()) === JSON.stringify([...(await blocks())].sort((a, b) => b - a)), 20);
});

test('a list is kept by a name, renamed, removed, and its address opens it elsewhere', async () => {
  const { page } = desk;
  const saved = page.getByRole('navigation', { name: 'Saved views' });
  await desk.desk(`#/items?kind=tree&state=lifted&order=-code&text=${encodeURIComponent(scene.species)}`);
  await counted(scene.lifted);
  await saved.getByRole('button', { name: 'Save this view' }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.getByText('Give it a name.').waitFor();
  await dialog.getByLabel('Name').fill('Lifted, last code first');
  await desk.dialog('save a view');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await saved.locator('a[aria-current=page]', { hasText: 'Lifted, last code first' }).waitFor();
  await saved.getByRole('button', { name: 'Rename' }).click();
  await dialog.getByLabel('Name').fill('起苗待装');
  await dialog.getByLabel('Name').press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await desk.looks('lists-views');

  // Found again from the bare list, after the browser was closed; a page of another kind has its own.
  await desk.desk('#/lots');
  await page.locator('tbody tr').first().waitFor();
  expect(await saved.count()).toBe(0);
  await desk.desk('#/items');
  await saved.getByRole('link', { name: '起苗待装' }).click();
  await counted(scene.lifted);
  await page.locator('thead th[aria-sort=descending]', { hasText: 'Code' }).waitFor();
  await saved.getByRole('button', { name: 'Remove' }).click();
  await saved.getByText('is removed').waitFor();
  await page.reload();
  await counted(scene.lifted);
  await page.getByRole('button', { name: 'Save this view' }).waitFor();
  expect(await saved.getByRole('link').count()).toBe(0);
});

test('the position and the day of a change are filters, too; nothing is said kindly', async () => {
  const { page } = desk;
  await desk.desk(`#/items?kind=tree&text=${encodeURIComponent(scene.species)}&located=no`);
  await counted(scene.trees / 2);
  await desk.desk(`#/items?kind=tree&text=${encodeURIComponent(scene.species)}&from=2999-01-01`);
  await counted(0);
  await page.locator('.empty, p', { hasText: 'No items match' }).first().waitFor();
  await desk.looks('lists-empty');
});

test('everything that matches is exported', async () => {
  const { page } = desk;
  await desk.desk(`#/items?kind=tree&text=${encodeURIComponent(scene.species)}`);
  await counted(scene.trees);
  await saved(() => page.getByRole('button', { name: 'Export CSV' }).click(), 'items.csv');
  await saved(() => page.getByRole('button', { name: 'Export XLSX' }).click(), 'items.xlsx');
});

test('events, places, people', async () => {
  const { page } = desk;
  await desk.desk('#/events');
  await page.locator('tbody tr').first().waitFor();
  await desk.looks('lists-events');
  await page.locator('select[name=action]').selectOption('lift');
  await until('only liftings are shown', async () => (await page.locator('tbody tr td:nth-child(2)').allInnerTexts()).every((w) => w === 'Lift'), 20);
  await saved(() => page.getByRole('button', { name: 'Export CSV' }).click(), 'events.csv');
  await desk.desk('#/places?q=140');
  await page.locator('tbody tr', { hasText: 'Test forest 9 140' }).waitFor();
  await desk.looks('lists-places');
  await desk.desk('#/people?role=nursery');
  await page.locator('tbody tr:visible').first().waitFor();
  await desk.looks('lists-people');
});

test('one act on many rows: what the rules refuse is left out, the rest is signed one by one and is not lost with the page', async () => {
  const { page } = desk;
  const some = `#/items?kind=tree&state=lifted&order=code&text=${encodeURIComponent(scene.species)}`;
  await desk.desk(some);
  await counted(scene.lifted);
  await page.getByLabel('Select all that are shown').check();
  const bar = page.getByRole('group', { name: `${scene.lifted} items selected` });
  await bar.waitFor();
  await page.locator('tbody input[type=checkbox]').last().uncheck();
  const n = scene.lifted - 1;
  await page.getByRole('group', { name: `${n} items selected` }).waitFor();
  await desk.looks('lists-selected');
  await page.getByRole('button', { name: 'Load…' }).waitFor();
  expect(await page.getByRole('group', { name: 'selected' }).getByRole('button').allInnerTexts(), 'what asks for a photo of each is not offered').not.toContain('Lift…');

  // Meanwhile one of them is loaded by itself: the rules refuse it here.
  const one = (await page.locator('tbody tr td .code').first().innerText()).replace(/\s/g, '');
  const other = await page.context().newPage();
  await other.goto(`${scene.site}/desk/#/item/${one}`);
  await other.getByRole('button', { name: 'Load', exact: true }).click();
  await other.locator('#f-data-waybill').fill('W-0');
  await other.locator('.act button.primary').click();
  await other.getByText('Load: On the ledger').waitFor();
  await other.close();

  await page.getByRole('button', { name: 'Load…' }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.locator('button.primary').click();
  await dialog.locator('.error, [role=alert]').first().waitFor(); // the waybill is asked for
  await dialog.locator('#f-data-waybill').fill('W-77');
  await desk.dialog('one act on many');
  await dialog.locator('button.primary').click();
  await dialog.getByText('The rules refuse 1 item').waitFor();
  await desk.picture('lists-many-refused');
  // The page is left before anything is sent: all is kept, and goes on.
  await desk.offline(true);
  await dialog.getByRole('button', { name: `Record on ${n - 1} items` }).click();
  await page.getByText(`${n - 1} being sent`).waitFor();
  await desk.kill();
  await desk.start();
  await desk.desk(some);
  await desk.speak('en'); // what was chosen a moment before the browser's death is not kept
  const now = desk.page;
  await now.getByText(`${n - 1} recorded`).waitFor({ timeout: 60_000 });
  await counted(1);
  await desk.looks('lists-many');
  await now.getByRole('button', { name: 'Close', exact: true }).click();
  await now.locator('.outcome').waitFor({ state: 'detached' });
  const loaded = (await (await fetch(`${scene.site}/api/v1/assets/${one}/events`)).json()) as { items: { data?: { waybill?: string } }[] };
  expect(loaded.items[0]?.data?.waybill, 'the refused one is as it was').toBe('W-0');
});

test('a lot shows its balance', async () => {
  const { page } = desk;
  await desk.desk('#/lots');
  await page.locator('tbody tr', { hasText: groupCode(scene.gravel) }).waitFor();
  await desk.looks('lists-lots');
  await desk.desk(`#/item/${scene.gravel}`);
  await page.locator('svg text', { hasText: '22.5 %' }).waitFor();
  await expect.poll(() => page.locator('p', { hasText: 'make' }).first().innerText()).toMatch(/24\s010\s+kg used and 15\s990\s+kg left make 40\s000\s+kg/);
  await desk.looks('lists-balance');
  await desk.desk(`#/item/${scene.saplings}`);
  await page.getByText('200 codes on its list').waitFor();
});

test('labels of a filter are printed in one job', async () => {
  const { page } = desk;
  await desk.desk(`#/items?kind=tree&text=${encodeURIComponent(scene.species)}`);
  await counted(scene.trees);
  await page.getByRole('link', { name: 'Print labels' }).last().click();
  await page.locator('strong', { hasText: /1\s000 items/ }).waitFor();
  await page.locator('select').filter({ has: page.locator(`option[value="${scene.sheet}"]`) }).selectOption(scene.sheet);
  await page.locator('select').filter({ has: page.locator('option[value=species]') }).selectOption('');
  await desk.looks('labels');
  await page.getByRole('button', { name: 'Make the PDF' }).click();
  await page.getByText(/would lead to http:\/\/localhost/).first().waitFor();
  expect(await page.getByRole('button', { name: 'Save the PDF' }).count(), 'labels that lead to this machine are not printed without a word').toBe(0);
  await page.getByLabel('Print them anyway').check();
  await page.getByRole('button', { name: 'Make the PDF' }).click();
  await page.getByText(/Labels: 1\s000\. Pages: 16\./).waitFor();
  await desk.looks('labels-done');
  await saved(() => page.getByRole('button', { name: 'Save the PDF' }).click(), 'labels.pdf');

  await page.getByLabel('Blank labels, to be bound later').check();
  await page.getByLabel('How many').fill(String(scene.blank));
  await saved(() => page.getByRole('button', { name: /Make/ }).click(), 'codes.txt');
  await page.getByText(`Labels: ${scene.blank}. Pages: 1.`).waitFor();
  await saved(() => page.getByRole('button', { name: 'Save the PDF' }).click(), 'blank.pdf');

  await page.getByLabel('Codes on the list of a lot or roll').check();
  await page.getByLabel('Lot or roll', { exact: true }).fill(groupCode(scene.saplings));
  await page.getByRole('button', { name: /Make/ }).click();
  await page.getByText('Labels: 200. Pages: 4.').waitFor();

  await page.getByLabel('Codes I enter').check();
  await page.getByLabel('Codes', { exact: true }).fill('no code');
  await page.getByRole('button', { name: /Make/ }).click();
  await page.getByRole('alert').filter({ hasText: 'is no code' }).waitFor();
});

test('a roll of blank labels is issued', async () => {
  const office = await Phone.take('manager', { desk: true });
  try {
    await enrol(office, scene.manager);
    const { page } = office;
    await office.desk('#/labels');
    await page.getByLabel('Blank labels, to be bound later').check();
    await page.getByLabel('How many').fill('12');
    await page.getByLabel('Print them anyway').check();
    await page.getByRole('button', { name: /Make/ }).click();
    await page.getByRole('button', { name: 'Issue this roll' }).click();
    const issued = page.getByText(/The roll .* is on the ledger/);
    await issued.waitFor();
    const roll = /The roll ([0-9A-Z ]+) is/.exec(await issued.innerText())![1]!;
    await office.looks('labels-roll');
    // The gateway has its list: the same labels can be printed again.
    await page.getByLabel('Codes on the list of a lot or roll').check();
    await page.getByLabel('Lot or roll', { exact: true }).fill(roll);
    await page.getByRole('button', { name: /Make/ }).click();
    await page.getByText('Labels: 12. Pages: 1.').waitFor();
  } finally {
    await office.putAway();
  }
});

test('a mistaken record is voided with a reason, and stays', async () => {
  const { page } = desk;
  await desk.desk(`#/item/${scene.mistaken}`);
  await page.getByRole('button', { name: 'Void this record…' }).click();
  await page.locator('#f-data-reason').fill('Read twice from the list');
  await desk.looks('void');
  await page.locator('.act button.primary').click();
  await page.getByText('This record was voided.').waitFor();
  await page.locator('.facts strong', { hasText: 'Recorded by mistake' }).waitFor();
});
