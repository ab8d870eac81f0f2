import { afterAll, afterEach, expect, test } from 'vitest';
import { enrol, jpeg } from './acts';
import { Phone } from './browser';
import { direct, scene as anyScene } from './scene';

// Works that nobody thought of, at the desk: their rulebook was adopted a moment ago, and there are forms, refusals, lists
// and pages for them. What stands on the ledger afterwards is looked at in Go.

const scene = anyScene as unknown as { supplier: string; builder: string; supervisor: string; manager: string; road: string };
const desks: Phone[] = [];
let code = '';

async function seat(name: string, link: string): Promise<Phone> {
  const desk = await Phone.take(name, { desk: true });
  desks.push(desk);
  await enrol(desk, link);
  return desk;
}

const photo = async (desk: Phone): Promise<void> =>
  desk.page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('lamp', (await desk.pictures(1))[0]!));

/** Presses the button that records, and waits for the ledger and for the page to say the new state. */
async function record(desk: Phone, state: string): Promise<void> {
  await desk.page.locator('.act .row button').first().click();
  await desk.page.locator('.facts strong', { hasText: state }).first().waitFor({ timeout: 30_000 });
}

afterAll(async () => {
  for (const desk of desks) await desk.putAway();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const desk of desks) {
    await desk.picture(`failed-${desk.name}`);
    console.log(`${desk.name} showed: ${await desk.text()}`);
  }
});

test('a supplier begins a lamp by its own form', async () => {
  const desk = await seat('lamp-supplier', scene.supplier);
  const { page } = desk;
  await desk.desk('#/works');
  await page.getByRole('link', { name: 'Road lamp', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Start something new' }).click();
  await page.locator('a[href^="#/new/"]', { hasText: 'Road lamp' }).click();
  await page.locator('.act').waitFor();
  await photo(desk);
  await page.locator('#f-data-model').fill('L-40');
  await page.locator('#f-data-height').fill('8');
  await page.waitForTimeout(600);
  // What was begun is there after the page was left, with a code made anew.
  await page.reload();
  await page.getByText('Continued from where you left off').waitFor();
  await page.locator('#f-evidence img').waitFor();
  expect([await page.locator('#f-data-model').inputValue(), await page.locator('#f-data-height').inputValue()]).toEqual(['L-40', '8']);
  await desk.looks('lamp-new');
  await record(desk, 'Delivered');
  code = new URL(page.url()).hash.split('/').at(-1)!;
});

test('a fitter puts it up on the road that was registered', async () => {
  const desk = await seat('lamp-fitter', scene.builder);
  const { page } = desk;
  await desk.desk(`#/item/${code}`);
  await page.getByRole('button', { name: 'Put up' }).click();
  await photo(desk);
  await page.locator('#f-data-road button').click();
  for (const part of [scene.road.split('/')[0]!, scene.road]) {
    await page.locator(`dialog[open] button.row[data-of="${part}"]`).first().click();
  }
  await page.locator('#f-data-road strong').waitFor();
  await page.locator('#f-data-pole').fill('P-18');
  await page.locator('.accuracy').waitFor();
  await record(desk, 'Put up');
});

test('a supervisor is refused by its rule, and accepts what is bright enough', async () => {
  const desk = await seat('lamp-supervisor', scene.supervisor);
  const { page } = desk;
  const light = async (values: readonly number[]): Promise<void> => {
    for (const [i, v] of values.entries()) {
      const box = page.locator('#f-data-light input').nth(i);
      await box.fill(String(v));
      if (i < values.length - 1 && (await page.locator('#f-data-light input').count()) === i + 1) await box.press('Enter');
    }
  };
  await desk.desk(`#/item/${code}`);
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await photo(desk);
  await page.locator('.accuracy').waitFor();
  await light([16, 14, 13, 14]);
  await page.locator('.act .row button').first().click();
  await page.getByText('The road gets less than 15 lx on average').waitFor();
  await page.locator('[data-rule="road-lamps@1/lamp/accept/too-dark"]').waitFor();
  await page.getByText('Mean light on the road at least 15 lx').waitFor();
  await desk.speak('zh');
  await page.getByText('路面平均照度低于 15 勒克斯').waitFor();
  await page.getByText('路面平均照度不低于 15 勒克斯').waitFor();
  await desk.looks('lamp-refused');
  await light([22, 18, 12, 19]);
  await record(desk, 'Accepted');
  await desk.looks('lamp');

  await desk.desk('#/items?kind=lamp&state=accepted');
  await page.getByText(code.replace(/(.{4})(?=.)/g, '$1 ')).first().waitFor();
  await desk.looks('lamps');
  await desk.desk('#/rulebook/road-lamps@1');
  await page.getByText('The road gets less than 15 lx on average').first().waitFor();
});

test('a later version changes nothing that was accepted; a manager moves the lamp to it, and says why', async () => {
  await direct('adopt', {});
  const desk = await seat('lamp-manager', scene.manager);
  const { page } = desk;
  await desk.desk(`#/item/${code}`);
  await page.locator('.facts strong', { hasText: 'Accepted' }).first().waitFor();
  await page.locator('.facts').first().getByRole('link', { name: 'Road lamps, version 1' }).waitFor();
  await page.getByRole('button', { name: 'Move to Road lamps, version 2' }).click();
  await page.locator('dialog[open] textarea').fill('All lamps follow the new version (synthetic).');
  await desk.shot('lamp-move');
  await page.locator('dialog[open] .actions button').last().click();
  await page.locator('.facts').first().getByRole('link', { name: 'Road lamps, version 2' }).waitFor({ timeout: 30_000 });
  await page.locator('.facts strong', { hasText: 'Accepted' }).first().waitFor();
});
