import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { groupCode } from '../src/lib/code';
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
  readonly recall: { readonly lot: string; readonly certain: string[]; readonly possible: string[]; readonly through: string[] };
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
  await page.getByText('floodway@1/concealed/accept/not-attended').first().waitFor();
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

test('a recall of the cement lists and freezes what the story says', async () => {
  const { page } = supervisor;
  await supervisor.desk(`#/recalls/open/${story.recall.lot}`);
  await page.locator('#recall-reason').waitFor();
  await page.locator('main table').first().waitFor();
  await supervisor.looks('recall-open');
  await page.locator('#recall-reason').fill('A later test failed (synthetic).');
  await page.locator('.form button').last().click();
  await page.locator('dialog[open] button').first().click();
  await page.waitForURL(/#\/recall\//);
  await page.locator('main table tbody tr').first().waitFor();
  const shown = await page.locator('main').innerText();
  for (const code of [...story.recall.certain, ...story.recall.possible]) expect(shown).toContain(groupCode(code));
  await supervisor.looks('recall');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /export/i }).click()]);
  expect(file.suggestedFilename()).toContain(story.recall.lot);

  const address = new URL(page.url()).hash;
  await builder.desk(address);
  await builder.page.getByRole('button', { name: /acknowledge/i }).first().click();
  await builder.page.locator('dialog[open] button').first().click();
  await builder.page.locator('dialog[open]').waitFor({ state: 'detached' });
  await builder.looks('recall-acknowledged');

  await supervisor.desk(address);
  await page.getByRole('checkbox', { name: `Choose ${groupCode(story.recall.through[0]!)}` }).check();
  await page.getByRole('button', { name: /let.*go|release/i }).first().click();
  await page.locator('dialog[open] textarea').fill('Tested again: it holds (synthetic).');
  await page.locator('dialog[open] button').first().click();
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  await supervisor.looks('recall-released');
  await supervisor.desk('#/recalls');
  await page.locator('main table, main ul, main ol').first().waitFor();
  await supervisor.looks('recalls');
});

test('no page complained', () => {
  expect(desks.flatMap((d) => d.complaints)).toEqual([]);
});
