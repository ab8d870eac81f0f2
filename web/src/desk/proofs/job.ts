import type { Text } from '../../core/types';

/** What came of asking an organisation's gateway to sign a list. */
export interface Voice {
  readonly organisation: string;
  readonly outcome: 'signed' | 'differs' | 'silent' | 'elsewhere' | 'refuses' | 'forged' | 'no-address';
  readonly items?: number;
  readonly error?: { readonly says: Text };
}

/** How far the proof of a set is: GET /api/v1/proofs/{id} */
export interface Job {
  readonly id: string;
  readonly subject: string;
  readonly state: 'waiting' | 'proving' | 'signing' | 'ready' | 'failed';
  readonly done: number;
  readonly total: number;
  readonly block?: number;
  readonly items: number;
  readonly signed: number;
  readonly k: number;
  readonly voices?: readonly Voice[];
  readonly error?: { readonly says: Text };
}

export const ended = (job: Job): boolean => job.state === 'ready' || job.state === 'failed';

/** Milliseconds between two looks: often at first, since most lists are ready at once. */
export const pause = (looks: number): number => Math.min(2000, 150 * 2 ** looks);

/** Looks at a job until it has ended. What `look` throws ends it, and so does a signal. */
export async function follow(job: Job, look: (id: string) => Promise<Job>, show: (job: Job) => void, signal: AbortSignal): Promise<Job | undefined> {
  for (let looks = 0; ; looks++) {
    if (signal.aborted) return undefined;
    show(job);
    if (ended(job)) return job;
    await new Promise((go) => setTimeout(go, pause(looks)));
    if (signal.aborted) return undefined;
    job = await look(job.id);
  }
}
