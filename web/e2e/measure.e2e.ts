import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { choosePlot, drained, enrol, look, Planting } from './acts';
import { Phone } from './browser';
import { scene, weather } from './scene';

// Figures, not verdicts: they are printed. The browser is slowed to a quarter where it says so.

let phone: Phone;
const say = (what: string, took: number[], unit = 'ms'): void => {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (q: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!);
  console.log(`measured: ${what}: median ${at(0.5)} ${unit}, slowest ${at(1)} ${unit}, of ${took.length}`);
};

beforeAll(async () => {
  await weather(0);
  phone = await Phone.take('measured');
  await phone.open();
  await enrol(phone, scene.planter);
  await phone.open();
  for (const code of [...scene.offline, ...scene.many]) await look(phone, code);
}, 600_000);

afterAll(() => phone.putAway());

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.log(`the phone showed: ${await phone.text()}`);
});

/** Milliseconds from the scanner's last key until something is painted, by the page's own clock. */
async function painted(code: string, css: string): Promise<number> {
  await phone.page.evaluate((selector) => {
    const w = globalThis as unknown as { took: Promise<number> };
    w.took = new Promise((done) => {
      let began = 0;
      addEventListener('keydown', (e) => { if (e.key === 'Enter') began = e.timeStamp; }, { capture: true });
      const look = (): void => {
        const there = document.querySelector(selector);
        if (began > 0 && there !== null && there.getClientRects().length > 0) requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
        else requestAnimationFrame(look);
      };
      look();
    });
  }, css);
  await phone.scan(code);
  return phone.page.evaluate(() => (globalThis as unknown as { took: Promise<number> }).took);
}

test('from a scan to the form, on a processor slowed four times', async () => {
  const slow = await phone.slow(4);
  const cards: number[] = [];
  const forms: number[] = [];
  for (const code of scene.offline.slice(0, 20)) {
    await phone.go('#/scan');
    await phone.page.locator('.scanner').waitFor();
    cards.push(await painted(code, '.card'));
  }
  await phone.go('#/do/forestation@1/tree/plant');
  await phone.page.locator('#f-data-crew').fill('C7');
  await phone.page.locator('#f-data-pit').fill('1-20');
  await choosePlot(phone);
  await phone.page.locator('button.primary').click();
  await phone.page.locator('.scanner').waitFor();
  for (const code of scene.offline.slice(0, 20)) {
    forms.push(await painted(code, 'dialog[open] #f-evidence'));
    await phone.page.locator('dialog[open] button', { hasText: 'Skip this one' }).click();
    await phone.page.locator('dialog[open]').waitFor({ state: 'detached' });
  }
  await slow();
  say('scan to card, 4 times slower', cards);
  say('scan to form of a series, 4 times slower', forms);
}, 180_000);

test('a thousand plantings with photos wait on the phone', async () => {
  await phone.offline(true);
  await phone.page.evaluate(() => {
    const w = globalThis as unknown as { long: number[] };
    w.long = [];
    new PerformanceObserver((list) => { for (const e of list.getEntries()) w.long.push(e.duration); }).observe({ type: 'longtask', buffered: true });
  });
  const pictures = await phone.pictures(50);
  await phone.go('#/');
  const planting = await Planting.begin(phone);
  const each: number[] = [];
  for (const [i, code] of scene.many.entries()) {
    const began = Date.now();
    // A picture of its own for each: bytes after the end of a JPEG are not looked at.
    await planting.plant(code, Buffer.concat([pictures[i % 50]!, Buffer.from(String(i))]));
    each.push(Date.now() - began);
  }
  await planting.end();
  say('a planting with a photo by the first hundred', each.slice(0, 100));
  say('a planting with a photo by the last hundred', each.slice(-100));
  const long = await phone.page.evaluate(() => (globalThis as unknown as { long: number[] }).long);
  say('tasks over 50 ms meanwhile', long.length > 0 ? long : [0]);
  const began = Date.now();
  await phone.go('#/');
  await phone.page.locator('a.scan').waitFor();
  await phone.go('#/queue');
  await phone.page.locator('li, .row').first().waitFor();
  say('the queue of a thousand is shown after', [Date.now() - began]);
  const sent = Date.now();
  await phone.offline(false);
  await drained(phone, 300);
  say('a thousand plantings with photos are sent and on the ledger after', [(Date.now() - sent) / 1000], 's');
  const all = await phone.page.evaluate(() => (globalThis as unknown as { long: number[] }).long);
  say('tasks over 50 ms, sending too', all.length > 0 ? all : [0]);
}, 1_500_000);
