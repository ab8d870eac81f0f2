import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enrol } from './acts';
import { Phone } from './browser';
import { scene as anyScene } from './scene';

// A contract whose trees were measured and paid, as its page shows it.

const scene = anyScene as unknown as { readonly manager: string; readonly contract: string };
let desk: Phone;

beforeAll(async () => {
  desk = await Phone.take('contract-manager', { desk: true });
  await enrol(desk, scene.manager);
});
afterAll(async () => desk?.putAway());
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await desk.picture('failed-contract');
  console.log(`contract showed: ${await desk.text()}`);
});

test('a contract shows what was done, paid, held and is to come, to the fen', async () => {
  const { page } = desk;
  await desk.desk('#/contracts');
  await page.getByText('Trees of the east wood (synthetic)').first().waitFor();
  await desk.looks('contracts');
  await page.getByText('Trees of the east wood (synthetic)').first().click();
  await page.waitForURL(/#\/contract\//);
  await page.getByText('Trees established').first().waitFor();
  const shown = (await desk.text()).replace(/\s/g, '');
  // Worth, paid with the advance, and held: 3 % of what was certified.
  for (const sum of ['322020.00', '305636.04', '9428.76']) expect(shown).toContain(sum);
  await desk.looks('contract');
});
