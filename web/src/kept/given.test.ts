import { expect, it } from 'vitest';
import { phone } from '../testing/phone';
import { forestation } from '../works/books.testing';
import { formOf } from '../works/form';
import { actionOf, kindOf } from '../works/rulebook';
import { noteGiven, suggested } from './given';

phone();
const tree = kindOf(forestation, 'tree')!;
const [plant, load] = [formOf(actionOf(tree, 'plant')!, tree, forestation), formOf(actionOf(tree, 'load')!, tree, forestation)];

it('what was given last is suggested in the same action only, also under the next version of the rulebook', async () => {
  expect(await suggested(plant)).toEqual({});
  await noteGiven(plant, { plot: 'forest/1', pit: 'P-7', crew: 'C7', height: 2350 });
  await noteGiven(plant, { pit: 'P-9' });
  expect(await suggested({ ...plant, rulebook: 'forestation@2' })).toEqual({ pit: 'P-10', crew: 'C7' });
  expect(await suggested(load)).toEqual({});
});

it('remembers the last actions, so that what is kept is bounded', async () => {
  for (let n = 0; n <= 64; n++) await noteGiven({ ...load, action: `load-${n}` }, { waybill: `W-${n}` });
  expect(await suggested({ ...load, action: 'load-0' })).toEqual({});
  expect(await suggested({ ...load, action: 'load-64' })).toEqual({ waybill: 'W-64' });
});
