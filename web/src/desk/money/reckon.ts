import { entryOf, showAmount } from '../../works/units';
import type { Claim, Contract, Line, Order, Step, Sums, Thing, Variation } from './types';

const plain = { ...entryOf('fen'), label: { en: '', zh: '' } };

/** Fen as yuan with both digits, without the unit: that stands above a column. */
export const yuan = (fen: number): string => showAmount(fen, plain, 'en');

/** A part of a bar: as much of its whole, in hundredths of a per cent, rounded down, so that parts never go beyond the bar. */
export const part = (of: number, whole: number): number => (whole <= 0 ? 0 : Math.floor((Math.min(Math.max(of, 0), whole) / whole) * 10_000) / 100);

/** What a bar consists of, one after the other. */
export interface Piece {
  readonly name: 'certified' | 'claimed' | 'measured' | 'withheld' | 'paid' | 'held' | 'toCome' | 'rest';
  readonly fen: number;
}

/** What was done of the works: certified, then claimed, then measured and not claimed, of which recalls hold some, then what is to be done. */
export function doneOf(s: Sums): readonly Piece[] {
  const withheld = Math.min(s.withheld, Math.max(0, s.measured - s.certified - s.claimed));
  const measured = Math.max(0, s.measured - s.certified - s.claimed - withheld);
  const rest = Math.max(0, s.worth - Math.max(s.measured, s.certified + s.claimed));
  return pieces([['certified', s.certified], ['claimed', s.claimed], ['measured', measured], ['withheld', withheld], ['rest', rest]]);
}

/** What became of the money: paid, held, and to come. Together that is what was certified and what of the advance is not recovered. */
export const paidOf = (s: Sums): readonly Piece[] => pieces([['paid', s.paid], ['held', s.held], ['toCome', s.toCome]]);

const pieces = (list: readonly (readonly [Piece['name'], number])[]): readonly Piece[] => list.flatMap(([name, fen]) => (fen > 0 ? [{ name, fen }] : []));

/** What both bars are measured by, so that they can be held against each other. */
export const scaleOf = (s: Sums): number => Math.max(1, s.worth, s.measured, s.certified + s.advanceOpen);

/** Whether the figures agree: paid, held and to come are what was certified and what of the advance is not recovered. */
export const agrees = (s: Sums): boolean => s.paid + s.held + s.toCome === s.certified + s.advanceOpen;

/** "2" before "10", and "1.2" before "1.10". */
export const byNumber = (a: { readonly number: string; readonly id: string }, b: { readonly number: string; readonly id: string }): number =>
  a.number.localeCompare(b.number, 'en', { numeric: true }) || (a.id < b.id ? -1 : 1);

/** A claim's way with what follows on its certificate. `said` marks what only the payer says. */
export interface WayStep extends Partial<Step> {
  readonly word?: 'ordered' | 'paid' | 'saidPaid';
  readonly done?: boolean;
  /** As much of the net as this was done for, where that is not all of it. */
  readonly part?: number;
}

export function wayOf(c: Claim): readonly WayStep[] {
  const step = (word: 'ordered' | 'paid' | 'saidPaid', fen: number): WayStep => {
    const done = c.certified === true && c.net > 0 && fen >= c.net;
    return { word, done, ...(!done && fen > 0 && { part: fen }) };
  };
  return [...c.way, step('ordered', c.ordered), step(c.said > 0 && c.said === c.paid ? 'saidPaid' : 'paid', c.paid)];
}

/** Something that waits, and for whom: an organisation that has a time for it, or roles that have not signed. */
export interface Waits {
  readonly thing: Thing;
  readonly name: string;
  readonly by?: string;
}

/** What waits under a contract, what is due first before the rest. */
export function waiting(contract: Contract, claims: readonly Claim[], variations: readonly Variation[], orders: readonly Order[]): readonly Waits[] {
  const all: readonly Waits[] = [
    { thing: contract, name: contract.number }, ...claims.map((c) => ({ thing: c, name: c.number })), ...variations.map((v) => ({ thing: v, name: v.number })),
    ...orders.map((o) => ({ thing: o, name: yuan(o.amount) })),
  ];
  const due = (w: Waits): number => (w.thing.clock ? Date.parse(w.thing.clock.until) : Infinity);
  return all
    .flatMap((w) => (w.thing.clock ? [{ ...w, by: w.thing.clock.by }] : w.thing.signing ? [w] : []))
    .sort((a, b) => (due(a) === due(b) ? 0 : due(a) - due(b)));
}

/** How much of a line's quantity was measured, and where the quantity of the bill stood before variations. */
export const lineBar = (l: Line): { done: number; withheld: number; mark: number | undefined } => {
  const whole = Math.max(l.quantity + l.varied, l.quantity, l.done, 1);
  const done = part(l.done, whole);
  const withheld = l.measured > 0 ? part(l.withheld, l.measured) * done / 100 : 0;
  return { done, withheld, mark: l.varied === 0 ? undefined : part(l.quantity, whole) };
};
