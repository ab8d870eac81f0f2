import registry from '../../../registry.go?raw';
import { expect, it } from 'vitest';
import { Names } from './names';
import type { RulebookWords, StreamEvent } from '../core/types';

const contractor = 'ContractorMSP';
const text = (en: string, zh: string) => ({ en, zh });
const book = (version: number, current: boolean, title: string): RulebookWords => ({
  name: 'forestation',
  version,
  current,
  kinds: [{ name: 'tree', title: text(title, '树'), actions: [{ name: 'plant', title: text('planted', '栽植') }] }],
});
const names = new Names([{ mspId: contractor, title: text('Planting contractor', '') }], [book(2, true, 'Tree'), book(1, false, 'Old')]);
/** As a guest is told of it, who is told no codes. */
const event = (kind: string, action: string, rulebook = 'forestation@1') => ({ rulebook, kind, action }) as StreamEvent;

it('names what the ledger names', () => {
  expect(names.organisation(contractor, 'zh')).toBe('Planting contractor');
  expect(names.kind(event('tree', 'plant'), 'en')).toBe('Tree');
  expect(names.action(event('tree', 'plant'), 'zh')).toBe('栽植');
});

it('knows kinds of one name in two rulebooks apart', () => {
  const works = (name: string, title: string): RulebookWords => ({ name, version: 1, current: true, kinds: [{ name: 'unit', title: text(title, title), actions: [{ name: 'pass', title: text(`${title} passed`, '') }] }] });
  const two = new Names([], [works('bridge@1', 'Span'), works('tunnel@1', 'Ring')]);
  expect(['bridge@1', 'tunnel@1'].map((b) => [two.kind(event('unit', 'pass', b), 'en'), two.action(event('unit', 'pass', b), 'en')])).toEqual([['Span', 'Span passed'], ['Ring', 'Ring passed']]);
});

it('keeps the short name of what is not known', () => {
  expect(names.organisation('X', 'en')).toBe('X');
  expect(names.action(event('tree', 'prop-up'), 'en')).toBe('prop-up');
  expect(names.kind(event('barrel', 'fill'), 'en')).toBe('barrel');
});

it('names acts of the registry itself, but not a kind’s action of the same name', () => {
  expect(names.action({ action: 'invite' } as StreamEvent, 'en')).toBe('Invite a device');
  expect(names.kind({ action: 'invite' } as StreamEvent, 'zh')).toBe('工程登记');
  expect(names.action(event('tree', 'place'), 'en')).toBe('place');
});

it('has words for every act of the registry', () => {
  const acts = [...registry.matchAll(/^\tAct\w+\s+= "([a-z-]+)"/gm)].map(([, act]) => act!);
  expect(acts.length).toBeGreaterThan(15);
  for (const language of ['en', 'zh'] as const) for (const action of acts) expect(names.action({ action } as StreamEvent, language), action).not.toBe(action);
});
