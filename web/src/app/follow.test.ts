import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { QueueState } from '../kept/types';

const queue = new Map<string, QueueState>();
const done = new Set<string>();
let changed = (): void => undefined;
let looks = 0;

vi.mock('../kept/queue', () => ({
  states: () => {
    looks += 1;
    return Promise.resolve(new Map(queue));
  },
  wasCommitted: (id: string) => Promise.resolve(done.has(id)),
  queued: () => Promise.resolve({ error: { says: { en: 'too small', zh: '过小' } } }),
  committed: () => Promise.resolve([]),
  watch: (tell: () => void) => {
    changed = tell;
    return () => (changed = () => undefined);
  },
}));

const { Followed } = await import('./follow.svelte');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('follows many events with one look', async () => {
  const told: [string, string, string | undefined][] = [];
  const f = new Followed((news) => news.forEach((n, id) => told.push([id, n.state, n.why?.en])));
  const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1000);
  for (const id of ['a', 'b', 'c', 'd']) {
    queue.set(id, 'waiting');
    f.add(id);
  }
  await later();
  expect([looks, told.splice(0)]).toEqual([1, ['a', 'b', 'c', 'd'].map((id) => [id, 'waiting', undefined])]);

  queue.delete('a');
  done.add('a');
  queue.set('b', 'refused').set('c', 'held');
  queue.delete('d'); // discarded
  changed();
  changed();
  await later();
  expect([looks, told.splice(0)]).toEqual([2, [['a', 'committed', undefined], ['b', 'refused', 'too small'], ['c', 'held', undefined], ['d', 'gone', undefined]]]);

  changed();
  await later();
  expect([looks, told], 'nothing new is not told').toEqual([3, []]);
  f.end();
  changed();
  await later();
  expect(looks).toBe(3);
});
