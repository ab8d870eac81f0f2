import { expect, it } from 'vitest';
import { listOf } from '../core/list';
import { codeOf, enrolled, phone, photo } from '../testing/phone';
import { forestation } from '../works/books.testing';
import { answersToDraft } from '../works/answers';
import { formOf } from '../works/form';
import { actionOf, kindOf } from '../works/rulebook';
import { draftAt, draftOf, dropDraft, keepDraft } from './drafts';
import { capture } from './queue';

const it_ = phone();
const kind = kindOf(forestation, 'tree')!;
const plant = formOf(actionOf(kind, 'plant')!, kind, forestation);
const nobody = (): Promise<never> => Promise.reject(new Error('unknown'));

it('what was filled in is kept with its photos until it is recorded', async () => {
  const one = await photo(1);
  await keepDraft('a', { fields: { crew: 'C7', height: '2.35' }, photos: 1, amount: '' }, [one]);
  const kept = await draftAt('a');
  expect([kept!.answers.fields, kept!.photos.map((p) => p.sha256)]).toEqual([{ crew: 'C7', height: '2.35' }, [one.sha256]]);
  expect(await kept!.photos[0]!.blob.arrayBuffer()).toEqual(await one.blob.arrayBuffer());
  await dropDraft('a');
  expect(await draftAt('a')).toBeUndefined();
});

it('a listed lot that was refused opens with its codes, and not with their file among the photos', async () => {
  await enrolled(it_.gateway);
  const lots = kindOf(forestation, 'tree-lot')!;
  const select = formOf(actionOf(lots, 'select')!, lots, forestation);
  const [one, codes] = [await photo(1), [codeOf(7), codeOf(6)]];
  const { list, file } = await listOf(codes);
  const drafted = answersToDraft(select, { fields: { species: 'Pinus' }, photos: 1, codes, list }, { id: codeOf(1) });
  if (!('draft' in drafted)) throw new Error(JSON.stringify(drafted.errors));
  const q = await capture(drafted.draft, [one, file], select.title);
  const back = await draftOf(q.id, select, nobody);
  expect(back!.answers.codes).toEqual([codeOf(6), codeOf(7)]);
  expect(back!.photos.map((p) => p.sha256)).toEqual([one.sha256]);
});

it('what was refused opens with all that was given, as it was typed', async () => {
  await enrolled(it_.gateway);
  const one = await photo(1);
  const given = { fields: { plot: 'forest/9-14', pit: 'P-7', crew: 'C7', height: '2.35' }, photos: 1, place: { lat: 38_912_345, lon: 115_912_345, accuracy: 8 } };
  const drafted = answersToDraft(plant, given, { id: codeOf(1) });
  if (!('draft' in drafted)) throw new Error(JSON.stringify(drafted.errors));
  const q = await capture(drafted.draft, [one], plant.title);
  const back = await draftOf(q.id, plant, nobody);
  expect(back!.answers).toMatchObject(given);
  expect(back!.photos.map((p) => p.sha256)).toEqual([one.sha256]);
  expect(await draftOf('gone', plant, nobody)).toBeUndefined();
});
