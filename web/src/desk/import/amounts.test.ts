import { expect, it } from 'vitest';
import type { RuleField } from '../../core/types';
import { amountSaid } from '../../works/spoken';
import { entryOfField } from '../../works/units';
import { amountsOf } from './amounts';
import type { Made } from './plan';

const field = (name: string, more: object): RuleField => ({ name, title: { en: name, zh: name }, ...more }) as unknown as RuleField;
const fields = [field('species', { type: 'string' }), field('year', { type: 'integer', unit: 'year' }), field('weight', { type: 'integer', unit: 'kg' }), field('height', { type: 'integer', unit: 'mm', max: 60_000 }), field('none', { type: 'integer', unit: 'kg' })];
const row = (data: object): { made: Made } => ({ made: { event: { kind: 'k', action: 'a', rulebook: 'b@1', at: '2026-03-12T00:00:00Z', data } } as unknown as Made });

it('tells what a table says in each column of numbers, from the smallest to the largest', () => {
  const rows = [row({ species: 'Acer', year: 1999, weight: 1200, height: 1500 }), row({ weight: 1, height: 12_000 }), row({ weight: 40 }), { made: { faults: [] } as Made }];
  expect(amountsOf(rows, fields).map((a) => [a.field.name, a.least, a.most])).toEqual([['weight', 1, 1200], ['height', 1500, 12_000]]);
  expect(amountsOf([], fields)).toEqual([]);
});

it('says them in words', () => {
  expect(amountSaid(1200, entryOfField({ unit: 'kg' }), 'en')).toContain('one thousand two hundred');
  expect(amountSaid(1200, entryOfField({ unit: 'kg' }), 'zh')).toMatch(/一千二百|壹仟贰佰/);
});
