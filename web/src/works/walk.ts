import type { AssetView } from '../core/types';

/** found: it belongs here. elsewhere: the ledger has it at another place. unknown: nobody recorded the code. gone: the ledger has it as no more. unchecked: nobody could be asked yet. */
export type Verdict = 'found' | 'elsewhere' | 'unknown' | 'gone' | 'unchecked';

export interface ScanRow {
  /** The item's own code, or the scanned one where no item is known. */
  readonly code: string;
  readonly at: number;
  readonly verdict: Verdict;
  /** Where the ledger has it. */
  readonly place?: string;
  /** How often it was scanned again. */
  readonly again: number;
}

/** What is kept between two visits to the page. */
export interface Session {
  readonly place: string;
  readonly begun: number;
  /** The block that the list of what should be here is current to. */
  readonly block: number;
  /** Codes of what the ledger has here. */
  readonly expected: readonly string[];
  /** Other codes that lead to them. */
  readonly tags: Readonly<Record<string, string>>;
  /** In the order of the first scan. */
  readonly rows: readonly ScanRow[];
}

export interface Counts {
  readonly expected: number;
  readonly found: number;
  readonly missing: number;
  readonly elsewhere: number;
  readonly unknown: number;
  readonly duplicate: number;
}

/** Begins a session with what the ledger has at a place. */
export const begin = (place: string, items: readonly AssetView[], block: number, now: number): Session => ({
  place, begun: now, block,
  expected: items.map((i) => i.id),
  tags: Object.fromEntries(items.flatMap((i) => i.tags.map((t) => [t, i.id]))),
  rows: [],
});

/** Where the ledger has a scanned code: nowhere, here though not among the expected, or elsewhere. */
export interface Answer {
  readonly id: string;
  readonly place?: string;
  readonly gone: boolean;
}

/** Asks where the ledger has codes: one answer for each, undefined when nobody recorded it. Throws when nobody can be asked. */
export type Ask = (codes: readonly string[]) => Promise<readonly (Answer | undefined)[]>;

/**
 * Takes a scan, and asks about what is not expected here; when nobody can be asked, the code is asked about again later.
 * Answers the session and whether the scan was a repeated one.
 */
export async function scan(session: Session, code: string, now: number, ask: Ask): Promise<{ session: Session; row: ScanRow; again: boolean }> {
  const own = session.tags[code] ?? code;
  const known = session.rows.find((r) => r.code === own);
  if (known !== undefined) return repeat(session, known);
  if (session.expected.includes(own)) return append(session, { code: own, at: now, verdict: 'found', again: 0 });
  const unchecked: ScanRow = { code: own, at: now, verdict: 'unchecked', again: 0 };
  const row = await ask([own]).then(([answer]) => judged(session, unchecked, answer), () => unchecked);
  const before = session.rows.find((r) => r.code === row.code); // a tag of an item that was scanned by its own code
  return before === undefined ? append(session, row) : repeat(session, before);
}

function judged(session: Session, row: ScanRow, answer: Answer | undefined): ScanRow {
  if (answer === undefined) return { ...row, verdict: 'unknown' };
  const verdict: Verdict = session.expected.includes(answer.id) ? 'found' : answer.gone ? 'gone' : 'elsewhere';
  return { ...row, code: answer.id, verdict, ...(answer.place !== undefined && { place: answer.place }) };
}

/** Asks again about what nobody could be asked about. Throws when still nobody can. */
export async function settle(session: Session, ask: Ask): Promise<Session> {
  const open = session.rows.filter((r) => r.verdict === 'unchecked');
  const answers = await ask(open.map((r) => r.code));
  const settled = new Map(open.map((r, i) => [r, judged(session, r, answers[i])]));
  const rows: ScanRow[] = [];
  for (const row of session.rows) {
    const now = settled.get(row) ?? row;
    const at = rows.findIndex((r) => r.code === now.code);
    const same = rows[at];
    if (same === undefined) rows.push(now);
    else rows[at] = { ...same, again: same.again + 1 + now.again };
  }
  return { ...session, rows };
}

const append = (session: Session, row: ScanRow): { session: Session; row: ScanRow; again: boolean } => ({
  session: { ...session, rows: [...session.rows, row] }, row, again: false,
});

function repeat(session: Session, known: ScanRow): { session: Session; row: ScanRow; again: boolean } {
  const row = { ...known, again: known.again + 1 };
  return { session: { ...session, rows: session.rows.map((r) => (r.code === known.code ? row : r)) }, row, again: true };
}

export function missing(session: Session): string[] {
  const seen = new Set(session.rows.map((r) => r.code));
  return session.expected.filter((code) => !seen.has(code));
}

/** What the ledger has as gone counts as belonging elsewhere: it should not be here. */
export function countsOf(session: Session): Counts {
  const of = (...verdicts: Verdict[]): number => session.rows.filter((r) => verdicts.includes(r.verdict)).length;
  const found = of('found');
  return {
    expected: session.expected.length, found, missing: session.expected.length - found, elsewhere: of('elsewhere', 'gone'),
    unknown: of('unknown'), duplicate: session.rows.reduce((n, r) => n + r.again, 0),
  };
}

export const unchecked = (session: Session): number => session.rows.filter((r) => r.verdict === 'unchecked').length;

/** The whole list as it goes into a file: what was scanned in its order, then what is missing. */
export const listOf = (session: Session): (string | number)[][] => [
  ['code', 'result', 'place', 'scanned', 'again'],
  ...session.rows.map((r) => [r.code, r.verdict, r.place ?? (r.verdict === 'found' ? session.place : ''), new Date(r.at).toISOString(), r.again]),
  ...missing(session).map((code) => [code, 'missing', session.place, '', 0]),
];
