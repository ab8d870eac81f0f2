import { expect, it } from 'vitest';
import { listOf } from '../core/list';
import { answersToDraft } from './answers';
import { forestation } from './books.testing';
import { addCodes } from './codes';
import { formOf } from './form';
import { actionOf, kindOf } from './rulebook';

const [a, b, c, lot] = ['95200010000A', '95200010000B', '95200010000C', '9520001000LT'] as const;

it('takes codes as they are typed, pasted or scanned, and names what it does not take', () => {
  expect(addCodes([a], `https://x.example/8004/${b}\n9520 0010 000c, ${b}\t${a};?\n${lot}\n\n`, lot)).toEqual({
    codes: [a, b, c], added: [b, c], twice: [b, a], wrong: ['?', lot], foreign: [],
  });
  // A list holds codes with the prefix of who makes it.
  expect(addCodes([], `${a}\n95200020000A\n95200020000A`, lot, '9520001')).toMatchObject({ codes: [a], foreign: ['95200020000A'] });
  expect(addCodes([a], a, lot)).toMatchObject({ codes: [a], added: [], twice: [a] });
});

it('is sorted and commits to each code once, as the ledger does', async () => {
  const codes = Array.from({ length: 5 }, (_, i) => `9520001${String(i).padStart(13, '0')}`);
  const made = await listOf([...codes.toReversed(), codes[2]!]);
  // As rootline.Codes has it.
  expect(made.list).toEqual({ count: 5, root: '44aaf62fd283cccff29a3019afa7c5cd3f725028c931a9b75088c10c4f626670' });
  expect(await made.file.blob.text()).toBe(codes.map((one) => `${one}\n`).join(''));
  expect(made.file).toMatchObject({ type: 'text/vnd.rootline.codes', size: made.file.blob.size });
});

it('is asked for by what begins a listed lot, and goes into the event', () => {
  const kind = kindOf(forestation, 'tree-lot')!;
  const form = formOf(actionOf(kind, 'select')!, kind, forestation);
  const answers = { fields: { species: 'Pinus' }, photos: 1 };
  expect(answersToDraft(form, answers, { id: lot })).toMatchObject({ errors: { '/list': { en: 'Scan or paste the codes that are on the list.' } } });
  const list = { count: 2, root: 'ab'.repeat(32) };
  expect(answersToDraft(form, { ...answers, codes: [a, b], list }, { id: lot })).toMatchObject({ draft: { asset: lot, kind: 'tree-lot', list } });
});
