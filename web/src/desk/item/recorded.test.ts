import { expect, test } from 'vitest';
import type { EventView, RulebookView } from '../../core/types';
import { rulesOf, saidOf } from './recorded';

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

test('bodies of registry acts are left to the signed bytes', () => {
  expect(saidOf(event({ key: { x: 1 }, outline: [{ lat: 1 }], reason: 'lost' }), undefined, 'en', en).map((s) => s.name)).toEqual(['reason']);
});

test('rules come with their clauses', () => {
  expect(rulesOf(event({}), book)).toEqual([{ code: 'too-small', clause: t('4.2') }]);
  expect(rulesOf(event({}), undefined)).toEqual([]);
});
