import { expect, it } from 'vitest';
import { forestation } from './books.testing';
import { formOf, type FormModel } from './form';
import { actionOf, kindOf } from './rulebook';
import { nextOf, suggestions, toRemember } from './suggest';

const tree = kindOf(forestation, 'tree')!;
const form = (action: string): FormModel => formOf(actionOf(tree, action)!, tree, forestation);

it.each([
  ['1-19', '1-20'], ['P099', 'P100'], ['P-7', 'P-8'], ['099', '100'], ['9', '10'],
  ['12a', undefined], ['north', undefined], ['', undefined],
  ['999999999999999', '1000000000000000'],
  ['9007199254740993', '9007199254740994'], // larger than is counted exactly: only its last digits are
])('the one after %s is %s', (text, next) => expect(nextOf(text)).toBe(next));

it('suggests what the rulebook says is given again, and nothing that is measured or chosen anew', () => {
  const given = { crew: 'C7', pit: '1-19', plot: 'forest/9-14', height: '2.35' };
  expect(suggestions(form('plant'), given)).toEqual({ crew: 'C7', pit: '1-20' });
  // A replacement stands in the pit of the dead tree: counting on would suggest a wrong one.
  expect(suggestions(form('replant'), given)).toEqual({ crew: 'C7' });
  expect(suggestions(form('plant'), {})).toEqual({});
  expect(toRemember(form('plant'), { crew: 'C7', pit: '1-19', plot: 'forest/9-14', height: 2350 })).toEqual({ crew: 'C7', pit: '1-19' });
});

it('suggests nothing that the rulebook would not take', () => {
  const plant = form('plant');
  const choosing: FormModel = { ...plant, fields: [{ name: 'crew', title: { en: 'Crew', zh: '班组' }, type: 'string', optional: false, maxLength: 2, remember: 'last', choices: [{ value: 'A', title: { en: 'A', zh: 'A' } }] }] };
  expect([suggestions(choosing, { crew: 'B' }), suggestions(choosing, { crew: 'A' })]).toEqual([{}, { crew: 'A' }]);
  expect(suggestions({ ...plant, fields: plant.fields.map((f) => ({ ...f, maxLength: 2 })) }, { pit: '99' })).toEqual({});
});
