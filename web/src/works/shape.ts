import type { ActionView, KindView, RulebookView } from '../core/types';
import { underOf } from './rulebook';

// What a rulebook calls its kinds and actions is its own affair. Pages that need a certain one know it by what it asks for.

/** An action that does nothing but put a file on record: it leads to no other state, needs a file and asks for nothing else. */
export const fileActionOf = (kind: KindView | undefined): ActionView | undefined =>
  kind?.actions.find(({ creates, to, asks }) =>
    !creates && to === undefined && (asks.evidence ?? 0) > 0 && asks.place === 'no' && asks.amount === 'no' && (asks.data ?? []).length === 0 &&
    !asks.inputs && !asks.refs && !asks.list && !asks.into && !asks.tag && !asks.corrects);

/** Whether items of a kind are parts of the breakdown that carry the plan of a storey. */
export const carriesPlan = (kind: KindView | undefined): boolean => kind !== undefined && underOf(kind) !== undefined && fileActionOf(kind) !== undefined;

/** The numbers that a walk through a place ends in; an action that records an audit takes them under these names. */
export const auditCounts = ['expected', 'found', 'missing', 'elsewhere', 'unknown', 'duplicate'] as const;

export interface Audit {
  readonly kind: KindView;
  readonly action: ActionView;
  /** The field that takes the place that was walked. */
  readonly place: string;
  /** The field that takes a remark, where there is one. */
  readonly note?: string;
}

/** A kind's action that records an audit: it makes a new record, with a file, a place and all the counts of a walk. */
export function auditIn(kind: KindView | undefined): Audit | undefined {
  for (const action of kind?.actions ?? []) {
    const data = action.asks.data ?? [];
    const place = data.find((f) => f.type === 'place')?.name;
    if (!action.creates || !action.asks.evidence || place === undefined) continue;
    if (!auditCounts.every((name) => data.some((f) => f.name === name && f.type === 'integer'))) continue;
    const note = data.find((f) => f.type === 'string' && f.optional && !f.choices)?.name;
    return { kind: kind!, action, place, ...(note !== undefined && { note }) };
  }
  return undefined;
}

export const auditOf = (book: RulebookView): Audit | undefined => book.kinds.map(auditIn).find((a) => a !== undefined);
