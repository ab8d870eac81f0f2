import registry from '../../../registry.go?raw';
import { expect, it } from 'vitest';
import { Names } from './names';
import type { MspId, RulebookWords, StreamEvent } from './types';

const contractor = 'ContractorMSP' as MspId;
const text = (en: string, zh: string) => ({ en, zh });
const book = (version: number, current: boolean, title: string): RulebookWords => ({
  name: 'forestation',
  version,
  current,
  kinds: [{ name: 'tree', title: text(title, '树'), actions: [{ name: 'plant', title: text('planted', '栽植') }] }],
});
const names = new Names([{ mspId: contractor, title: text('Planting contractor', '') }], [book(2, true, 'Tree'), book(1, false, 'Old')]);
const event = (kind: string, action: string) => ({ asset: '95200017TREE', kind, action }) as StreamEvent;

it('names what the ledger names', () => {
  expect(names.organisation(contractor, 'zh')).toBe('Planting contractor');
  expect(names.kind(event('tree', 'plant'), 'en')).toBe('Tree');
  expect(names.action(event('tree', 'plant'), 'zh')).toBe('栽植');
});

it('keeps the short name of what is not known', () => {
  expect(names.organisation('X' as MspId, 'en')).toBe('X');
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
