import type { Invitation } from './device';
import { refuse } from './refusal';
/** Takes an invitation's link apart. Throws Refusal not-an-invitation. */
export function readInvitation(_link: string): Invitation { throw refuse('internal'); }
