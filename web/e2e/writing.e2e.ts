import { afterAll, afterEach, expect, test } from 'vitest';
import { enrol } from './acts';
import { Phone } from './browser';
import { scene as anyScene } from './scene';

// The next version of an adopted rulebook, written at the desk in forms: changed, checked, tried on its examples, proposed.
// What is proposed is looked at in Go.

const scene = anyScene as unknown as { admin: string; book: string; next: string };
let desk: Phone | undefined;

afterAll(async () => desk?.putAway());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail' && desk) console.log(await desk.text());
});

test('a rulebook is opened, mistaken, mended, tried and proposed', async () => {
  desk = await Phone.take('writing-desk', { desk: true, plainNames: true });
  await enrol(desk, scene.admin);
  const { page } = desk;
  await desk.desk(`#/rulebook/${scene.book}`);
  await page.getByRole('link', { name: 'Write the next version' }).click();
  await page.getByRole('heading', { name: `version ${scene.next.split('@')[1]}` }).waitFor();
  await page.locator('.standing', { hasText: 'No mistakes' }).waitFor({ timeout: 30_000 });

  // Half a title is a mistake, shown at its field, and what was typed survives a reload.
  const english = page.locator('[id="w/title/en"]');
  await english.fill('');
  await page.locator('.standing', { hasText: /\d mistakes?/ }).waitFor({ timeout: 30_000 });
  await page.locator('[id="w/title/en"][aria-invalid="true"]').waitFor();
  await page.locator('.mistakes').getByRole('button', { name: 'Go there' }).first().click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('w/title/en');
  await english.fill('Trees of the town');
  await page.locator('.standing', { hasText: 'No mistakes' }).waitFor({ timeout: 30_000 });
  await page.reload();
  await page.locator('.standing', { hasText: 'No mistakes' }).waitFor({ timeout: 30_000 });
  await expect.poll(() => english.inputValue()).toBe('Trees of the town');

  // Without a network nothing is called good.
  await desk.offline(true);
  await page.locator('[id="w/title/zh"]').fill('城市树木');
  await page.locator('.standing', { hasText: 'Not checked' }).waitFor({ timeout: 30_000 });
  await expect.poll(() => page.getByRole('button', { name: 'Propose it' }).isDisabled()).toBe(true);
  await desk.offline(false);
  await page.locator('[id="w/title/zh"]').fill('城镇树木');
  await page.locator('.standing', { hasText: 'No mistakes' }).waitFor({ timeout: 30_000 });

  // A table is written without YAML, and its number asked for. All forms of all kinds open.
  await page.locator('[id="add/tables"]').fill('cover');
  await page.locator('[id="add/tables"]').press('Enter');
  await page.locator('[id="w/tables/cover/title/en"]').fill('Cover');
  await page.locator('[id="w/tables/cover/title/zh"]').fill('覆土');
  await page.locator('[id="add/tables/cover/rows"]').fill('loam');
  await page.locator('[id="add/tables/cover/rows"]').press('Enter');
  await page.locator('.standing', { hasText: /\d mistakes?/ }).waitFor({ timeout: 30_000 });
  await page.locator('[id="w/tables/cover/rows/loam"][aria-invalid="true"]').waitFor();
  await page.locator('[id="w/tables/cover/rows/loam"]').fill('30');
  await page.locator('.standing', { hasText: 'No mistakes' }).waitFor({ timeout: 30_000 });
  for (const kind of await page.locator('.kinds button').all()) {
    await kind.click();
    for (const action of await page.locator('.action .head').all()) await action.click();
  }

  // Only what was tried as it stands is proposed.
  await expect.poll(() => page.getByRole('button', { name: 'Propose it' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Play the examples' }).click();
  await page.getByText('All came out as they say').waitFor({ timeout: 60_000 });
  await desk.looks('writing');
  await page.getByRole('button', { name: 'Propose it' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: 'Propose it' }).click();
  await page.getByText(`${scene.next} is proposed`).waitFor({ timeout: 60_000 });
});
