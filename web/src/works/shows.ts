import type { Asset, KindView, Shows, Value } from '../core/types';

// What the record of an item is to people. Which fields hold it, its rulebook says.

type Recorded = Pick<Asset, 'fields'>;

const value = (item: Recorded, field: string | undefined): Value | undefined => (field === undefined ? undefined : item.fields?.[field]);
const number = (item: Recorded, field: string | undefined): number | undefined => {
  const v = value(item, field);
  return typeof v === 'number' ? v : undefined;
};
const words = (item: Recorded, field: string | undefined): string | undefined => {
  const v = value(item, field);
  return typeof v === 'string' && v !== '' ? v : undefined;
};

/** What people call it; undefined when only its code tells it from others. */
export const nameOf = (item: Recorded, kind: KindView | undefined): string | undefined =>
  kind?.shows?.name?.map((field) => words(item, field)).find((name) => name !== undefined);

/** The number of a layer, from 1 at the bottom. */
export const layerOf = (item: Recorded, kind: KindView | undefined): number | undefined => {
  const n = number(item, kind?.shows?.layer);
  return n !== undefined && n >= 1 ? n : undefined;
};

/** The axes of a storey that it stands between. */
export const axesFieldOf = (item: Recorded, kind: KindView | undefined): string | undefined => words(item, kind?.shows?.grid);

/** Measured values; undefined until there are some. */
export const samplesOf = (item: Recorded, kind: KindView | undefined): readonly number[] | undefined => {
  const v = value(item, kind?.shows?.samples);
  return Array.isArray(v) ? (v as readonly number[]) : undefined;
};

/** The share of the measured values that passed, in hundredths of a per cent. */
export const shareOf = (item: Recorded, kind: KindView | undefined): number | undefined => number(item, kind?.shows?.share);

/** The organisations that signed together, in their order. */
export const jointOf = (item: Recorded, kind: KindView | undefined): readonly string[] => {
  const v = value(item, kind?.shows?.signers);
  return Array.isArray(v) ? (v as readonly string[]) : [];
};

/** Why something went on that the rules mean to hold up. */
export const exceptionOf = (item: Recorded, kind: KindView | undefined): string | undefined => words(item, kind?.shows?.exception);

/** The fields that have a place of their own on the page of an element, and are not in the list of its record. */
export function ownPlaced(shows: Shows | undefined): ReadonlySet<string> {
  const { samples, share, exception, notice } = shows ?? {};
  return new Set([samples, share, exception, notice?.given, notice?.came, notice?.late, notice?.postponed].filter((f) => f !== undefined));
}

/** Notice and time for who must come to see it, from witnessed times, in milliseconds since 1970. */
export interface Notice {
  readonly given: number;
  /** Absent where the rulebook sets no time. */
  readonly until?: number;
  readonly came?: number;
  readonly late: boolean;
  readonly overdue: boolean;
}

/** Whether something in a state waits for who was given notice. */
export const waitsForNotice = (kind: KindView | undefined, state: string): boolean => kind?.shows?.notice?.in.includes(state) ?? false;

/**
 * How a notice stands. The time counts while the element waits in the state that the notice led to; what was seen since, or
 * went on, is not overdue any more.
 */
export function noticeOf(item: Recorded & Pick<Asset, 'state'>, kind: KindView | undefined, now: number): Notice | undefined {
  const notice = kind?.shows?.notice;
  const given = number(item, notice?.given);
  if (notice === undefined || given === undefined) return undefined;
  const came = number(item, notice.came);
  const seen = came !== undefined && came >= given;
  const until = notice.seconds === undefined ? undefined : (given + notice.seconds + (number(item, notice.postponed) ?? 0)) * 1000;
  return {
    given: given * 1000, late: value(item, notice.late) === true, ...(until !== undefined && { until }), ...(seen && { came: came * 1000 }),
    overdue: !seen && notice.in.includes(item.state) && until !== undefined && now > until,
  };
}
