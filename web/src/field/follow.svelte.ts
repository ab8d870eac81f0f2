import { committed, queued, watch } from '../kept/queue';
import type { Committed, Queued, QueueState } from '../kept/types';
import { words } from '../words/field';

/** An own event on its way, as it stands now. */
export type Standing =
  | ({ readonly at: number; readonly block?: number } & { readonly state: QueueState; readonly queued: Queued })
  | { readonly state: 'committed'; readonly at: number; readonly block?: number; readonly committed: Committed }
  | { readonly state: 'gone' };

export async function standingOf(id: string): Promise<Standing> {
  const q = await queued(id);
  if (q !== undefined) return { state: q.state, at: q.at, queued: q, ...(q.block !== undefined && { block: q.block }) };
  const done = (await committed(200)).find((c) => c.id === id);
  return done === undefined ? { state: 'gone' } : { state: 'committed', at: done.at, committed: done, ...(done.block !== undefined && { block: done.block }) };
}

/** Tells how an event stands, now and after every change, until the end that it returns. */
export function follow(id: string, tell: (s: Standing) => void): () => void {
  let over = false;
  const look = (): void => void standingOf(id).then((s) => over || tell(s), () => undefined);
  look();
  const end = watch(look);
  return () => {
    over = true;
    end();
  };
}

const short = {
  waiting: 'shortWaiting', sending: 'shortSending', sent: 'shortSent', committed: 'shortCommitted', refused: 'shortRefused', held: 'shortHeld',
} as const;

export const shortWord = (state: QueueState): string => words.say(short[state]);
