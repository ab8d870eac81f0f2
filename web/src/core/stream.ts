import type { StreamBlock } from './types';

/** How the feed stands. retryAt is when the next attempt starts, in milliseconds since 1970; null while the browser
 * is trying by itself. */
export type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly retryAt: number | null };

/** The part of EventSource that the feed uses, so that tests can drive it. */
export interface Source {
  readonly readyState: number;
  onopen: ((e: Event) => void) | null;
  onerror: ((e: Event) => void) | null;
  addEventListener(type: 'block', listener: (e: MessageEvent<string>) => void): void;
  close(): void;
}

export interface FeedOptions {
  /** The block after which the feed begins; nothing before it is asked for. */
  readonly after?: number;
  onBlock(block: StreamBlock): void;
  onState(state: FeedState): void;
  readonly open?: (path: string) => Source;
  readonly random?: () => number;
}

const CLOSED = 2;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** The address of the feed. EventSource can send Last-Event-ID only when it reconnects by itself, so it is a query, too. */
export const streamPath = (after?: number): string =>
  after === undefined ? '/api/v1/stream' : `/api/v1/stream?after=${after}`;

/**
 * Follows the ledger's blocks. Each block is handed on once, in order of number. While the browser's EventSource can
 * mend a broken connection by itself it does, with Last-Event-ID; when it gives up, the feed opens another one after
 * a growing wait, from the last block it has seen.
 */
export class Feed {
  #source: Source | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #last: number | undefined;
  readonly #options: FeedOptions;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#last = options.after;
    this.#connect();
  }

  /** The number of the last block seen. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Connects anew at once: the reader asked, or the network came back. */
  retry(): void {
    this.#drop();
    this.#connect();
  }

  close(): void {
    this.#drop();
  }

  #connect(): void {
    this.#options.onState({ kind: 'connecting' });
    const open = this.#options.open ?? ((path: string): Source => new EventSource(path));
    const source = open(streamPath(this.#last));
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#options.onState({ kind: 'live' });
    };
    source.onerror = () => {
      if (source.readyState === CLOSED) this.#wait();
      else this.#options.onState({ kind: 'lost', retryAt: null });
    };
    source.addEventListener('block', (e) => this.#take(e.data));
  }

  #take(data: string): void {
    const block = readBlock(data);
    if (block === null || (this.#last !== undefined && block.number <= this.#last)) return;
    this.#last = block.number;
    this.#options.onBlock(block);
  }

  #wait(): void {
    this.#drop();
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    this.#failures += 1;
    // Half of it is by chance, so that a thousand pages do not come back to a restarted gateway in one moment.
    const wait = longest * (0.5 + 0.5 * (this.#options.random ?? Math.random)());
    this.#options.onState({ kind: 'lost', retryAt: Date.now() + wait });
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}

/** Reads the data of a block message; null when it is none. */
export function readBlock(data: string): StreamBlock | null {
  try {
    const block = JSON.parse(data) as StreamBlock | null;
    if (!Number.isSafeInteger(block?.number)) return null;
    const events = Array.isArray(block?.events) ? block.events : [];
    return { ...(block as StreamBlock), events: events.map((e, i) => ({ ...e, key: `${block!.number}/${i}` })) };
  } catch {
    return null;
  }
}
