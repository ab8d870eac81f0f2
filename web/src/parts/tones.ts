import type { QueueState } from '../kept/types';

/** What a state looks like. living: in use. ended: nothing more happens to it. */
export type Tone = 'accepted' | 'living' | 'waiting' | 'sending' | 'sent' | 'held' | 'refused' | 'asleep' | 'ended';

export const queueTone: Readonly<Record<QueueState, Tone>> = {
  waiting: 'waiting',
  sending: 'sending',
  sent: 'sent',
  committed: 'accepted',
  refused: 'refused',
  held: 'held',
};
