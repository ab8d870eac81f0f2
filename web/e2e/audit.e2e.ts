import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { groupCode } from '../src/core/code';
import { drained, enrol, history, until } from './acts';
import { Phone } from './browser';
import { scene as anyScene } from './scene';

// An audit at the desk, against a real network: everything in hand is found, a tree is followed to its nursery lot and a
// lot forward, who signed is seen, a plot is walked, an inventory compared. What got on the ledger is checked in Go.

const scene = anyScene as unknown as {
  site: string; regulator: string; admin: string; saved: string; plot: string; levee: string; lot: string; trees: string[];
  elsewhere: string; gravel: string; walls: number; photo: string; proposed: string; spare: string; lat: number; lon: number;
};

const desks: Phone[] = [];
let desk: Phone;
let admin: Phone;

beforeAll(async () => {
  for (const name of ['regulator', 'admin']) desks.push(await Phone.take(`audit-${name}`, { desk: true, camera: false }));
  [desk, admin] = desks as [Phone, Phone];
  await enrol(desk, scene.regulator);
  await enrol(admin, scene.admin);
});

afterAll(async () => {
  for (const d of desks) await d.putAway();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const d of desks) {
    await d.picture(`failed-${d.name}`);
    console.log(`${d.name} showed: ${await d.text()}`);
  }
});

const tree = scene.trees[0]!;

/** Searches from any page, as a person does. */
async function search(q: string): Promise<void> {
  await desk.page.locator('header input[type=search]').fill(q);
  await desk.page.locator('header input[type=search]').press('Enter');
}

/** The first link of what was found. */
const hit = (kind: string) => desk.page.locator('section', { has: desk.page.getByRole('heading', { name: kind, exact: true }) }).locator('li').first();

async function saved(press: () => Promise<void>, name: string): Promise<string> {
  const download = desk.page.waitForEvent('download');
  await press();
  const file = join(scene.saved, name);
  await (await download).saveAs(file);
  return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
}

test('what a person has in hand leads to what it belongs to', async () => {
  const { page } = desk;
  await desk.desk('#/search');
  await page.getByText('What can be searched for').waitFor();
  await desk.looks('audit-search-empty');
  await search(groupCode(tree).toLowerCase());
  await page.waitForURL(`**/desk/#/item/${tree}`);
  await search('K65+000');
  await page.waitForURL(`**/desk/#/place/${scene.levee}`);
  await search('auditing-reg');
  await hit('Devices').getByText('auditing-regulator').waitFor();
  await search('ContractorMSP');
  await page.waitForURL('**/desk/#/people?organisation=ContractorMSP');
  await search(tree.slice(-7));
  await hit('Items').locator('a').waitFor();
  await search('nothing of the kind');
  await page.getByText('Nothing was found').waitFor();
  await desk.looks('audit-search-none');
});

test('the list of a place is taken as a proof that two organisations signed', async () => {
  const { page } = desk;
  await desk.desk(`#/place/${scene.plot}`);
  await page.getByRole('button', { name: 'Download proof' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('With each item’s own proof').waitFor();
  await desk.dialog('audit-proof-asked');
  const file = await saved(() => dialog.getByRole('button', { name: 'Download proof' }).click(), 'set.rlproof');
  expect(file.startsWith('RLPROOF1')).toBe(true);
  await dialog.getByText('signed by 2 of 4 organisations').waitFor();
  await desk.dialog('audit-proof');
  await dialog.getByRole('button', { name: 'Remove it' }).click();
  await page.getByText('signed by 2 of 4 organisations').waitFor({ state: 'hidden' });
});

test('a dropped file leads to the events that name it', async () => {
  const { page } = desk;
  await desk.desk('#/search');
  await page.locator('#hashed-file').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(scene.photo) });
  await page.getByText('This gateway keeps the file').waitFor();
  const events = page.locator('section', { has: page.getByRole('heading', { name: 'Events', exact: true }) }).locator('li');
  await expect.poll(() => events.count()).toBe(3);
  await desk.looks('audit-search-file');
  await events.first().locator('a').click();
  await page.locator('li.marked').waitFor();
  await expect.poll(() => page.locator('li.marked').innerText()).toContain('This is the event that you opened');
});

test('a life says all that was recorded, and who signed', async () => {
  const { page } = desk;
  await desk.desk(`#/item/${tree}`);
  await page.locator('li details summary').first().click();
  await page.getByText('Rules it passed').waitFor();
  await page.getByText('Intact').first().waitFor();
  await desk.looks('audit-item');
  await page.locator('li a', { hasText: 'Transaction' }).first().click();
  await page.getByText('Who endorsed it').waitFor();
  const marks = page.locator('section[aria-label=Signatures] td .state');
  await expect.poll(() => marks.count()).toBeGreaterThan(4);
  expect(new Set((await marks.allInnerTexts()).map((t) => t.trim()))).toEqual(new Set(['Holds']));
  await desk.looks('audit-transaction');
  await page.locator('dl.facts a').first().click();
  await page.waitForURL('**/desk/#/block/*');
  await page.getByText('Orderers who signed the block').waitFor();
  await desk.looks('audit-block');
});

test('a tree is followed to its nursery lot, a lot to all that it went into', async () => {
  const { page } = desk;
  await desk.desk(`#/item/${tree}`);
  await page.locator('svg a', { hasText: groupCode(scene.lot) }).click();
  await page.waitForURL(`**/desk/#/item/${scene.lot}`);
  await page.locator('svg a', { hasText: groupCode(tree) }).waitFor();
  await desk.looks('audit-lot');
  await desk.desk(`#/item/${scene.gravel}`);
  await page.locator('.cloud canvas').first().waitFor();
  await page.getByText(`${scene.walls + 1} items, ${scene.walls} links`).waitFor();
  await desk.looks('audit-cloud');
  const csv = await saved(() => page.getByRole('button', { name: 'Export CSV', exact: true }).last().click(), 'provenance.csv');
  expect(csv.split('\n').filter((l) => l.startsWith('forward,'))).toHaveLength(scene.walls);
  const links = await saved(() => page.getByRole('button', { name: 'Export links (CSV)' }).click(), 'links.csv');
  expect(links.split('\n').filter((l) => l.startsWith(scene.gravel))).toHaveLength(scene.walls);
  const json = JSON.parse(await saved(() => page.getByRole('button', { name: 'Export JSON' }).click(), 'provenance.json')) as { relatives: unknown[]; links: unknown[] };
  expect([json.relatives.length, json.links.length]).toEqual([scene.walls + 1, scene.walls]);
  await page.getByRole('button', { name: 'Show as a list' }).click();
  await page.getByText(`200 of ${scene.walls} shown`).waitFor();
});

test('a plot is walked: found, missing, elsewhere, unknown and scanned again', async () => {
  const { page } = desk;
  await desk.desk('#/audit');
  await page.locator('#audit-place').waitFor();
  await desk.looks('audit-begin');
  await page.locator('#audit-place').fill(scene.plot);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.locator('dl.counts').waitFor();
  const counts = async (): Promise<string[]> => page.locator('dl.counts dd').allInnerTexts();
  for (const [code, want] of [[tree, '1 2 0 0 0'], [scene.trees[1]!, '2 1 0 0 0'], [scene.elsewhere, '2 1 1 0 0'], ['9520001ZZZZZZZZZ', '2 1 1 1 0'], [tree, '2 1 1 1 1']] as const) {
    await desk.scan(code);
    await until(`after ${code} the counts are ${want}`, async () => (await counts()).join(' ') === want, 15);
  }
  // What was scanned is kept when the page is left.
  await desk.desk('#/audit');
  await page.getByRole('button', { name: 'Continue' }).click();
  await until('the session goes on', async () => (await counts()).join(' ') === '2 1 1 1 1', 15);
  await desk.looks('audit-walk');
  await page.locator('#audit-note').fill('Walked by two, from the north');
  await page.getByRole('button', { name: 'Sign and record' }).click();
  await page.getByText('Saved. It is sent to the ledger').waitFor();
  await drained(desk);
  await desk.desk('#/audit');
  await page.getByText('2 / 3').waitFor();
  await desk.looks('audit-recorded');
});

/** A workbook as small as it can be. */
function workbook(rows: readonly (readonly string[])[]): Buffer {
  const cells = rows.map((r, i) => `<row r="${i + 1}">${r.map((c, j) => `<c r="${String.fromCharCode(65 + j)}${i + 1}" t="inlineStr"><is><t>${c}</t></is></c>`).join('')}</row>`).join('');
  return Buffer.from(zipSync({
    'xl/workbook.xml': strToU8('<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Trees" sheetId="1" r:id="rId1"/></sheets></workbook>'),
    'xl/_rels/workbook.xml.rels': strToU8('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${cells}</sheetData></worksheet>`),
  }));
}

test('a new inventory is compared with the ledger, from CSV and from a workbook', async () => {
  const { page } = desk;
  const rows = [
    ['code', 'species', 'height'], [tree, 'Salix matsudana', '1500'], [scene.trees[1]!, 'Populus tomentosa', '4200'], ['9520001NEWNEWNEW', 'Populus tomentosa', '1500'],
  ];
  for (const [file, buffer] of [['new.csv', Buffer.from(rows.map((r) => r.join(',')).join('\n'))], ['new.xlsx', workbook(rows)]] as const) {
    await desk.desk(`#/inventory?place=${scene.plot}`);
    await page.locator('#inventory-file').setInputFiles({ name: file, mimeType: 'application/octet-stream', buffer });
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByText('4 differences in 3 rows').waitFor();
  }
  await desk.looks('audit-inventory');
  await saved(() => page.getByRole('button', { name: 'Save the differences (CSV)' }).click(), 'differences.csv');
  const json = JSON.parse(await saved(() => page.getByRole('button', { name: 'Save the differences (JSON)' }).click(), 'differences.json')) as { differences: { change: string }[] };
  expect(json.differences.map((d) => d.change).sort()).toEqual(['gone', 'new', 'size', 'text']);
});

test('a proposed rulebook is compared; an administrator votes, a regulator does not', async () => {
  await desk.desk('#/rulebooks');
  await desk.page.getByText('Read what changes').first().click();
  await desk.page.getByText('An administrator of each organisation votes').waitFor();
  await desk.page.getByText('root-ball-too-small').first().waitFor();
  await expect.poll(() => desk.page.locator('tbody tr').count()).toBeGreaterThan(1);
  await desk.looks('audit-compare');
  await admin.desk(`#/compare/forestation@1/${scene.proposed}`);
  await admin.page.getByText('1 of 4 organisations').waitFor();
  await admin.page.getByRole('button', { name: 'Vote for it' }).click();
  await admin.dialog('vote for a rulebook');
  await admin.page.locator('dialog[open]').getByRole('button', { name: 'Vote for it' }).click();
  await admin.page.getByText('The vote is on the ledger').waitFor();
  await admin.page.getByText('2 of 4 organisations').waitFor();
  await admin.desk('#/rulebooks');
  await admin.page.getByText('Propose a rulebook').first().waitFor();
  await admin.looks('audit-rulebooks');
});

test('an administrator invites, and revokes with a reason', async () => {
  const { page } = admin;
  await admin.desk('#/people');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.locator('#role').waitFor();
  await admin.looks('audit-invite');
  await page.locator('#role label', { hasText: /planter|Planting crew/i }).first().click();
  await page.locator('#name').fill('C12');
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  await page.getByText('Invitation for C12').waitFor();
  // It went to the wrong person: its link lets nobody in from now on.
  await admin.desk('#/');
  await admin.desk('#/people');
  await page.locator('summary', { hasText: 'Invitations' }).click();
  await page.getByRole('button', { name: 'Revoke: C12' }).waitFor();
  await admin.looks('audit-invitations');
  await page.getByRole('button', { name: 'Revoke: C12' }).click();
  await page.locator('dialog[open]').getByText('nobody can use its link').waitFor();
  await admin.dialog('revoking an invitation');
  await page.locator('dialog[open]').getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByRole('button', { name: 'Revoke: C12' }).waitFor({ state: 'detached' });
  await admin.desk(`#/device/${scene.spare}`);
  await page.getByText('Last seen').waitFor();
  // Whoever ends a device is told what it has open here.
  await page.getByText('Refused here and not recorded since: 1').waitFor();
  await admin.looks('device-open');
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.locator('dialog[open]').getByText('Still open: 0 waiting, 1 refused').waitFor();
  await admin.dialog('revoking a device that has something open');
  await page.locator('dialog[open] #reason').fill('Lost on the works');
  await page.locator('dialog[open]').getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.locator('dd', { hasText: 'Lost on the works' }).waitFor();
  await admin.looks('audit-device');
  await admin.desk('#/people?state=revoked');
  await page.getByText('Lost on the works').first().waitFor();
  await admin.looks('audit-people');
});

test('a place is walked on the phone without a network, and the result is sent when there is one', async () => {
  const { page } = desk;
  await page.setViewportSize({ width: 360, height: 740 });
  await desk.open('#/more');
  await page.locator('a[href="#/audit"]').click();
  await page.getByRole('button', { name: 'Choose a place' }).click();
  await page.locator('dialog[open]').waitFor();
  for (const part of ['forest', 'forest/9', scene.plot]) {
    const row = page.locator(`dialog[open] button.row[data-of="${part}"]`);
    await Promise.race([row.first().waitFor(), page.locator('dialog[open] p[role=status]').waitFor({ state: 'detached' })]);
    if (part === 'forest' && (await page.locator('dialog[open] nav').count()) > 0) continue; // the works itself, when it is the only one
    await row.first().click();
  }
  await page.locator('.scanner').waitFor();
  await page.getByText(`of ${scene.trees.length} found`).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await desk.offline(true);
  await desk.scan(scene.trees[0]!);
  await page.getByText(`${groupCode(scene.trees[0]!)}: Found`).waitFor();
  await desk.scan(scene.trees[0]!);
  await page.getByText(`${groupCode(scene.trees[0]!)}: scanned before`).waitFor();
  await desk.kill();
  await desk.start(true);
  await desk.page.setViewportSize({ width: 360, height: 740 });
  await desk.open('#/');
  await desk.speak('en'); // which language was spoken last may have died with the browser
  await desk.go('#/audit');
  await desk.page.locator('.pinned').getByText(`Missing, ${scene.trees.length - 1}`).waitFor(); // it went on where it was
  await desk.scan(scene.trees[1]!);
  await desk.page.locator('.pinned').getByText(`Missing, ${scene.trees.length - 2}`).waitFor();
  await desk.shots('field-audit');
  await desk.page.getByRole('button', { name: 'Sign and record' }).click();
  await until('it waits on the phone', async () => (await desk.queue()).length === 1, 10);
  const { asset } = (await desk.queue())[0]!;
  await desk.offline(false);
  await drained(desk);
  await expect.poll(() => history(asset)).toEqual(['record']);
});
