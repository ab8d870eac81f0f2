import { expect } from 'vitest';
import { groupCode } from '../src/core/code';
import type { Phone } from './browser';
import { scene } from './scene';

/** Takes an invitation on its page. */
export async function enrol(phone: Phone, link: string, shots?: string): Promise<void> {
  const { page } = phone;
  await page.goto(link);
  await page.locator('[data-stage=offered]').waitFor();
  if (shots) await phone.shots(`${shots}-offered`);
  await page.locator('button.primary').click();
  await page.locator('[data-stage=done]').waitFor();
  if (shots) await phone.shots(`${shots}-done`);
  expect(new URL(page.url()).hash, 'the key has left the address').toBe('');
}

/** Chooses the plot in the field of places that is on the screen. */
export async function choosePlot(phone: Phone): Promise<void> {
  const { page } = phone;
  await page.locator('#f-data-plot button').click();
  const dialog = page.locator('dialog[open]').filter({ hasNot: page.locator('#f-evidence') }).last();
  await phone.dialog('choose a place');
  for (const part of ['forest', 'forest/9', scene.plot]) {
    const row = dialog.locator(`button.row[data-of="${part}"]`);
    const back = dialog.locator('nav');
    await Promise.race([row.first().waitFor(), dialog.locator('p[role=status]').waitFor({ state: 'detached' })]);
    if (part === 'forest' && (await back.count()) > 0) continue; // the works itself, when it is the only one
    await row.first().click();
  }
  await page.locator('#f-data-plot strong').waitFor();
}

export const jpeg = (name: string, buffer: Buffer) => ({ name: `${name}.jpg`, mimeType: 'image/jpeg', buffer });

/** Shows the item card of a code, and waits until it is read: what was seen is kept on the phone. */
export async function look(phone: Phone, code: string): Promise<void> {
  await phone.go(`#/item/${code}`);
  await phone.page.getByText(groupCode(code)).first().waitFor(); // the card before it is still there for a moment
  await phone.page.locator('.card').waitFor();
}

/** One action on many scans: the plantings of so many trees, each with a photo of its own. */
export class Planting {
  readonly #phone: Phone;

  private constructor(phone: Phone) {
    this.#phone = phone;
  }

  static async begin(phone: Phone): Promise<Planting> {
    const { page } = phone;
    await phone.go('#/do/forestation@1/tree/plant');
    await page.locator('#f-data-crew').fill('C7');
    await page.locator('#f-data-pit').fill('1-20');
    await choosePlot(phone);
    await page.locator('button.primary').click();
    await page.locator('.scanner').waitFor();
    return new Planting(phone);
  }

  async plant(code: string, picture: Buffer): Promise<void> {
    const { page } = this.#phone;
    await this.#phone.scan(code);
    const dialog = page.locator('dialog[open]');
    await dialog.locator('#f-evidence').waitFor();
    await dialog.locator('#f-evidence input[type=file]').setInputFiles(jpeg(code, picture));
    await dialog.locator('#f-evidence img').waitFor();
    await dialog.locator('button.primary').click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Leaves, which signs the last one too. */
  async end(): Promise<void> {
    await this.#phone.go('#/queue');
  }
}

/** Exports the queue that is open, or is opened; answers where the file lies. */
export async function exported(phone: Phone): Promise<string> {
  await phone.go('#/queue');
  const [file] = await Promise.all([phone.page.waitForEvent('download'), phone.page.locator('button', { hasText: 'Export' }).first().click()]);
  return file.path();
}

/** Waits until something holds; says what it was at the end. */
export async function until(what: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ; await new Promise((r) => setTimeout(r, 200))) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`after ${seconds} s still not so: ${what}`);
  }
}

/** Waits until the phone's queue is empty: the ledger has everything. */
export const drained = (phone: Phone, seconds = 60): Promise<void> => until(`${phone.name} has nothing to send`, async () => (await phone.queue()).length === 0, seconds);

/** What happened to an item, by the ledger. */
export async function history(code: string): Promise<string[]> {
  const answer = await fetch(`${scene.site}/api/v1/assets/${code}/events?limit=100`);
  return ((await answer.json()) as { items: { action: string }[] }).items.map((e) => e.action);
}

/** Fills in the acceptance of a tree and presses the button. */
export async function accept(phone: Phone, code: string): Promise<void> {
  const { page } = phone;
  await phone.open(`#/item/${code}/accept`);
  await page.locator('.accuracy').waitFor();
  if (await page.locator('#f-evidence').count()) await page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('accepted', (await phone.pictures(1))[0]!)); // pressing the button at once waits for the photo
  await page.locator('#f-data-condition input, #f-data-condition select, #f-data-condition button').first().click();
  await page.locator('.end button.primary').click();
}
