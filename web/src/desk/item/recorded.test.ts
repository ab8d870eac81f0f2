import { expect, test } from 'vitest';
import type { EventView, RuleField, RulebookView } from '../../core/types';
import { learnPlaces } from '../../app/placeNames.svelte';
import { speech } from '../../words/language.svelte';
import { itemIn, rulesOf, saidOf, valueOf } from './recorded';

const t = (en: string) => ({ en, zh: `${en}（中）` });
const book = {
  name: 'b@1', kinds: [{
    name: 'tree', title: t('Tree'), states: [], actions: [{
      name: 'accept', title: t('Accept'), by: [], rules: [{ check: 'x', code: 'too-small', says: t('no'), clause: t('4.2') }],
      asks: { place: 'no', amount: 'no', data: [
        { name: 'height', title: t('Height'), type: 'integer', unit: 'mm' },
        { name: 'condition', title: t('Condition'), type: 'string', choices: [{ value: 'good', title: t('Good') }] },
        { name: 'absent', title: t('Absent'), type: 'string' },
      ] },
    }],
  }],
} as unknown as RulebookView;
const event = (data: object) => ({ kind: 'tree', action: 'accept', data }) as unknown as EventView;
const en = (x: { en: string; zh: string } | undefined): string => x?.en ?? '';

test('what is asked comes in its order, choices by their titles, the rest last', () => {
  const said = saidOf(event({ other: true, condition: 'good', height: 2100 }), book, 'en', en);
  expect(said.map((s) => [s.title.en, s.value.replaceAll('\u00a0', ' ')])).toEqual([['Height', '2.1 m'], ['Condition', 'Good'], ['other', '✓']]);
});

test('a place is called by its title, and so many seconds only are a moment', () => {
  speech.language = 'en';
  learnPlaces([{ id: 'forest/9', title: { en: 'Plot 9', zh: '9 小班' } }]);
  expect(valueOf({ name: 'to', title: t('To'), type: 'place' } as RuleField, 'forest/9', 'en', en)).toBe('Plot 9');
  const seconds = { name: 'took', title: t('Took'), type: 'integer', unit: 's' } as RuleField;
  expect([valueOf(seconds, 90, 'en', en), valueOf(seconds, 1_700_000_000, 'en', en)].map((v) => /2023/.test(v))).toEqual([false, true]);
});

test('an organisation is called by its title, never by its machine id, and free text stays as it was typed', () => {
  const of = (type: string) => ({ name: 'by', title: t('By'), type }) as RuleField;
  const member = (id: string) => (id === 'OwnerMSP' ? t('Owner') : undefined);
  const said = (type: string, value: string | string[]) => valueOf(of(type), value, 'en', en, member);
  expect([said('organisation', 'OwnerMSP'), said('organisations', ['OwnerMSP', 'OwnerMSP']), said('string', 'OwnerMSP')]).toEqual(['Owner', 'Owner, Owner', 'OwnerMSP']);
  expect(said('organisation', 'StrangerMSP')).not.toContain('MSP');
  expect(said('item', '95200015TREE')).toBe('9520 0015 TREE');
});

test('bodies of registry acts are left to the signed bytes', () => {
  expect(saidOf(event({ key: { x: 1 }, outline: [{ lat: 1 }], reason: 'lost' }), undefined, 'en', en).map((s) => s.name)).toEqual(['reason']);
});

test('rules come with their clauses', () => {
  expect(rulesOf(event({}), book)).toEqual([{ code: 'too-small', clause: t('4.2') }]);
  expect(rulesOf(event({}), undefined)).toEqual([]);
});

test('a field that keeps an item leads to it, and no other does', () => {
  const field = (type: string): RuleField => ({ name: 'line', title: t('Line'), type }) as RuleField;
  expect(itemIn(field('item'), '9520001LINE')).toBe('9520001LINE');
  expect([itemIn(field('string'), '9520001LINE'), itemIn(field('organisation'), 'OwnerMSP'), itemIn(field('items'), ['9520001LINE']), itemIn(undefined, 'x')]).toEqual([undefined, undefined, undefined, undefined]);
});
