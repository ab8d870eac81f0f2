import type { NotRecomputed } from '../../core/types';
import type { Tone } from '../../parts/tones';

/** GET /api/v1/assets/{id}/check */
export interface Check {
  readonly verdict: 'intact' | 'partial' | 'unchecked' | 'not-judged' | 'not-recomputed' | 'disputed' | 'broken' | 'no-events';
  readonly events: number;
  readonly signatures: number;
  readonly devices: number;
  readonly organisations: number;
  readonly disputed: number;
  readonly notRecomputed?: NotRecomputed;
  readonly chain: { readonly blocks: number };
  readonly compared: { readonly unchecked?: 'peer' | 'behind' | 'busy' | 'outdated'; readonly events: number; readonly more: boolean; readonly states: number; readonly first: number; readonly last: number; readonly records: number; readonly by: string; readonly peers: readonly string[]; readonly silent: readonly string[] };
  readonly faults: readonly { readonly kind: string; readonly field?: string; readonly by?: string; readonly event?: string; readonly block: number }[];
}

/** How each verdict is shown, and by which word. */
export const verdicts = {
  intact: { tone: 'accepted', word: 'intact' },
  partial: { tone: 'waiting', word: 'partial' },
  unchecked: { tone: 'waiting', word: 'unchecked' },
  'not-judged': { tone: 'waiting', word: 'unjudged' },
  'not-recomputed': { tone: 'waiting', word: 'notRecomputed' },
  disputed: { tone: 'waiting', word: 'disputed' },
  broken: { tone: 'refused', word: 'broken' },
  'no-events': { tone: 'asleep', word: 'noEvents' },
} as const satisfies Record<Check['verdict'], { readonly tone: Tone; readonly word: string }>;
