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
  queued: (id: string) => Promise.resolve(queue.has(id) ? { state: queue.get(id), at: 1, error: { says: { en: 'too small', zh: '过小' } } } : undefined),
  committedOf: (id: string) => Promise.resolve(done.has(id) ? { id, at: 1 } : undefined),
  watch: (tell: () => void) => {
    changed = tell;
    return () => (changed = () => undefined);
  },
}));

const { Followed, follow } = await import('./follow.svelte');

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
  queue.delete('d'); // not seen refused: nobody here knows what became of it
  changed();
  changed();
  await later();
  expect([looks, told.splice(0)]).toEqual([2, [['a', 'committed', undefined], ['b', 'refused', 'too small'], ['c', 'held', undefined], ['d', 'forgotten', undefined]]]);

  changed();
  await later();
  expect([looks, told], 'nothing new is not told').toEqual([3, []]);
  queue.delete('b');
  changed();
  await later();
  expect(told.splice(0), 'what was refused when it was last seen was thrown away').toEqual([['b', 'discarded', undefined]]);
  f.end();
  changed();
  await later();
  expect(looks).toBe(4);
});

it('says discarded only of what was seen refused', async () => {
  const told: string[] = [];
  const end = (id: string): (() => void) => follow(id, (s) => void told.push(s.state));
  const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
  for (const [id, state] of [['e', 'refused'], ['f', 'waiting']] as const) {
    queue.set(id, state);
    const stop = end(id);
    await turn();
    queue.delete(id);
    changed();
    await turn();
    stop();
  }
  done.add('g');
  for (const id of ['never', 'g']) {
    const stop = end(id);
    await turn();
    stop();
  }
  expect(told).toEqual(['refused', 'discarded', 'waiting', 'forgotten', 'forgotten', 'committed']);
});
