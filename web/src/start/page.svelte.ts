import * as api from '../core/api';
import { isRefusal, refuse, type Refusal } from '../core/refusal';
import { Names } from './names';
import { Feed, type FeedState } from '../core/stream';
import type { LedgerView, Readiness, RulebookView, StreamBlock, StreamEvent } from '../core/types';

/** How many events the page keeps: more would be a list to search, which is another page's work. */
export const SHOWN = 50;
/** How many blocks before the present one the feed begins: few, since a block of an import holds a thousand events. */
const LOOK_BACK = 10;
/** Seconds between two questions about the ledger's state. */
export const POLL = 15;
/** A gateway is always a moment behind its peer; beyond this many blocks the page says so. */
const LAG_WORTH_SAYING = 3;

/** The live state of the start page. */
export class Page {
  ledger = $state.raw<LedgerView | null>(null);
  readiness = $state.raw<Readiness | null>(null);
  /** Why the gateway did not tell the ledger's state; null when it did. */
  trouble = $state.raw<Refusal | null>(null);
  names = $state.raw(new Names([], []));
  feed = $state.raw<FeedState>({ kind: 'connecting' });
  /** The block after which the feed began. */
  since = $state.raw<number | null>(null);
  rows = $state.raw<readonly StreamEvent[]>([]);
  /** Events that came while the reader was in the list: they wait, so that no row moves under a finger. */
  waiting = $state.raw<readonly StreamEvent[]>([]);
  block = $state.raw(0);
  #held = false;
  #feed: Feed | null = null;
  #rulebooks: readonly RulebookView[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  lag = $derived.by(() => {
    const r = this.readiness;
    return r !== null && r.lag >= LAG_WORTH_SAYING ? r.lag : 0;
  });

  async start(): Promise<void> {
    this.#timer = setInterval(() => document.hidden || void this.refresh(), POLL * 1000);
    await this.refresh();
    const after = this.ledger === null ? undefined : Math.max(0, this.ledger.block.number - LOOK_BACK);
    this.since = after ?? null;
    this.#feed = new Feed({
      ...(after !== undefined && { after }),
      onBlock: (b) => this.#take(b),
      onState: (s) => (this.feed = s),
    });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#feed?.close();
  }

  retry(): void {
    this.#feed?.retry();
    void this.refresh();
  }

  /** While held, new events wait. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.release();
  }

  release(): void {
    if (this.waiting.length === 0) return;
    this.rows = [...this.waiting, ...this.rows].slice(0, SHOWN);
    this.waiting = [];
  }

  async refresh(): Promise<void> {
    const [ledger, readiness] = await Promise.allSettled([api.ledger(), api.readiness()]);
    this.readiness = readiness.status === 'fulfilled' ? readiness.value : null;
    if (ledger.status === 'rejected') {
      this.trouble = isRefusal(ledger.reason) ? ledger.reason : refuse('internal', {}, ledger.reason);
      return;
    }
    this.trouble = null;
    this.ledger = ledger.value;
    this.block = Math.max(this.block, ledger.value.block.number);
    if (this.#rulebooks.length === 0) this.#rulebooks = await api.rulebookList().catch(() => []);
    this.names = new Names(ledger.value.organisations, this.#rulebooks);
  }

  #take(block: StreamBlock): void {
    this.block = Math.max(this.block, block.number);
    if (block.events.length === 0) return;
    const newest = [...block.events].reverse();
    if (this.#held) this.waiting = [...newest, ...this.waiting].slice(0, SHOWN);
    else this.rows = [...newest, ...this.rows].slice(0, SHOWN);
  }
}
