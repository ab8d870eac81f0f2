import type { EventBody } from '../core/types';

/** The codes that an event writes, and those that it reads or writes, each once. */
export interface Touches {
  readonly writes: readonly string[];
  readonly touches: readonly string[];
}

/**
 * What the order of events must respect. Drawing on a lot counts as reading: two draws on one lot go in any order, while
 * a draw waits for the event that makes the lot, and an event about the lot itself waits for both.
 */
export function touchesOf(e: EventBody): Touches {
  const writes = unique([e.asset, e.tag, ...(e.into ?? []).map((p) => p.asset)]);
  const reads = [e.under, e.replaces, ...(e.inputs ?? []).map((i) => i.asset), ...(e.refs ?? [])];
  return { writes, touches: unique([...writes, ...reads]) };
}

const unique = (codes: readonly (string | undefined)[]): string[] => [...new Set(codes.filter((c): c is string => c !== undefined && c !== ''))];
