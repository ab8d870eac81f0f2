import type { Text } from '../core/types';
import { committedOf, queued, states, wasCommitted, watch } from '../kept/queue';
import type { Committed, Queued, QueueState } from '../kept/types';
import { words } from '../words/sending';

/** What has left the queue without a trace. discarded: it was seen refused or held, and thrown away. forgotten: it is recorded or was discarded, nobody here knows any more. */
export type Left = 'discarded' | 'forgotten';

/** What is left of an event that is neither in the queue nor among those remembered, by how it was last seen. */
export const leftOf = (before: QueueState | undefined): Left => (before === 'refused' || before === 'held' ? 'discarded' : 'forgotten');

/** An own event on its way, as it stands now. */
export type Standing =
  | ({ readonly at: number; readonly block?: number } & { readonly state: QueueState; readonly queued: Queued })
  | { readonly state: 'committed'; readonly at: number; readonly block?: number; readonly committed: Committed }
  | { readonly state: Left };

/** How an event stands; `before` is how it was last seen. */
async function standingOf(id: string, before?: QueueState): Promise<Standing> {
  const q = await queued(id);
  if (q !== undefined) return { state: q.state, at: q.at, queued: q, ...(q.block !== undefined && { block: q.block }) };
  const done = await committedOf(id);
  return done === undefined ? { state: leftOf(before) } : { state: 'committed', at: done.at, committed: done, ...(done.block !== undefined && { block: done.block }) };
}

/** Tells how an event stands, now and after every change, until the end that it returns. */
export function follow(id: string, tell: (s: Standing) => void): () => void {
  let over = false;
  let last: QueueState | undefined;
  const look = (): void => void standingOf(id, last).then((s) => {
    if ('queued' in s) last = s.state;
    if (!over) tell(s);
  }, () => undefined);
  look();
  const end = watch(look);
  return () => {
    over = true;
    end();
  };
}

/** Milliseconds in which changes are gathered before many events are looked at. */
const gather = 250;

/** What is new of one of many events. */
export interface News {
  readonly state: QueueState | Left;
  /** Why it was refused. */
  readonly why?: Text;
}

/** Follows many own events with one look at the queue: a thousand of them cost little more than one. */
export class Followed {
  readonly #last = new Map<string, QueueState | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end: (() => void) | undefined;

  /** `tell` gets what has changed, by the events' ids. */
  constructor(private readonly tell: (news: ReadonlyMap<string, News>) => void) {}

  add(id: string): void {
    this.#last.set(id, undefined);
    this.#end ??= watch(() => this.#soon());
    this.#soon();
  }

  end(): void {
    this.#end?.();
    clearTimeout(this.#timer);
    this.#last.clear();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look().catch(() => undefined);
    }, gather);
  }

  async #look(): Promise<void> {
    const now = await states();
    const news = new Map<string, News>();
    for (const [id, before] of [...this.#last]) {
      const state = now.get(id) ?? ((await wasCommitted(id)) ? 'committed' : leftOf(before));
      if (state === before) continue;
      const why = state === 'refused' ? (await queued(id))?.error?.says : undefined;
      news.set(id, { state, ...(why && { why }) });
      if (state === 'committed' || state === 'discarded' || state === 'forgotten') this.#last.delete(id);
      else this.#last.set(id, state);
    }
    if (news.size > 0) this.tell(news);
  }
}

const short = {
  waiting: 'shortWaiting', sending: 'shortSending', sent: 'shortSent', committed: 'shortCommitted', refused: 'shortRefused', held: 'shortHeld',
} as const;

export const shortWord = (state: QueueState): string => words.say(short[state]);
