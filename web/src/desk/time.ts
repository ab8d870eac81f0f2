import * as time from '../words/time';
import type { Instant } from '../core/types';

export { number } from '../words/time';

/** A moment as the ledger has it. */
export const ledgerTime = (at: string): string => time.ledgerTime(at as Instant);
