import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { accept, choosePlot, drained, enrol, exported, history, jpeg, look, Planting, until } from './acts';
import { groupCode } from '../src/core/code';
import { Phone } from './browser';
import { direct, scene, weather } from './scene';

// The story of a planting crew's phone, from the invitation to the ledger. How often each tree was planted on the
// ledger is counted in Go, after this.

let crew: Phone;
let supervisor: Phone;
let pictures: Buffer[];
const phones: Phone[] = [];

async function take(...options: Parameters<typeof Phone.take>): Promise<Phone> {
  const phone = await Phone.take(...options);
  phones.push(phone);
  return phone;
}

beforeAll(async () => {
  await weather(0);
  crew = await take('crew');
});

afterAll(async () => {
  for (const phone of phones) await phone.putAway();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const phone of phones) {
    await phone.picture(`failed-${phone.name}`);
    console.log(`${phone.name} showed: ${await phone.text()}`);
  }
});

test('a planter enrols from the invitation', async () => {
  await crew.open();
  await crew.shots('welcome');
  await enrol(crew, scene.planter, 'enrol');
  await crew.page.locator('a.primary').click();
  await crew.page.locator('a.scan').waitFor();
  await crew.shots('home-empty');
  await crew.scan(scene.offline[1]!); // a hand scanner is heard at home, too
  await crew.page.waitForURL(new RegExp(`#/item/${scene.offline[1]!}`));
  await crew.page.locator('.card').waitFor();
  await crew.scan(scene.offline[2]!);
  await crew.page.waitForURL(new RegExp(`#/item/${scene.offline[2]!}`));
  await crew.page.locator('.card').waitFor();
  await crew.go('#/queue');
  await crew.page.locator('input[type=file]').waitFor({ state: 'attached' });
  await crew.shots('queue-empty');
});

test('the camera reads the printed label, and that tree is planted with a photo', async () => {
  await crew.go('#/scan');
  await crew.page.locator('.scanner').waitFor();
  await crew.page.locator('.card').waitFor();
  expect(crew.page.url()).toContain(scene.filmed);
  let asked = 0;
  const count = (r: { url(): string }): void => void (r.url().endsWith(`/assets/${scene.filmed}`) && asked++);
  crew.page.on('request', count);
  await crew.page.waitForTimeout(1500);
  crew.page.off('request', count);
  expect(asked, 'an item is asked for once, not again and again').toBeLessThanOrEqual(1);
  await crew.shots('item');
  pictures = await crew.pictures(50);
  await crew.go(`#/item/${scene.filmed}/plant`);
  await crew.page.locator('#f-evidence').waitFor();
  await crew.shots('form-empty');
  await crew.page.locator('.end button.primary').click();
  await crew.page.locator('#f-evidence-says[role=alert]').waitFor();
  await crew.shots('form-mend');
  await crew.page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('first', pictures[0]!));
  await crew.page.locator('#f-evidence img').waitFor();
  await crew.page.locator('#f-evidence input[type=file]').setInputFiles({ name: 'report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 report') });
  await crew.page.locator('#f-evidence a[download="report.pdf"]', { hasText: 'PDF' }).waitFor();
  await crew.page.locator('#f-data-crew').fill('C7');
  await crew.page.locator('#f-data-pit').fill('1-19');
  await choosePlot(crew);
  // Whoever looks at the queue meanwhile comes back to all that was filled in.
  await crew.go('#/queue');
  await crew.page.reload();
  await crew.go(`#/item/${scene.filmed}/plant`);
  await crew.page.locator('#f-evidence img').waitFor();
  await expect.poll(() => crew.page.locator('#f-data-crew').inputValue()).toBe('C7');
  await crew.page.locator('#f-data-plot strong').waitFor();
  await crew.page.locator('.accuracy').waitFor();
  await crew.page.locator('.verdict').getByText('The rules allow this').waitFor();
  await crew.shots('form-filled');
  await crew.page.locator('.end button.primary').click();
  await crew.page.getByText(/On the ledger, block/).waitFor();
  await crew.shots('item-planted');
  // The next form knows the crew, counts on to the next pit, and says that it only suggests them.
  await crew.go(`#/item/${scene.offline[1]!}/plant`);
  await crew.page.locator('#f-data-pit').waitFor();
  await expect.poll(() => crew.page.locator('#f-data-pit').inputValue()).toBe('1-20');
  await expect.poll(() => crew.page.locator('#f-data-crew').inputValue()).toBe('C7');
  await crew.page.locator('#f-data-pit-says', { hasText: 'the number after the last one' }).waitFor();
  await expect.poll(() => crew.page.locator('#f-data-height').inputValue(), { message: 'nothing that is measured is suggested' }).toBe('');
  await crew.page.locator('#f-data-pit').scrollIntoViewIfNeeded();
  await crew.shots('form-suggested');
  // A number that can be read in two ways is asked about, and what is chosen is said with its unit before anything is signed.
  await crew.page.locator('#f-data-height').fill('1,000');
  await crew.page.getByText('“1,000” can be read in two ways').waitFor();
  const readings = crew.page.locator('.reading .choices button');
  await expect.poll(() => readings.count()).toBe(2);
  await crew.page.locator('.reading').scrollIntoViewIfNeeded();
  await crew.shots('amount-asked');
  await readings.filter({ hasText: '(one metre)' }).click();
  await crew.page.locator('.reading', { hasText: '(one metre)' }).waitFor();
  await expect.poll(() => crew.page.locator('#f-data-height').inputValue()).toBe('1');
  await crew.shots('amount-read');
  await crew.page.locator('#f-data-height').fill('');
  await crew.page.locator('#f-data-pit').fill('1-30');
  await crew.page.locator('#f-data-pit-says', { hasText: 'Suggested' }).waitFor({ state: 'detached' });
});

test('a lot taken along shows its items where there is no network, with what may be done to them', async () => {
  await crew.go(`#/item/${scene.lot}`);
  await crew.page.locator('.take button', { hasText: 'with all its items' }).click();
  await crew.page.locator('.take', { hasText: `Items: ${scene.sleeping.length + 1} · copy of` }).waitFor();
  await crew.page.locator('.take').scrollIntoViewIfNeeded();
  await crew.shots('taken');
  await crew.offline(true);
  await crew.page.goto('about:blank');
  await crew.open(`#/item/${scene.sleeping[3]!}`); // never looked at
  await crew.page.locator('.card').getByText('As kept on this phone').waitFor();
  await crew.page.locator(`a[href$="/${scene.sleeping[3]!}/plant"]`).waitFor();
  await crew.shots('taken-offline');
  await crew.go('#/more');
  await crew.page.locator('section', { hasText: 'Taken along' }).getByText(groupCode(scene.lot)).waitFor();
  await crew.page.getByText(`Items: ${scene.sleeping.length + 1} · copy of`).waitFor();
  await crew.page.getByText('Taken along').scrollIntoViewIfNeeded();
  await crew.shots('taken-more');
  await crew.offline(false);
});

test('a blank tag is bound to the tree, and a damaged one replaced', async () => {
  const [first, second] = scene.blank;
  await crew.go(`#/item/${first!}`);
  await crew.page.getByText('A blank tag').waitFor();
  await crew.page.getByText('On the roll').waitFor();
  await crew.shots('tag-blank');
  await crew.page.locator('a', { hasText: 'Bind it to an item' }).first().click();
  await crew.page.locator('.scanner').waitFor();
  await crew.scan(scene.filmed);
  await crew.page.locator('a', { hasText: 'Bind a tag' }).click();
  await crew.page.locator('.verdict').getByText('The rules allow this').waitFor();
  await crew.shots('tag-bind');
  await crew.page.locator('.end button.primary').click();
  await crew.page.getByText(/On the ledger, block/).waitFor();
  await crew.go('#/');
  await look(crew, first!);
  await crew.page.getByText(groupCode(scene.filmed)).first().waitFor();

  await crew.go(`#/item/${scene.filmed}/retag`);
  await crew.page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('damaged', pictures[1]!));
  await crew.page.locator('#f-tag-old label', { hasText: groupCode(first!) }).click();
  await crew.page.locator('#f-tag button').click();
  await crew.page.locator('dialog[open] .scanner').waitFor();
  await crew.scan(second!);
  await crew.page.locator('.verdict').getByText('The rules allow this').waitFor();
  await crew.shots('tag-replace');
  await crew.page.locator('.end button.primary').click();
  await crew.page.getByText(/On the ledger, block/).waitFor();
  expect((await history(scene.filmed)).slice(0, 2)).toEqual(['retag', 'bind']);
});

test('fifty plantings without a network, and the browser dies in the middle', async () => {
  // The first is never looked at: this phone knows nothing of it.
  for (const code of [...scene.offline.slice(1), ...scene.lossy, scene.carried, scene.late]) await look(crew, code);
  await weather(1000);
  await crew.offline(true);
  await crew.page.goto('about:blank');
  await crew.open();
  await crew.page.locator('a.scan').waitFor();
  await crew.shots('home-offline');
  await crew.go(`#/item/${scene.offline[0]}`);
  await crew.page.getByText('Not kept on this phone').waitFor();
  await crew.shots('unseen');
  await crew.page.getByText('Record what you did to it').click();
  await crew.shots('unseen-choice');
  await crew.page.locator(`a[href$="/tree/plant"]`).click();
  await crew.page.locator('#f-evidence').waitFor();
  await crew.shots('unseen-form');
  await crew.go('#/');
  await crew.page.locator('a.scan').waitFor();
  const half = scene.offline.length / 2;
  let planting = await Planting.begin(crew);
  await crew.shots('series-empty');
  await planting.plant(scene.offline[0]!, pictures[0]!);
  await crew.page.getByText('the ledger judges it on sending').waitFor();
  await crew.shots('series-unseen');
  for (const [i, code] of scene.offline.slice(1, half).entries()) await planting.plant(code, pictures[i + 1]!);
  await crew.shots('series-offline');
  await until('the first half is kept', async () => (await crew.queue()).length === half, 10);

  await crew.kill();
  await crew.start(true);
  await crew.open('#/queue');
  expect((await crew.queue()).map((q) => q.asset), 'what was captured is there after the browser died').toEqual(scene.offline.slice(0, half));
  planting = await Planting.begin(crew);
  for (const [i, code] of scene.offline.slice(half).entries()) await planting.plant(code, pictures[half + i]!);
  await planting.end();
  await until('all are kept', async () => (await crew.queue()).length === scene.offline.length, 10);
  await crew.shots('queue-offline');

  await weather(0);
  await crew.offline(false);
  await drained(crew);
  await crew.page.getByText('Nothing is waiting').waitFor();
  await crew.shots('queue-recorded');
});

test('fifty more while three requests in ten are lost', async () => {
  await weather(300);
  const planting = await Planting.begin(crew);
  for (const [i, code] of scene.lossy.entries()) await planting.plant(code, pictures[i]!);
  await planting.end();
  await drained(crew, 150);
  await weather(0);
});

test('a planting that waits is exported, and sent from another phone', async () => {
  const other = await take('other');
  await enrol(other, scene.spare);
  await crew.go(`#/item/${scene.late}/plant`);
  await crew.page.locator('#f-data-pit').fill('1-31');
  await weather(1000);
  await crew.offline(true);
  const planting = await Planting.begin(crew);
  await planting.plant(scene.carried, pictures[1]!);
  await planting.end();
  await until('it is kept', async () => (await crew.queue()).length === 1, 10);
  const path = await exported(crew);
  await weather(0);
  await other.open('#/queue');
  await other.page.locator('input[type=file]').setInputFiles(path);
  await until('the other phone has sent it', async () => (await history(scene.carried)).includes('plant'));
  // What was begun and not recorded goes along: whoever takes it over finishes it.
  await other.page.getByText('Forms taken over: 2').waitFor();
  await other.page.getByText('Begun, not recorded').scrollIntoViewIfNeeded();
  await other.shots('queue-begun');
  await other.page.locator('.begun a', { hasText: groupCode(scene.late) }).click();
  await other.page.locator('#f-data-pit').waitFor();
  await expect.poll(() => other.page.locator('#f-data-pit').inputValue()).toBe('1-31');
  await crew.offline(false);
  await drained(crew); // the first phone learns that the ledger has it
});

test('a listed lot is made on a phone, kept while it is filled in, and an item of it begins with its proof', async () => {
  const nursery = await take('nursery', { camera: false });
  await enrol(nursery, scene.nursery);
  const [first, second, third, fourth, fifth, lot] = scene.listing as [string, string, string, string, string, string];
  const { page } = nursery;
  await nursery.open('#/begin/forestation@1/tree-lot/select');
  await page.locator('.scanner').waitFor();
  await nursery.scan(lot);
  await page.locator('#f-data-species').fill('Pinus tabuliformis');
  await page.locator('#f-list-typed').fill([first, second, first, 'no code', scene.filmed, third, fourth].join('\n'));
  await page.locator('#f-list button', { hasText: 'Add them to the list' }).click();
  await page.getByText(`counted once: ${groupCode(first)}`).waitFor();
  await page.getByText('not added: no code').waitFor();
  await page.getByText(`Removed, because the ledger already has them: ${groupCode(scene.filmed)}`).waitFor();
  await page.locator('#f-list-says', { hasText: '4 codes on the list' }).waitFor();
  await nursery.shots('list-codes');
  await nursery.go('#/queue');
  await page.reload();
  await nursery.go(`#/new/${lot}/forestation@1/tree-lot/select`);
  await page.locator('#f-list-says', { hasText: '4 codes on the list' }).waitFor();
  await expect.poll(() => page.locator('#f-data-species').inputValue()).toBe('Pinus tabuliformis');
  await page.locator('#f-list button', { hasText: 'Scan codes' }).click();
  await page.locator('dialog[open] .scanner').waitFor();
  await nursery.scan(fifth);
  await page.locator('dialog[open] h2', { hasText: ': 5' }).waitFor();
  await nursery.dialog('scan codes of a list');
  await page.locator('dialog[open] .actions button').click();
  const picture = (await nursery.pictures(1))[0]!;
  await page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('lot', picture));
  await page.locator('#f-evidence img').waitFor();
  await page.locator('.end button.primary').click();
  await page.getByText(/On the ledger, block/).waitFor();

  await look(nursery, second);
  await page.getByText('Not yet acted on; shown with its lot').waitFor();
  await nursery.go(`#/item/${second}/lift`);
  await page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('lifted', picture));
  await page.locator('#f-data-rootBall').fill('50');
  await page.locator('.end button.primary').click();
  await page.getByText(/On the ledger, block/).waitFor();
  expect((await history(second))[0]).toBe('lift');
});

test('a supervisor accepts a planting; one of the planting organisation itself is refused by the rule', async () => {
  supervisor = await take('supervisor');
  await enrol(supervisor, scene.supervisor);
  await accept(supervisor, scene.filmed);
  await supervisor.page.getByText(/On the ledger, block/).waitFor();

  const foreman = await take('foreman', { language: 'zh', camera: false });
  await enrol(foreman, scene.foreman);
  await foreman.open('#/scan');
  await foreman.page.locator('.scanner').waitFor();
  await foreman.shots('scan-no-camera');
  // What reads codes is kept though no camera was opened: the first scan may be without a network.
  await foreman.page.waitForFunction(async () => (await (await caches.open('rootline-decoder')).keys()).some((r) => r.url.endsWith('.wasm')));
  await accept(foreman, scene.offline[0]!);
  await foreman.page.getByText('施工单位不得验收').first().waitFor();
  await expect.poll(() => foreman.page.locator('.verdict').evaluate((e) => e.getBoundingClientRect().top < innerHeight - 150), { message: 'what the rules say is on the screen' }).toBe(true);
  await foreman.shots('form-refused');
});

test('a revoked device is told so, and what it signs is refused with the reason', async () => {
  await weather(1000);
  await crew.offline(true);
  const planting = await Planting.begin(crew);
  await planting.plant(scene.late, pictures[0]!);
  await planting.end();
  await until('it is kept', async () => (await crew.queue()).length === 1, 10);
  await direct('revoke', { device: await crew.kid() });
  await weather(0);
  await crew.offline(false);
  await until('it is refused', async () => (await crew.queue()).some((q) => q.state === 'refused' && q.error?.code === 'device-revoked'));
  await crew.page.getByText(/revoked/).first().waitFor();
  await crew.page.getByText('Refused', { exact: true }).first().waitFor();
  await crew.shots('revoked');
  await crew.page.locator('a.row', { hasText: groupCode(scene.late) }).first().click();
  await crew.page.getByRole('button', { name: 'Discard' }).click();
  await crew.dialog('discard');
  await crew.page.locator('dialog[open] .actions button').first().click();
  await crew.go('#/more');
  await crew.page.locator('main button.danger').last().click();
  await crew.dialog('leave');
  await crew.page.locator('dialog[open] .actions button').first().click();
  await crew.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await history(scene.late)).not.toContain('plant');
});

test('a supervisor vouches for what a revoked device signed before', async () => {
  const path = await exported(crew);
  const { page } = supervisor;
  await supervisor.open('#/queue');
  await page.locator('input[type=file]').setInputFiles(path);
  await until('it is refused here, too', async () => (await supervisor.queue()).some((q) => q.state === 'refused' && q.error?.code === 'device-revoked'));
  await page.locator('a.row', { hasText: groupCode(scene.late) }).first().click();
  await page.getByText(/Signed by .* The device ended on/).waitFor();
  await page.getByRole('button', { name: 'Vouch and record' }).click();
  await page.getByText('Say how you know').waitFor();
  await page.locator('#vouch-reason').fill('I stood beside the crew that morning');
  await supervisor.shots('vouch');
  await page.getByRole('button', { name: 'Vouch and record' }).click();
  await drained(supervisor);
  await expect.poll(() => history(scene.late)).toContain('plant');
});
