import * as api from '../../core/api';
import { parseJws, readJson } from '../../core/jws';
import { isRefusal, type RefusalShape } from '../../core/refusal';
import type { EventStatus, EventView, Submission } from '../../core/types';
import { isFinal } from '../../sync/sender';

/** Seconds that the gateway is asked to wait for the ledger. */
const commitWait = 20;

/** Milliseconds until the next try; the last one goes on. */
const pauses = [500, 1_000, 2_000, 5_000, 10_000, 20_000] as const;

/** What a run needs of a gateway. It throws Refusal. */
export interface Gateway {
  submit(events: readonly Submission[], signal: AbortSignal): Promise<EventStatus[]>;
  check(events: readonly Submission[], signal: AbortSignal): Promise<EventStatus[]>;
  /** Undefined for an event that it does not know. */
  event(id: string, signal: AbortSignal): Promise<EventView | undefined>;
}

export const gateway: Gateway = {
  submit: (events, signal) => api.submit(events, commitWait, signal),
  check: (events, signal) => api.check(events, { signal, timeout: 60_000 }),
  async event(id, signal) {
    try {
      return (await (await api.request(`/api/v1/events/${encodeURIComponent(id)}`, { signal })).json()) as EventView;
    } catch (e) {
      if (isRefusal(e) && e.status === 404) return undefined;
      throw e;
    }
  },
};

/**
 * Asks until there is an answer: a line that is cut and a gateway that is busy hold an import up and do not end it. Told is
 * what stands in the way, and undefined once nothing does. Throws Refusal when asking again would not help, and when the
 * signal says to stop.
 */
export async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal, told: (trouble: RefusalShape | undefined) => void): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      signal.throwIfAborted();
      const answer = await ask();
      if (tries > 0) told(undefined);
      return answer;
    } catch (e) {
      if (signal.aborted || !isRefusal(e) || isFinal(e)) throw e;
      told(e.shape());
      const asked = (e.retryAfter ?? 0) * 1000;
      await pause(Math.max(asked, pauses[Math.min(tries, pauses.length - 1)]!), signal);
    }
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = (): void => {
      clearTimeout(timer);
      fail(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Whether the ledger has an event in these very words under one of the ids. */
export async function isRecorded(g: Gateway, ids: readonly string[], jws: string, signal: AbortSignal): Promise<boolean> {
  for (const id of ids) {
    const view = await g.event(id, signal);
    if (view?.jws !== undefined && (view.status === 'committed' || view.status === 'disputed') && saidIn(view.jws, id) === saidIn(jws)) return true;
  }
  return false;
}

/** What a signed event says besides its id, in one spelling; another thing for each that cannot be read, or whose id is not the one given. */
function saidIn(jws: string, id?: string): unknown {
  const signed = parseJws(jws);
  const said = signed && readJson(signed.payload);
  return said === undefined || (id !== undefined && said.id !== id) ? {} : JSON.stringify({ ...said, id: '' });
}

