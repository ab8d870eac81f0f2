import { expect, test } from 'vitest';
import type { ActionView, Asks, KindView, RuleField, RulebookView } from '../core/types';
import { auditCounts, auditOf, carriesPlan, fileActionOf } from './shape';

const title = { en: 'Title', zh: '标题' };
const nothing: Asks = { place: 'no', amount: 'no' };
const action = (name: string, more: Partial<ActionView>): ActionView => ({ name, title, by: ['checker'], asks: nothing, ...more });
const kind = (name: string, actions: ActionView[], under?: object): KindView => ({ name, title, unit: 'each', states: [], actions, ...(under && { under }) }) as KindView;
const field = (name: string, type: RuleField['type'], optional = false): RuleField => ({ name, title, type, ...(optional && { optional }) });
const book = (...kinds: KindView[]): RulebookView => ({ name: 'bridge@1', book: 'bridge', version: 1, current: true, title, roles: [], kinds });

test('a plan is added by the action that asks for a file and for nothing else, however it is called', () => {
  const sketch = action('sketch', { asks: { ...nothing, evidence: 1 } });
  const others = [
    action('open', { creates: true, to: 'open', asks: { ...nothing, evidence: 1 } }),
    action('accept', { to: 'accepted', asks: { ...nothing, evidence: 1 } }),
    action('measure', { asks: { ...nothing, evidence: 1, data: [field('width', 'integer')] } }),
    action('visit', { asks: { ...nothing, place: 'required', evidence: 1 } }),
    action('remark', {}),
  ];
  expect(fileActionOf(kind('bay', [...others, sketch]))).toBe(sketch);
  expect(fileActionOf(kind('bay', others))).toBeUndefined();
  expect(carriesPlan(kind('bay', [sketch], { kinds: [] }))).toBe(true);
  expect(carriesPlan(kind('bay', [sketch]))).toBe(false);
  expect(carriesPlan(undefined)).toBe(false);
});

test('an audit is recorded by the action that takes a place, the list and all counts, however it is called', () => {
  const counts = auditCounts.map((name) => field(name, 'integer'));
  const data = [field('where', 'place'), ...counts, field('remark', 'string', true)];
  const walk = action('walked', { creates: true, asks: { ...nothing, evidence: 1, data } });
  expect(auditOf(book(kind('bay', []), kind('stocktake', [walk])))).toMatchObject({ kind: { name: 'stocktake' }, action: { name: 'walked' }, place: 'where', note: 'remark' });
  const without = (name: string): ActionView => action('walked', { creates: true, asks: { ...nothing, evidence: 1, data: data.filter((f) => f.name !== name) } });
  for (const name of ['where', ...auditCounts]) expect(auditOf(book(kind('stocktake', [without(name)])))).toBeUndefined();
  expect(auditOf(book(kind('stocktake', [without('remark')])))).not.toHaveProperty('note');
});
