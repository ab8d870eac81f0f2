import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Phone } from './browser';
import { scene as all } from './scene';

// The public card of an item, as who scans its code sees it: without a device, without an account.

/** What /e2e/card_test.go has set. */
const scene = all as unknown as { readonly site: string; readonly released: string; readonly unreleased: string; readonly shown: string; readonly hidden: string; readonly width: number };

let guest: Phone;

beforeAll(async () => {
  guest = await Phone.take('guest', { camera: false });
});

afterAll(() => guest.putAway());

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await guest.picture('failed-guest');
  console.log(`guest showed: ${await guest.text()}`);
});

/** Opens the card of an item, and answers which pictures it asks the gateway for. */
async function card(code: string): Promise<string[]> {
  const asked: string[] = [];
  const hear = (r: { url: () => string }): void => void (r.url().includes('/evidence/') && asked.push(r.url()));
  guest.page.on('request', hear);
  await guest.page.goto(`${scene.site}/8004/${code}`, { waitUntil: 'networkidle' });
  await guest.page.locator('main h1').waitFor();
  guest.page.off('request', hear);
  return asked;
}

test('a photo that was released is on the card, within its width', async () => {
  const asked = await card(scene.released);
  const photo = guest.page.getByRole('img', { name: 'Photo of' });
  await photo.waitFor();
  const size = await photo.evaluate((img: HTMLImageElement) => ({ pixels: img.naturalWidth, right: img.getBoundingClientRect().right, page: document.documentElement.clientWidth }));
  expect(size.pixels).toBe(scene.width);
  expect(size.right).toBeLessThanOrEqual(size.page);
  expect(asked.every((url) => url.includes(scene.shown)), asked.join()).toBe(true);
  await guest.shots('card-photo');
});

test('a photo that was not released is not on the card', async () => {
  expect(await card(scene.unreleased)).toEqual([]);
  expect(await guest.page.getByRole('img', { name: 'Photo of' }).count()).toBe(0);
  expect(await guest.page.content()).not.toContain(scene.hidden);
});
