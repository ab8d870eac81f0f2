import { describe, expect, test } from 'vitest';
import type { ActionView, KindView, RulebookView } from '../../core/types';
import { hundredths, isElement, lookOf, progressOf, signingOf, unitsOf, type WorksAsset } from './model';

const act = (name: string, from: string | undefined, to: string | undefined, bizStep: string, disposition: string, more: object = {}): ActionView =>
  ({ name, title: { en: name, zh: name }, by: ['builder'], asks: {}, ...(from && { from: [from] }), ...(to && { to }), epcis: { bizStep, disposition }, ...more }) as unknown as ActionView;

const kind = {
  name: 'layer',
  actions: [
    act('start', undefined, 'open', 'commissioning', 'in_progress', { creates: true }),
    act('fill', 'open', 'filling', 'assembling', 'in_progress'),
    act('test', 'filling', 'tested', 'inspecting', 'conformant'),
    act('fail', 'filling', 'failed', 'inspecting', 'non_conformant'),
    act('accept', 'tested', 'accepted', 'accepting', 'conformant', { signers: ['builder', 'supervisor', 'manager'] }),
    act('cover', 'accepted', 'covered', 'assembling', 'conformant'),
    act('dig-out', 'failed', 'removed', 'destroying', 'destroyed'),
    act('cancel', 'open', 'cancelled', 'decommissioning', 'inactive'),
    act('object', 'tested', 'tested', 'inspecting', 'non_conformant'),
  ],
} as unknown as KindView;

test('a state looks as the rulebook says', () => {
  const toned = { ...kind, states: [{ name: 'tested', title: { en: '', zh: '' }, tone: 'passed' }] } as unknown as KindView;
  expect([lookOf(toned, 'tested'), lookOf(toned, 'other'), lookOf(undefined, 'tested')]).toEqual(['passed', 'working', 'working']);
});

describe('who signs', () => {
  const item = (pending?: WorksAsset['pending']): WorksAsset => ({ state: 'tested', ...(pending && { pending }) }) as WorksAsset;
  test('nobody yet', () => expect(signingOf(item(), kind)).toMatchObject({ begun: false, left: ['builder', 'supervisor', 'manager'] }));
  test('one of three', () =>
    expect(signingOf(item({ action: 'accept', signatures: [{ role: 'supervisor', organisation: 'S', device: 'd', event: 'e' }] }), kind)).toMatchObject({
      begun: true, left: ['builder', 'manager'], signed: [{ role: 'supervisor' }],
    }));
  test('no joint action in this state', () => expect(signingOf({ state: 'open' } as WorksAsset, kind)).toBeUndefined());
});

test('what was taken out or called off counts for nothing', () => {
  const runs = { name: 'run', under: { kinds: [{ kind: 'street', states: ['open'] }], progress: { accepted: 'right', gone: 'out', excellent: 'best' } } };
  const book = { kinds: [{ name: 'street' }, runs] } as unknown as RulebookView;
  const street = (children: object): WorksAsset => ({ kind: 'street', children }) as unknown as WorksAsset;
  expect(progressOf(street({ total: 5, right: 3, out: 1, frozen: 2 }), book)).toEqual({ total: 4, accepted: 3, gone: 1, frozen: 2 });
  expect(progressOf(street({ total: 5, right: 3, best: 2 }), book)).toEqual({ total: 5, accepted: 3, gone: 0, frozen: 0, excellent: 2 });
  expect(progressOf(street({ total: 5, accepted: 3 }), { kinds: [{ name: 'street' }] } as unknown as RulebookView)).toBeUndefined();
  expect(progressOf({ kind: 'street' } as WorksAsset, book)).toBeUndefined();
  // Of several kinds that lie there, each by its own counts; and nothing where one of them says nothing of it.
  const wells = { name: 'well', under: { kinds: [{ kind: 'street', states: ['open'] }], progress: { accepted: 'tight', gone: 'out' } } };
  const films = { name: 'film', under: { kinds: [{ kind: 'street', states: ['open'] }] } };
  const both = { kinds: [{ name: 'street' }, runs, wells] } as unknown as RulebookView;
  expect(progressOf(street({ total: 9, right: 3, tight: 4, out: 1 }), both)).toEqual({ total: 8, accepted: 7, gone: 1, frozen: 0 });
  expect(progressOf(street({ total: 4 }), { kinds: [{ name: 'street' }, runs, films] } as unknown as RulebookView)).toBeUndefined();
  expect(unitsOf(book).map((k) => k.name)).toEqual(['street']);
  expect([isElement({ kind: 'run' } as WorksAsset, book), isElement(street({}), book)]).toEqual([true, false]);
  expect(hundredths(1, 3)).toBe(33);
  expect(hundredths(0, 0)).toBe(0);
});
