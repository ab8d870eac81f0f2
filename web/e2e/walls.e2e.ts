import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { drained, enrol, jpeg } from './acts';
import { Phone } from './browser';
import { scene as anyScene } from './scene';

// A list of entries, in the field: a warden looks over a length of wall, and writes down each fault. What the ledger then has
// is looked at in Go.

const scene = anyScene as unknown as { readonly supervisor: string; readonly wall: string };
let phone: Phone;

beforeAll(async () => {
  phone = await Phone.take('warden', { camera: false });
});
afterAll(async () => phone?.putAway());
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await phone.picture(`failed-${phone.name}`);
  console.log(`${phone.name} showed: ${await phone.text()}`);
});

test('faults are written down one by one, and stand on the pages of the wall', async () => {
  await enrol(phone, scene.supervisor);
  const { page } = phone;
  await phone.open(`#/item/${scene.wall}/look-over`);
  await page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('wall', (await phone.pictures(1))[0]!));
  await page.locator('#f-evidence img').waitFor();
  const fault = async (n: number, course: string, sort: string, size: string): Promise<void> => {
    if (n > 0) await page.getByRole('button', { name: 'Add an entry' }).click(); // the first is there
    await page.locator(`#f-data-faults-${n}-course`).fill(course);
    await page.locator(`#f-data-faults-${n}-sort label`, { hasText: sort }).click();
    await page.locator(`#f-data-faults-${n}-size`).fill(size);
  };
  await fault(0, '4', 'Loose stone', '');
  await fault(1, '7', 'Belly', '50');
  await page.getByText('A belly of 50 mm or more').first().waitFor();
  await page.locator('#f-data-faults-1-size').fill('49');
  await page.locator('.verdict').getByText('The rules allow this').waitFor();
  await phone.shots('entries-form');
  await page.locator('.end button.primary').click();
  await drained(phone);
  for (const open of [() => phone.open(`#/item/${scene.wall}`), () => phone.desk(`#/item/${scene.wall}`)]) {
    await open();
    const faults = page.locator('dt', { hasText: 'Faults' }).first().locator('xpath=following-sibling::dd[1]');
    await faults.waitFor();
    await expect.poll(() => faults.innerText()).toMatch(/Loose stone[\s\S]*7[\s\S]*Belly[\s\S]*49\smm/);
  }
  await phone.looks('entries');
});
