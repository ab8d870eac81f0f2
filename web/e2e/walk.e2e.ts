import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { drained, enrol, jpeg, until } from './acts';
import { groupCode } from '../src/core/code';
import { Phone } from './browser';
import { scene as all } from './scene';

// A supervisor accepts benches on a walk. What the ledger then has is counted in Go.

/** What /e2e/walk_test.go has set. */
const scene = all as unknown as { readonly supervisor: string; readonly plot: string; readonly benches: readonly string[]; readonly lat: number; readonly lon: number; readonly step: number };

let phone: Phone;

beforeAll(async () => {
  phone = await Phone.take('walker', { camera: false });
  await enrol(phone, scene.supervisor);
});

afterAll(() => phone.putAway());

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await phone.picture(`failed-${phone.name}`);
  console.log(`${phone.name} showed: ${await phone.text()}`);
});

/** Goes to a bench of the row: each time the position is better known. */
async function walkTo(n: number): Promise<void> {
  const accuracy = 4 - n;
  await phone.page.context().setGeolocation({ latitude: scene.lat / 1e6, longitude: (scene.lon + n * scene.step) / 1e6, accuracy });
  await phone.page.getByText(`± ${accuracy} m`).first().waitFor();
}

const stood = (n: number) => phone.page.locator('ol li', { hasText: groupCode(scene.benches[n]!) }).getByText('Visited');
const condition = async (): Promise<void> => phone.page.locator('#f-data-condition input, #f-data-condition select, #f-data-condition button').first().click();

test('what waits leads to the walk, at the desk and in the field, and its list comes along', async () => {
  const { page } = phone;
  await phone.desk('#/');
  const atDesk = page.getByRole('link', { name: 'Walk it: Accept the bench: Walked plot', exact: true });
  await atDesk.waitFor();
  await phone.looks('walk-waiting');
  await atDesk.click();
  await page.waitForURL('**/field/#/do/**');
  await page.getByText('Walked plot: 5 waiting').waitFor();
  await phone.open('#/');
  const inField = page.getByRole('link', { name: 'Walk it: Accept the bench' }).filter({ hasText: 'Walked plot: 5 waiting' });
  await inField.waitFor();
  await phone.shots('walk-ahead');
  await inField.click();
  await page.getByText('Walked plot: 5 waiting').waitFor();
});

test('the list of the plot is taken along, and the acceptance begins as a walk of it', async () => {
  await phone.open('#/more');
  await phone.page.getByRole('button', { name: 'Keep a plot' }).click();
  for (const part of ['forest', 'forest/9', scene.plot]) {
    const dialog = phone.page.locator('dialog[open]');
    const row = dialog.locator(`button.row[data-of="${part}"]`);
    await Promise.race([row.first().waitFor(), dialog.locator('p[role=status]').waitFor({ state: 'detached' })]);
    if (part === 'forest' && (await dialog.locator('nav').count()) > 0) continue;
    await row.first().click();
  }
  const walk = phone.page.getByRole('link', { name: 'Walk it: Accept the bench: Walked plot' });
  await walk.waitFor();
  await phone.shots('walk-place');
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await walk.click();
  await phone.page.getByText('Walked plot: 5 waiting').waitFor();
  await phone.shots('walk-begin');
});

test('without a network each bench is kept where one stands before it, and the phone may die', async () => {
  await phone.offline(true);
  await condition();
  await phone.page.locator('button.primary').click();
  await phone.page.locator('.scanner').waitFor();
  for (const n of [0, 1]) {
    await walkTo(n);
    await phone.scan(scene.benches[n]!);
    await stood(n).waitFor();
  }
  await phone.scan(scene.benches[0]!);
  await phone.page.getByText('Scanned already').first().waitFor();
  expect(await phone.queue(), 'nothing is signed yet').toEqual([]);
  await phone.shots('walk-scanned');
  await phone.kill();
  await phone.start(true);
  await phone.open('#/');
  await phone.speak('en'); // which language was spoken last may have died with the browser
  await phone.go('#/queue');
  await phone.page.getByText('2 items, not signed').waitFor();
  await phone.shots('walk-begun');
  await phone.page.getByText('2 items, not signed').click();
  await condition();
  await phone.page.locator('button.primary').click();
  await phone.page.locator('.scanner').waitFor();
  for (const n of [0, 1]) await stood(n).waitFor();
});

test('one in the sample is photographed, what was not stood before cannot be ticked, and one signature records the rest', async () => {
  const { page } = phone;
  await walkTo(2);
  await phone.scan(scene.benches[2]!);
  const dialog = page.locator('dialog[open]');
  await dialog.getByText('This one is in the sample').waitFor();
  await phone.dialog('walk-sample');
  await dialog.locator('#f-evidence input[type=file]').setInputFiles(jpeg('third', (await phone.pictures(1))[0]!));
  await dialog.locator('#f-evidence img').waitFor();
  await dialog.locator('button.primary').click();
  await stood(2).waitFor();
  await page.getByRole('button', { name: 'Review and sign' }).click();
  const boxes = page.locator('input[type=checkbox]');
  await page.getByText('Not visited: 2').waitFor();
  await expect.poll(() => boxes.evaluateAll((all) => all.map((b) => [(b as HTMLInputElement).checked, (b as HTMLInputElement).disabled]))).toEqual([
    [true, false], [true, false], [true, false], [false, true], [false, true],
  ]);
  await phone.shots('walk-review');
  await page.getByRole('button', { name: 'Sign and record 3 items' }).click();
  await until('all three wait on the phone', async () => (await phone.queue()).length === 3, 15);
  await phone.kill();
  await phone.start(true);
  await phone.open('#/');
  await phone.speak('en');
  await phone.go('#/queue');
  await phone.offline(false);
  await drained(phone);
  await phone.page.getByText('Nothing is waiting').waitFor();
  expect(await phone.page.getByText('not signed').count()).toBe(0);
});
