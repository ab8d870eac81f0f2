import { describe, expect, test } from 'vitest';
import type { ActionView, KindView } from '../../core/types';
import { hundredths, lookOf, progressOf, signingOf, type Look, type WorksAsset } from './model';

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

test.each<[string, Look]>([
  ['open', 'open'],
  ['filling', 'working'],
  ['tested', 'passed'],
  ['accepted', 'accepted'],
  ['covered', 'accepted'],
  ['failed', 'failed'],
  ['removed', 'gone'],
  ['cancelled', 'gone'],
])('%s looks %s', (state, look) => expect(lookOf(kind, state)).toBe(look));

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
  expect(progressOf({ children: { total: 5, accepted: 3, gone: 1, frozen: 2 } } as unknown as WorksAsset)).toEqual({ total: 4, accepted: 3, gone: 1, frozen: 2 });
  expect(progressOf({} as WorksAsset)).toBeUndefined();
  expect(hundredths(1, 3)).toBe(33);
  expect(hundredths(0, 0)).toBe(0);
});
