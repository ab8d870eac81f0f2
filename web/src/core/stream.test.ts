import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Feed, readBlock, type FeedState, type Source } from './stream';

class TestSource implements Source {
  readyState = 0;
  onopen: ((e: Event) => void) | null = null;
  onerror: ((e: Event) => void) | null = null;
  closed = false;
  #listener: ((e: MessageEvent<string>) => void) | null = null;
  constructor(readonly path: string) {}
  addEventListener(_: 'block', listener: (e: MessageEvent<string>) => void): void {
    this.#listener = listener;
  }
  close(): void {
    this.closed = true;
  }
  opened(): void {
    this.readyState = 1;
    this.onopen?.({} as Event);
  }
  failed(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.({} as Event);
  }
  block(number: number): void {
    this.#listener?.({ data: JSON.stringify({ number, hash: 'h', events: [] }) } as MessageEvent<string>);
  }
}

const sources: TestSource[] = [];
const blocks: number[] = [];
const states: FeedState[] = [];
const newest = (): TestSource => sources[sources.length - 1]!;
const follow = (after?: number): Feed =>
  new Feed({
    ...(after !== undefined && { after }),
    onBlock: (b) => blocks.push(b.number),
    onState: (s) => states.push(s),
    open: (path) => {
      sources.push(new TestSource(path));
      return newest();
    },
    random: () => 1,
  });

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  for (const list of [sources, blocks, states]) list.length = 0;
});
afterEach(() => vi.useRealTimers());

describe('Feed', () => {
  it('goes from connecting to live', () => {
    follow(12);
    expect(newest().path).toBe('/api/v1/stream?after=12');
    newest().opened();
    expect(states).toEqual([{ kind: 'connecting' }, { kind: 'live' }]);
  });

  it('hands on each block once', () => {
    follow(4);
    for (const n of [4, 5, 6, 6, 5, 7]) newest().block(n);
    expect(blocks).toEqual([5, 6, 7]);
  });

  it('leaves a broken connection to the browser, which sends Last-Event-ID', () => {
    follow();
    newest().opened();
    newest().failed(0);
    expect(states.at(-1)).toEqual({ kind: 'lost', retryAt: null });
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
  });

  it('opens another after the last block when the browser gave up, and waits longer each time', () => {
    follow();
    newest().block(41);
    const waits = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    for (const [i, wait] of waits.entries()) {
      newest().failed(2);
      expect(states.at(-1)).toEqual({ kind: 'lost', retryAt: Date.now() + wait });
      vi.advanceTimersByTime(wait - 1);
      expect(sources).toHaveLength(i + 1);
      vi.advanceTimersByTime(1);
      expect(newest().path).toBe('/api/v1/stream?after=41');
    }
    newest().opened();
    newest().failed(2);
    expect(states.at(-1)).toEqual({ kind: 'lost', retryAt: Date.now() + 1_000 });
  });

  it('tries at once when asked, and stops when closed', () => {
    const feed = follow();
    newest().failed(2);
    feed.retry();
    expect(sources).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(2);
    feed.close();
    expect(newest().closed).toBe(true);
  });
});

describe('readBlock', () => {
  it.each(['', 'null', '7', '{}', '{"number":"7"}', '{"number":1.5}', '{'])('refuses %j', (data) => {
    expect(readBlock(data)).toBeNull();
  });
  it('takes a block without events', () => {
    expect(readBlock('{"number":3,"hash":"h"}')).toMatchObject({ number: 3, events: [] });
  });
});
