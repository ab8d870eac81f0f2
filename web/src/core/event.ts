import type { Evidence, Fields, Input, List, Part, Position } from './types';

/** What a person wants to record, before it has an id and a time and is signed. */
export interface Draft {
  readonly asset: string;
  /** Only when the event creates the asset. */
  readonly kind?: string;
  readonly action: string;
  readonly rulebook: string;
  readonly place?: Position;
  /** Files that the gateway already has. Photos given to capture are added by themselves. */
  readonly evidence?: readonly Evidence[];
  readonly amount?: number;
  readonly inputs?: readonly Input[];
  readonly refs?: readonly string[];
  readonly tag?: string;
  readonly replaces?: string;
  readonly corrects?: string;
  readonly data?: Fields;
  /**
   * The head of the asset that the person saw. Give it only where the act is wrong if anybody acted in between: the
   * ledger then refuses it (stale-prev). It is left out when own unsent events of the same asset come before.
   */
  readonly prev?: string;
  readonly list?: List;
  readonly into?: readonly Part[];
}
