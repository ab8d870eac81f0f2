import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { groupCode } from '../src/core/code';
import { enrol, jpeg, until } from './acts';
import { Phone } from './browser';
import { direct, scene as anyScene } from './scene';

// The pages of the works, on the story: looked at by three organisations, who accept together, and a recall. What the
// recall listed and froze is compared with the story's script in Go, after this.

interface Story {
  readonly unit: string;
  readonly wall: string;
  readonly toe: string;
  readonly centre: string;
  readonly column: string;
  readonly slabs: string;
  readonly layer: string;
  readonly recall: { readonly lot: string; readonly certain: string[]; readonly possible: string[]; readonly through: string[]; readonly tests: string[]; readonly untouched: string[] };
}

const scene = anyScene as unknown as { supervisor: string; builder: string; manager: string; panel: string; story: Story; site: string };
const { story } = scene;
const desks: Phone[] = [];
let supervisor: Phone;
let builder: Phone;
let manager: Phone;

async function seat(name: string, link: string): Promise<Phone> {
  const desk = await Phone.take(name, { desk: true });
  desks.push(desk);
  await enrol(desk, link);
  return desk;
}

beforeAll(async () => {
  supervisor = await seat('supervisor-desk', scene.supervisor);
  builder = await seat('builder-desk', scene.builder);
  manager = await seat('manager-desk', scene.manager);
});

afterAll(async () => {
  for (const desk of desks) await desk.putAway();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const desk of desks) {
    await desk.picture(`failed-${desk.name}`);
    console.log(`${desk.name} showed: ${await desk.text()}`);
  }
});

/** The place of an asset, by the gateway. */
async function placeOf(code: string): Promise<string> {
  return ((await (await fetch(`${scene.site}/api/v1/assets/${code}`)).json()) as { place: string }).place;
}

test('the levee, its parts and the building are shown', async () => {
  const { page } = supervisor;
  await supervisor.desk('#/works');
  await page.locator('main a', { hasText: /levee/i }).first().waitFor();
  await supervisor.looks('works');
  await supervisor.desk(`#/works/${story.unit}`);
  await page.locator('main h2').nth(1).waitFor();
  await supervisor.looks('breakdown');
  const stretch = (await placeOf(story.layer)).split('/').slice(0, -1).join('/');
  await supervisor.desk(`#/levee/${stretch}`);
  await page.locator('main svg').first().waitFor();
  await supervisor.looks('levee');
  const storey = await placeOf(story.column);
  await supervisor.desk(`#/building/${storey.split('/').slice(0, -1).join('/')}`);
  await page.locator('main svg, main table').first().waitFor();
  await supervisor.looks('building');
  await supervisor.desk(`#/ancestry/${story.column}`);
  await page.locator('main svg').first().waitFor();
  await supervisor.looks('ancestry');
});

/** Opens the joint acceptance of the panel and presses its button. */
async function sign(desk: Phone): Promise<void> {
  const { page } = desk;
  await desk.desk(`#/works/${scene.panel}`);
  await page.getByRole('button', { name: 'Accept as a joint group' }).click();
  await page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('panel', (await desk.pictures(1))[0]!));
  await page.locator('.act button[class*=primary]').click();
}

test('a refusal names the rule, its version and the clause, in both languages', async () => {
  await sign(supervisor);
  const { page } = supervisor;
  await page.getByText('The supervisor has not seen it since the notice').first().waitFor();
  await page.locator('[data-rule="floodway@1/concealed/accept/not-attended"]').first().waitFor();
  await page.getByText('Concealed works are seen before they are covered').first().waitFor();
  await supervisor.looks('refused');
  await supervisor.speak('zh');
  await page.getByText('通知后监理尚未到场').first().waitFor();
  await page.getByText('隐蔽工程覆盖前须经检查').first().waitFor();
  await supervisor.speak('en');
});

test('three organisations accept together, in any order, none twice', async () => {
  await direct('attend', {});
  for (const [i, desk] of [manager, builder, supervisor].entries()) {
    await sign(desk);
    await desk.page.getByText(i < 2 ? /Signed|signed/ : 'Accepted').first().waitFor();
    if (i < 2) {
      await until('it has signed', async () => (await desk.page.getByRole('button', { name: 'Accept as a joint group' }).count()) === 0, 15);
      await desk.looks(`signed-${i + 1}`);
    }
  }
  await supervisor.looks('accepted');
});

/** Opens the joint acceptance of the cut-off wall and presses its button. */
async function signWall(desk: Phone): Promise<void> {
  const { page } = desk;
  await desk.desk(`#/works/${story.wall}`);
  await page.getByRole('button', { name: 'Accept together' }).click();
  await page.locator('#f-evidence input[type=file]').setInputFiles(jpeg('wall', (await desk.pictures(1))[0]!));
  await page.locator('#f-data-rating .choice', { hasText: 'Qualified' }).click();
  await page.locator('.act button[class*=primary]').click();
}

test('a division is accepted once all its parts are, and the unit counts it', async () => {
  const { page } = supervisor;
  await signWall(supervisor);
  await page.getByText('Its elements are not all accepted').first().waitFor();
  await page.locator('[data-rule="floodway@1/divisional-works/accept/not-all-accepted"]').first().waitFor();
  await page.getByText('Acceptance goes upward').first().waitFor();
  await supervisor.looks('wall-refused');
  await direct('file', {});
  for (const desk of [builder, supervisor, manager]) {
    await signWall(desk);
    await until('it has signed', async () => (await desk.page.getByRole('button', { name: 'Accept together' }).count()) === 0 && (await desk.page.locator('.act').count()) === 0, 20);
  }
  await manager.page.locator('.lead').getByText('Accepted').first().waitFor();
  await manager.looks('wall-accepted');
  await supervisor.desk(`#/works/${story.unit}`);
  await page.locator('.lead').getByText('2 of 3 accepted').waitFor();
});

test('a storey gets its plan, and what stands there lies over it', async () => {
  const { page } = manager;
  await manager.desk(`#/building/${(await placeOf(story.column)).split('/').slice(0, -1).join('/')}`);
  const plan = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 150"><path d="M5 5h190v140H5ZM100 5v140" fill="none" stroke="gray" stroke-width="3"/></svg>';
  await page.locator('main input[type=file]').setInputFiles({ name: 'plan.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(plan) });
  await page.getByText(/^Plan of Storey 1, added/).waitFor({ timeout: 30_000 });
  await page.locator('main svg image').waitFor();
  await page.getByRole('button', { name: /C-A\/1/ }).click();
  await page.locator('aside').getByText('Lot of reinforcing steel').first().waitFor();
  await manager.looks('storey-plan');
});

test('a recall of the cement lists and freezes what the story says', async () => {
  const { page } = supervisor;
  await supervisor.desk(`#/recalls/open/${story.recall.lot}`);
  await page.locator('#recall-reason').waitFor();
  await page.locator('main table').first().waitFor();
  await supervisor.looks('recall-open');
  await page.locator('#recall-reason').fill('A later test failed (synthetic).');
  await page.locator('.form button').last().click();
  await supervisor.dialog('open a recall');
  await page.locator('dialog[open] .actions button').last().click();
  await page.waitForURL(/#\/recall\//);
  await page.getByRole('heading', { name: 'Who holds some of it' }).waitFor();
  await page.getByText(groupCode(story.recall.certain[0]!)).first().waitFor();
  const shown = await page.locator('main').innerText();
  // The wall was accepted with one of them, so that it is held, too.
  for (const code of [...story.recall.certain, ...story.recall.possible, ...story.recall.tests, story.wall]) expect(shown).toContain(groupCode(code));
  for (const code of story.recall.untouched) expect(shown).not.toContain(groupCode(code));
  await supervisor.looks('recall');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /export/i }).click()]);
  expect(file.suggestedFilename()).toContain(story.recall.lot);
  const exported = readFileSync(await file.path(), 'utf8');
  for (const code of [...story.recall.certain, ...story.recall.possible, ...story.recall.through, ...story.recall.tests, story.wall]) expect(exported).toContain(code);
  for (const code of story.recall.untouched) expect(exported).not.toContain(code);

  const address = new URL(page.url()).hash;
  await builder.desk(address);
  await builder.page.getByRole('button', { name: /acknowledge/i }).first().click();
  await builder.dialog('acknowledge a recall');
  await builder.page.locator('dialog[open] .actions button').last().click();
  await builder.page.locator('dialog[open]').waitFor({ state: 'detached' });
  await builder.looks('recall-acknowledged');

  await supervisor.desk(address);
  await page.getByRole('checkbox', { name: `Choose ${groupCode(story.recall.through[0]!)}` }).check();
  await page.getByRole('button', { name: /let.*go|release/i }).first().click();
  await supervisor.dialog('release from a recall');
  await page.locator('dialog[open] textarea').fill('Tested again: it holds (synthetic).');
  await page.locator('dialog[open] .actions button').last().click();
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  await supervisor.looks('recall-released');
  await supervisor.desk('#/recalls');
  await page.locator('main table, main ul, main ol').first().waitFor();
  await supervisor.looks('recalls');
});
