import { check } from '../core/api';
import { eventOf, type Draft } from '../core/event';
import { instant } from '../core/instant';
import { signJws } from '../core/jws';
import type { RefusalShape } from '../core/refusal';
import type { Attachment, EventStatus, Submission } from '../core/types';
import { newEventId } from '../core/uuidv7';
import { currentDevice, passing } from '../kept/device';
import { queuedFor } from '../kept/queue';

/** What the rules say of an act before it is recorded. unasked: no gateway answered in time, so they are asked on sending. */
export type Verdict = { readonly kind: 'acceptable' } | { readonly kind: 'refused'; readonly error: RefusalShape } | { readonly kind: 'unasked' };

/** Milliseconds that a person waits for the rules, at most. */
export const patience = 2500;

const unasked: Verdict = { kind: 'unasked' };

/**
 * Asks the gateway to judge an act as of now, after this device's own unsent ones about the same thing. Nothing is
 * recorded: the event that is signed for the question is thrown away. Never throws.
 */
export async function checkDraft(draft: Draft, photos: readonly Pick<Attachment, 'sha256' | 'type' | 'size'>[], limit = patience): Promise<Verdict> {
  return (await checkDrafts([{ draft, photos }], limit))[0] ?? unasked;
}

/** The same for many acts, each on another thing, in one question. Never throws. */
export async function checkDrafts(acts: readonly Asked[], limit = patience): Promise<Verdict[]> {
  const nothing = acts.map(() => unasked);
  if (navigator.onLine === false) return nothing;
  try {
    const device = await currentDevice();
    if (device === undefined) return nothing;
    const now = Date.now();
    const events: Submission[] = [];
    const at: number[] = [];
    for (const { draft, photos } of acts) {
      const evidence = [...(draft.evidence ?? []), ...photos.map(({ sha256, type, size }) => ({ sha256, type, size }))];
      const event = eventOf({ ...draft, evidence }, { id: await newEventId(device.kid, now), at: instant(now) });
      const before = (await queuedFor(draft.asset)).filter((q) => q.state !== 'refused' && q.state !== 'held');
      at.push(events.push(...before.map(({ jws }) => ({ jws })), { jws: await signJws(device, 'rootline-event', device.net, event) }) - 1);
    }
    const answers = await check(events, { timeout: limit });
    return at.map((i) => verdictOf(answers[i]));
  } catch {
    return nothing;
  }
}

interface Asked {
  readonly draft: Draft;
  readonly photos: readonly Pick<Attachment, 'sha256' | 'type' | 'size'>[];
}

function verdictOf(status: EventStatus | undefined): Verdict {
  if (status?.status !== 'refused' || status.error === undefined) return status === undefined ? unasked : { kind: 'acceptable' };
  return passing.has(status.error.code) ? unasked : { kind: 'refused', error: status.error };
}
