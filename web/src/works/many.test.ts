import { expect, it } from 'vitest';
import { forestation, itemOf, levee } from './books.testing';
import { draftsOf, forAll, saysOfMany } from './many';

const books = new Map([forestation, levee].map((b) => [b.name, b]));
const on = (role: string, ...items: [kind: string, state: string][]): string[] =>
  forAll(items.map(([kind, state], i) => ({ ...itemOf(forestation, kind, state), id: `9520001000000000000${i}` })), { role, organisation: 'AMSP' }, books).map((a) => a.form.action);

it('what all of them allow and what one form says of each is offered', () => {
  expect(on('nursery', ['tree', 'lifted'], ['tree', 'lifted'])).toContain('load');
  expect(on('nursery', ['tree', 'lifted'], ['tree', 'selected']), 'one of them is not lifted yet').not.toContain('load');
  expect(on('nursery', ['tree', 'selected']), 'it asks for a photo of each').not.toContain('lift');
  expect(on('nursery', ['tree', 'lifted'], ['tree-lot', 'lifted']), 'kinds that are asked alike').toContain('load');
});

it('no acceptance is recorded on many, whatever the rulebook', () => {
  for (const book of [forestation, levee]) {
    for (const kind of book.kinds) {
      const accepting = kind.actions.filter((a) => kind.states.find((s) => s.name === a.to)?.tone === 'accepted');
      expect(accepting.filter((action) => saysOfMany({ action, kind, rulebook: book })).map((a) => a.name)).toEqual([]);
    }
  }
});

it('answers that are wrong are said once; right ones make a draft of each', () => {
  const items = [0, 1].map((i) => ({ ...itemOf(forestation, 'tree', 'lifted'), id: `9520001000000000000${i}` }));
  const act = forAll(items, { role: 'nursery', organisation: 'AMSP' }, books).find((a) => a.form.action === 'load')!;
  expect(draftsOf(act, { fields: {}, photos: 0 }, items)).toHaveProperty('errors./data/waybill');
  const made = draftsOf(act, { fields: { waybill: 'W-1' }, photos: 0 }, items);
  expect('drafts' in made && made.drafts.map((d) => [d.asset, d.action, d.data])).toEqual(items.map((i) => [i.id, 'load', { waybill: 'W-1' }]));
});
