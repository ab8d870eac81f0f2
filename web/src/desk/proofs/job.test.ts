import { describe, expect, it, vi } from 'vitest';
import { follow, pause, type Job } from './job';

const job = (state: Job['state'], done = 0): Job => ({ id: 'a', subject: 'assets', state, done, total: 2, items: 0, signed: 0, k: 3 });

describe('the job of a set’s proof', () => {
  it('is looked at until it has ended', async () => {
    vi.useFakeTimers();
    const answers = [job('proving', 1), job('signing', 2), job('ready', 2)];
    const seen: string[] = [];
    const went = follow(job('waiting'), () => Promise.resolve(answers.shift()!), (j) => seen.push(`${j.state} ${j.done}`), new AbortController().signal);
    await vi.runAllTimersAsync();
    expect((await went)?.state).toBe('ready');
    expect(seen).toEqual(['waiting 0', 'proving 1', 'signing 2', 'ready 2']);
    vi.useRealTimers();
  });

  it('is not looked at once it was cancelled', async () => {
    vi.useFakeTimers();
    const gone = new AbortController();
    const look = vi.fn(() => Promise.resolve(job('ready')));
    const went = follow(job('waiting'), look, () => gone.abort(), gone.signal);
    await vi.runAllTimersAsync();
    expect(await went).toBeUndefined();
    expect(look).not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it('is looked at less often with time', () => {
    expect(pause(0)).toBeLessThan(200);
    expect(pause(30)).toBe(2000);
  });
});
