import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { readVectors } from '../src/testing/vectors';
import { Phone } from './browser';
import { scene as anyScene } from './scene';

// The page that verifies proofs, from a gateway and from disk. Its verifier is tested over every tampered proof without a
// browser; here is what a person does and sees.

const scene = anyScene as unknown as { site: string; saved: string; vectors: string; huge: string };
const vectors = readVectors(readFileSync(scene.vectors, 'utf8'));
/** A file of the table, as it is given to the page. */
const fileOf = (name: string, as = 'item.rlproof') => ({ name: as, mimeType: '', buffer: Buffer.from(vectors.find((v) => v.name === name)!.file) });
const anchorText = JSON.stringify((JSON.parse(readFileSync(scene.vectors, 'utf8')) as { anchors: unknown[] }).anchors[0]);
const anchor = { name: 'anchor.json', mimeType: 'application/json', buffer: Buffer.from(anchorText) };
const measured = process.env.ROOTLINE_MEASURE === '1';
const phones: Phone[] = [];

async function open(name: string, address: string, options: { desk?: boolean; language?: 'en' | 'zh' } = {}): Promise<Phone> {
  const phone = await Phone.take(name, { ...options, plainNames: true });
  phones.push(phone);
  await phone.page.goto(address);
  await phone.page.locator('main h1').waitFor();
  return phone;
}

const pin = async ({ page }: Phone, file: typeof anchor): Promise<void> => page.locator('#anchor-file').setInputFiles(file);

/** Gives the page a file, and answers the heading of what it says. */
async function give({ page }: Phone, file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<string> {
  await page.evaluate(() => document.getElementById('result')!.replaceChildren());
  await page.locator('input#proof').setInputFiles(file);
  await page.locator('#result h2').waitFor();
  return (await page.locator('#result h2').innerText()).trim();
}

const code = ({ page }: Phone): Promise<string> => page.locator('#result .facts code').first().innerText();

afterAll(async () => {
  for (const phone of phones) await phone.putAway();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const phone of phones) await phone.picture(`failed-${phone.name}`);
});

describe.each([
  ['disk', `file://${scene.saved}`],
  ['gateway', `${scene.site}/verify/`],
])('from %s', (from, address) => {
  test('a proof is verified on a phone, in both languages', async () => {
    const phone = await open(`verify-phone-${from}`, address, { language: 'zh' });
    const { page } = phone;
    await page.getByRole('heading', { name: '核验证明' }).waitFor();
    if (from === 'disk') await phone.shots('verify-empty');
    await pin(phone, anchor);
    await page.getByText('须有 3 家背书').waitFor();
    expect(await give(phone, fileOf('as it is'))).toBe('✓ 已证明');
    expect(await page.locator('.life > li').count()).toBe(10);
    await page.getByText('4 家单位中有 4 家背书').waitFor();
    await phone.shot(`verify-${from}-item-zh`);
    await phone.speak('en');
    await page.getByText('Vouched for by 4 of 4 organisations').waitFor();
    expect((await page.locator('#result h2').innerText()).trim()).toBe('✓ Proven');
    await page.getByRole('heading', { name: 'What no proof can show' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the screen').toBe(true);
    await phone.shot(`verify-${from}-item-en`);
  });

  test('what is no proof, or a changed one, is refused with its code', async () => {
    const phone = await open(`verify-desk-${from}`, address, { desk: true });
    const { page } = phone;
    await pin(phone, anchor);
    expect(await give(phone, fileOf('payload edited'))).toBe('✗ Refused');
    if (from === 'disk') await phone.looks('verify-refused');
    for (const [file, says] of [[scene.huge, 'too-large'], [fileOf('bomb'), 'too-large'], [anchor, 'magic'], [{ name: '<img src=x onerror=alert(1)>.rlproof', mimeType: '', buffer: Buffer.from('') }, 'magic']] as const) {
      expect(await give(phone, file)).toBe('✗ This cannot be read as a proof');
      expect(await code(phone)).toBe(says);
    }
    expect(await page.locator('#result img').count()).toBe(0);
    await page.locator('#anchor').fill(anchorText.replace('"works"', '"<img src=x onerror=alert(1)>"'));
    await page.getByText('channel <img src=x onerror=alert(1)>').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await give(phone, fileOf('as it is'))).toBe('✗ Refused');
    expect(await code(phone)).toBe('channel');
  });

  test('what is weaker than was asked is said, and so is that nothing was pinned', async () => {
    const phone = await open(`verify-weak-${from}`, address, { desk: true });
    const { page } = phone;
    expect(await give(phone, fileOf('an endorsement less'))).toBe('! Consistent with itself; not compared with any ledger');
    await page.getByText('not-pinned').waitFor();
    await pin(phone, anchor);
    await page.getByRole('heading', { name: 'Proven' }).waitFor();
    await page.getByText('Ask for more').click();
    await page.locator('#asked-organisations').fill('4');
    await page.locator('#asked-organisations').blur();
    await page.getByText('fewer-organisations').waitFor();
    await page.locator('#asked-code').fill('9520001OTHER000001');
    await page.locator('#asked-code').blur();
    await page.getByText('other-subject').waitFor();
    if (from === 'disk') await phone.looks('verify-asked');
    await page.locator('#asked-code').fill('');
    await page.locator('#asked-organisations').fill('');
    await page.locator('#asked-organisations').blur();
    for (const [name, lead] of [['absence', 'The ledger never recorded the code'], ['set', 'Gateways of the organisations signed this list'], ['whole blocks', 'The ledger holds this history']] as const) {
      expect(await give(phone, fileOf(name)), name).toBe('✓ Proven');
      await page.getByText(lead).waitFor();
      if (from === 'disk') await phone.shot(`verify-${name.replace(' ', '-')}`);
    }
  });
});

test('a set with its items’ own proofs is opened as a ZIP, part by part', async () => {
  const phone = await open('verify-pack', `file://${scene.saved}`);
  const { page } = phone;
  await pin(phone, anchor);
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const bar = document.querySelector<HTMLProgressElement>('#result progress');
      if (bar) seen.push(`${bar.value} of ${bar.max}`);
    }).observe(document.getElementById('result')!, { childList: true });
  });
  expect(await give(phone, fileOf("a set with an item's own proof", 'handed-over.zip'))).toBe('✓ Proven');
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual(['1 of 1']);
  await page.getByText('The list comes with the own proofs of 1 of 2 items').waitFor();
  const items = await page.locator('.items > li').allInnerTexts();
  expect(items.map((t) => t.replace(/\s+/g, ' ').trim())).toEqual([expect.stringMatching(/ 1 event$/), expect.stringMatching(/ 10 events ✓ own proof valid$/)]);
  await phone.shot('verify-pack-en');
  await phone.speak('zh');
  await page.getByText('清单另附 2 件中 1 件物品自身的证明').waitFor();
  expect((await page.locator('.items > li').first().innerText()).replace(/\s+/g, ' ')).toMatch(/ 1 项事件$/);
  await phone.speak('en');
  for (const [name, says] of [['a tampered proof that is named', 'event-signature'], ['another proof of the item than is named', 'part-hash'], ["the item's proof is missing", 'part-missing'], ['a comment behind a ZIP', 'pack']] as const) {
    expect(await give(phone, fileOf(name, 'set.zip')), name).toMatch(/^✗ /);
    expect(await code(phone)).toBe(says);
  }
});

test('the anchor may be typed in, and a file dropped', async () => {
  const phone = await open('verify-typed', `file://${scene.saved}`, { desk: true });
  const { page } = phone;
  const given = JSON.parse(anchorText) as Record<string, unknown>;
  await page.getByText('Type it in').click();
  for (const field of ['channel', 'block', 'hash', 'net', 'k']) await page.locator(`#anchor-${field}`).fill(String(given[field]));
  await page.locator('#anchor-members').fill((given.members as string[]).toReversed().join(' '));
  await page.getByRole('button', { name: 'Use these' }).click();
  await page.getByText('Pinned: channel works').waitFor();
  await page.locator('.drop').evaluate(
    (area, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], 'item.rlproof'));
      area.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [...fileOf('as it is').buffer],
  );
  await page.getByRole('heading', { name: 'Proven' }).waitFor();
});

test('a gateway serves the page to save, with its hash', async () => {
  const phone = await open('verify-save', `${scene.site}/verify/`, { desk: true });
  const [file] = await Promise.all([phone.page.waitForEvent('download'), phone.page.getByRole('link', { name: 'Save this page' }).click()]);
  const hash = createHash('sha256').update(readFileSync(await file.path())).digest('hex');
  expect(await (await fetch(`${scene.site}/verify/sha256.txt`)).text()).toBe(`${hash}  ${file.suggestedFilename()}\n`);
});

test('a slow phone verifies an item of ten events within a second', async () => {
  const phone = await open('verify-slow', `file://${scene.saved}`);
  const { page } = phone;
  await pin(phone, anchor);
  const quick = await phone.slow(4);
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    times.push(
      await page.evaluate(async (bytes) => {
        document.getElementById('result')!.replaceChildren();
        const input = document.querySelector<HTMLInputElement>('input#proof')!;
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], 'item.rlproof'));
        const begun = performance.now();
        input.files = data.files;
        const done = new Promise((shown) => new MutationObserver(() => document.querySelector('#result h2') && shown(undefined)).observe(document.getElementById('result')!, { childList: true }));
        input.dispatchEvent(new Event('change'));
        await done;
        return performance.now() - begun;
      }, [...fileOf('as it is').buffer]),
    );
  }
  await quick();
  console.log(`an item of ten events, processor slowed four times: first ${times[0]!.toFixed(0)} ms, median ${times.toSorted((a, b) => a - b)[3]!.toFixed(0)} ms`);
  if (measured) expect(times.toSorted((a, b) => a - b)[3]).toBeLessThan(1000);
});
