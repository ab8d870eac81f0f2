import { afterEach, expect, it } from 'vitest';
import { here } from '../works/here.svelte';
import { eventCount, type TransactionView } from './chain';

afterEach(() => void (here.device = undefined));

// As the gateway answers: a transaction without events, and every one that a guest reads, has no list of them.
const transaction = (events?: readonly string[]): TransactionView =>
  ({ id: 't', block: 1, index: 0, code: 0, codeName: 'VALID', valid: true, creator: 'M', endorsers: [], time: '', ...(events && { events }) });

it('events are counted for who is told of them', () => {
  expect(eventCount([transaction(), transaction()])).toBe('–');
  here.device = { kid: 'k' } as typeof here.device;
  expect(eventCount([transaction(['a', 'b']), transaction(), transaction(['c'])])).toBe('3');
  expect(eventCount([])).toBe('0');
});
