import * as time from '../lib/time';
import type { Instant } from '../lib/types';

export { number } from '../lib/time';

/** A moment as the ledger has it. */
export const ledgerTime = (at: string): string => time.ledgerTime(at as Instant);
