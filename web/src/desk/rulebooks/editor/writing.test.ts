import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import lamps from '../../../../../docs/examples/road-lamps@1.yaml?raw';
import { refuse } from '../../../core/refusal';
import { bookDraft, bookDrafts } from '../../../kept/bookDrafts';
import { destroyKept } from '../../../kept/db';
import { readText, textAt } from './text';
import { Writing, type Asker } from './writing.svelte';

/** What the gateway answers next, in order; without an answer there is no network. */
let answers: (() => object)[] = [];
const ask: Asker = async <T>() => {
  const answer = answers.shift();
  if (answer === undefined) throw refuse('unreachable');
  return answer() as T;
};
beforeEach(() => (answers = []));
afterEach(destroyKept);

const good = { problems: [], name: 'road-lamps@2', bytes: 1, sha256: '', examples: 1, types: ['string'] };
const wrong = { ...good, problems: [{ code: 'unknown-name', line: 33, column: 13, path: '/kinds/lamp/actions/deliver/by', says: { en: 'no', zh: '否' } }] };

async function opened(): Promise<Writing> {
  const w = new Writing('road-lamps', 'road-lamps@1', lamps, ask);
  w.stop();
  return w;
}

test('what was not touched stays byte for byte, the examples too', async () => {
  const w = await opened();
  expect(w.text).toBe(lamps);
  w.put(['version'], 2);
  w.put(['kinds', 'lamp', 'fields', 'height', 'max'], 18000);
  expect(w.text).toBe(lamps.replace('version: 1', 'version: 2').replace('max: 20000', 'max: 18000'));
  expect(w.name).toBe('road-lamps@2');
  w.stop();
});

test('a mistake shows at the control that it is about, and at no other', async () => {
  const w = await opened();
  answers.push(() => wrong, () => good);
  w.put(['kinds', 'lamp', 'actions', 'deliver', 'by'], 'suplier');
  await w.look();
  expect([w.good, w.standing, w.mistakes.length]).toEqual([false, 'checked', 1]);
  expect(w.said(['kinds', 'lamp', 'actions', 'deliver', 'by']).map((m) => m.code)).toEqual(['unknown-name']);
  expect(w.said(['kinds', 'lamp', 'actions', 'deliver']).length).toBe(0);
  expect(w.said(['kinds', 'lamp', 'actions', 'deliver'], true).length).toBe(1);
  expect(w.said(['kinds', 'lamp', 'actions', 'erect'], true).length).toBe(0);
  w.put(['kinds', 'lamp', 'actions', 'deliver', 'by'], 'supplier');
  expect(w.mistakes, 'of an earlier text nothing is said').toEqual([]);
  await w.look();
  expect([w.good, w.text === lamps]).toEqual([true, true]);
  w.stop();
});

test('without a network nothing is called good, and what was written survives', async () => {
  const w = await opened();
  w.put(['title', 'en'], 'Lamps of the town');
  await w.look();
  expect([w.good, w.standing, w.trouble]).toEqual([false, 'away', undefined]);
  const draft = await bookDraft('road-lamps');
  expect([draft?.from, textAt(readText(draft!.text).value, ['title', 'en'])]).toEqual(['road-lamps@1', 'Lamps of the town']);
  await w.discard();
  expect(await bookDrafts()).toEqual([]);
});

test('a text counts as tried only as it was played', async () => {
  const w = await opened();
  const trial = { problems: [], histories: 1, allowed: 5, refused: 9, failures: [], rules: [], unplayed: [] };
  answers.push(() => trial);
  await w.play();
  expect([w.shown, w.outdated]).toEqual([true, false]);
  w.put(['kinds', 'lamp', 'fields', 'height', 'max'], 18000);
  expect([w.shown, w.outdated]).toEqual([false, true]);
  answers.push(() => ({ ...trial, failures: [{ line: 1, history: 'x', says: { en: 'x', zh: '字' } }] }));
  await w.play();
  expect([w.shown, w.outdated]).toEqual([false, false]);
  answers.push(() => ({ ...trial, stopped: true }));
  await w.play();
  expect(w.shown, 'what was cut short').toBe(false);
  w.stop();
});

test('text that is no YAML is kept as it was typed', async () => {
  const w = await opened();
  w.type('rulebook: [x\nexamples: {}\n');
  expect([w.wrong === undefined, w.text, w.examples]).toEqual([false, 'rulebook: [x\nexamples: {}\n', 'examples: {}\n']);
  w.put(['version'], 3);
  expect(w.text).toBe('rulebook: [x\nexamples: {}\n');
  w.stop();
});
