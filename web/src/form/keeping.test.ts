import { expect, it } from 'vitest';
import { draftAt, drafts, invitationKey, isUnfinished, keepDraft } from '../kept/drafts';
import { phone, photo } from '../testing/phone';
import { Keeping, type Filled } from './keeping.svelte';

phone();
const form = (name: string, more: Partial<Filled> = {}): Filled => ({ at: 'a/b/c/d', answers: { fields: { name }, photos: 0, place: { lat: 1, lon: 2, accuracy: 3 } }, photos: [], restored: false, ...more });
const nothing = (e: unknown): never => {
  throw e;
};

it('keeps what was touched, and nothing else', async () => {
  let now: Filled | undefined;
  const keeping = new Keeping(() => now, nothing);
  await keeping.keep();
  now = form('');
  keeping.note();
  await keeping.keep();
  expect(await draftAt('a/b/c/d')).toBeUndefined();
  now = form('C12');
  keeping.note();
  await keeping.keep();
  const kept = await draftAt('a/b/c/d');
  expect([kept?.answers.fields, kept?.answers.place]).toEqual([{ name: 'C12' }, undefined]);
  now = form('C12', { photos: [await photo(1)], each: ['crew'] });
  await keeping.keep();
  expect([(await draftAt('a/b/c/d'))?.photos.length, (await draftAt('a/b/c/d'))?.each]).toEqual([1, ['crew']]);
});

it('keeps what goes on from before though nobody touched it again, and nothing once it was recorded', async () => {
  let now = form('C12', { restored: true });
  const keeping = new Keeping(() => now, nothing);
  keeping.note();
  await keeping.keep();
  expect(await draftAt('a/b/c/d')).toBeDefined();
  await keeping.drop();
  now = form('C13');
  await keeping.keep();
  expect(await draftAt('a/b/c/d')).toBeUndefined();
});

it('an invitation and what goes with a series are not forms to be finished', async () => {
  for (const at of [invitationKey, 'series/forestation/tree/tend', '952000100000001///tend', '/forestation/tree/select']) await keepDraft(at, { fields: {}, photos: 0 }, []);
  expect((await drafts()).filter(isUnfinished).map((d) => d.at).toSorted()).toEqual(['/forestation/tree/select', '952000100000001///tend']);
});
