import * as api from '../core/api';
import type { BlockRef } from '../core/types';
import { Feed } from '../core/stream';

/** Which block the pages are current to. One stream for the whole desk, however many parts follow it. */
class Live {
  block = $state.raw<BlockRef | undefined>(undefined);
  #feed: Feed | undefined;
  #followers = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Follows the ledger until what it returns is called. */
  follow(): () => void {
    if (this.#followers++ === 0) {
      void this.#read();
      this.#timer = setInterval(() => void this.#read(), 20_000);
    }
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      if (--this.#followers > 0) return;
      clearInterval(this.#timer);
      this.#feed?.close();
      this.#feed = undefined;
    };
  }

  /** The ledger says where it stands; from there the stream of blocks goes on. */
  async #read(): Promise<void> {
    const l = await api.ledger().catch(() => undefined);
    if (l === undefined || this.#followers === 0) return;
    this.block = l.block;
    this.#feed ??= new Feed({
      after: l.block.number,
      onBlock: (b) => (this.block = { number: b.number, hash: b.hash, lag: 0, ...(b.time !== undefined && { time: b.time }) }),
      onState: () => undefined,
    });
  }
}

export const live = new Live();

/** Does something at once, and again after blocks, but not more often than every `least` milliseconds. Returns its end. */
export class AfterBlocks {
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly work: () => void,
    private readonly least = 3_000,
  ) {}

  /** A block has come. */
  tell(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        [this.#timer, this.#last] = [undefined, Date.now()];
        this.work();
      },
      Math.max(0, this.#last + this.least - Date.now()),
    );
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
