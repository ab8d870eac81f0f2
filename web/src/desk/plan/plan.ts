import { limits } from '../../core/limits';
import { isWhole, readNumeral, toInteger, type Mark } from '../../core/numeral';
import type { Place } from '../../core/types';
import { marksOf, writtenIn, type Either } from '../import/marks';
import type { Row } from '../import/types';

/** What a table of plans says, and what is wrong with it. */
export interface PlanTable {
  /** By place, then by kind: the whole plan under '', or that of a week. */
  readonly places: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;
  readonly amounts: number;
  readonly faults: readonly PlanFault[];
  /** An amount that may be read in two ways, when no other one tells which: to be asked once for the column. */
  readonly either?: Either;
}

export type FaultName = 'noPlace' | 'noKind' | 'twoKinds' | 'noWeek' | 'noAmount' | 'twice' | 'brokenRow' | 'tooMany';

export interface PlanFault {
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly why: FaultName;
  /** The row that says the same already, or how many weeks there may be. */
  readonly n?: number;
}

export const columns = ['place', 'kind', 'week', 'amount'] as const;
export type Column = (typeof columns)[number];
const spellings: Readonly<Record<Column, readonly string[]>> = {
  place: ['place', '部位', '部位编号', '地点', '地点编号', 'place id'],
  kind: ['kind', '类别', '种类'],
  week: ['week', '周', 'date', '日期'],
  amount: ['amount', '数量', 'planned', '计划', '计划数'],
};

/** Which column of the table is which; -1 where there is none. */
export function columnsOf(heading: readonly string[]): Readonly<Record<Column, number>> {
  const names = heading.map((h) => h.trim().toLowerCase());
  const at = (c: Column): number => names.findIndex((n) => spellings[c].includes(n));
  return { place: at('place'), kind: at('kind'), week: at('week'), amount: at('amount') };
}

/** The columns that a plan cannot do without, and the table does not have. */
export const missing = (at: Readonly<Record<Column, number>>): Column[] => (['place', 'kind', 'amount'] as const).filter((c) => at[c] < 0);

const day = 86_400_000;

/** The week of ISO 8601 that a text names, by itself or by a date in it; undefined when it is neither. */
export function weekOf(text: string): string | undefined {
  const named = /^(20\d\d)-?W(\d\d)$/i.exec(text);
  if (named !== null) {
    const [, year, week] = named;
    const fourth = Date.UTC(Number(year), 0, 4);
    const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * day + (Number(week) - 1) * 7 * day;
    const name = `${year}-W${week}`;
    return weekAt(monday) === name ? name : undefined;
  }
  const date = /^(20\d\d)-(\d\d)-(\d\d)(?:[T ].*)?$/.exec(text);
  if (date === null) return undefined;
  const at = new Date(Date.UTC(Number(date[1]), Number(date[2]) - 1, Number(date[3])));
  return at.getUTCDate() === Number(date[3]) ? weekAt(at.getTime()) : undefined;
}

/** The week that a day lies in: that of its Thursday. */
function weekAt(at: number): string {
  const thursday = new Date(at + (3 - ((new Date(at).getUTCDay() + 6) % 7)) * day);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()}-W${String(1 + Math.floor((thursday.getTime() - first) / (7 * day))).padStart(2, '0')}`;
}

/** Reads the rows. `kinds` are the names of kinds by what a person may call them, in lower case, '' for what several are called; `told` is the mark before decimals, where it was asked for. */
export function readPlan(rows: readonly Row[], heading: readonly string[], known: ReadonlyMap<string, Place>, kinds: ReadonlyMap<string, string>, told?: Mark): PlanTable {
  const at = columnsOf(heading);
  const { mark = told, either } = marksOf(writtenIn(rows, at.amount));
  const places = new Map<string, Map<string, Map<string, number>>>();
  const said = new Map<string, number>();
  const faults: PlanFault[] = [];
  let amounts = 0;
  for (const row of rows) {
    const cell = (c: Column): string => (at[c] < 0 ? '' : (row.cells[at[c]] ?? '').trim());
    if (row.fault === undefined && columns.every((c) => cell(c) === '')) continue;
    const wrong = (c: Column, why: FaultName, n?: number): unknown =>
      faults.push({ row: row.line, column: at[c] < 0 ? c : (heading[at[c]] ?? c), value: cell(c), why, ...(n !== undefined && { n }) });
    if (row.fault !== undefined) {
      faults.push({ row: row.line, column: '', value: row.raw ?? '', why: 'brokenRow' });
      continue;
    }
    const [place, kind, amount] = [known.get(cell('place')), kinds.get(cell('kind').toLowerCase()), whole(cell('amount'), row.numbers?.has(at.amount) ? '.' : mark)];
    const week = cell('week') === '' ? '' : weekOf(cell('week'));
    if (place === undefined) wrong('place', 'noPlace');
    if (kind === undefined) wrong('kind', 'noKind');
    if (kind === '') wrong('kind', 'twoKinds');
    if (week === undefined) wrong('week', 'noWeek');
    if (amount === undefined) wrong('amount', 'noAmount');
    if (amount === 'either') continue;
    if (place === undefined || !kind || week === undefined || amount === undefined) continue;
    const key = `${place.id} ${kind} ${week}`;
    const before = said.get(key);
    if (before !== undefined) {
      wrong('week', 'twice', before);
      continue;
    }
    said.set(key, row.line);
    const ofPlace = places.get(place.id) ?? new Map<string, Map<string, number>>();
    places.set(place.id, ofPlace.set(kind, (ofPlace.get(kind) ?? new Map<string, number>()).set(week, amount)));
    amounts++;
    if (weeksOf(planned(place, ofPlace)) > limits.weeks) wrong('week', 'tooMany', limits.weeks);
  }
  return { places, amounts, faults, ...(either && { either }) };
}

/** A whole amount; what may be read in two ways waits for the answer. */
function whole(text: string, mark: Mark | undefined): number | 'either' | undefined {
  const read = readNumeral(text, mark);
  if (read !== undefined && 'decimal' in read) return 'either';
  const n = read === undefined || !isWhole(read.number) ? undefined : toInteger(read.number.n / read.number.d);
  return n === undefined || n < 0 || n > limits.planned ? undefined : n;
}

const weeksOf = (p: Place): number => Object.values(p.weeks ?? {}).reduce((n, w) => n + Object.keys(w).length, 0);

/** The place with its new plan: what the table does not say stays as it is. */
export function planned(place: Place, changes: ReadonlyMap<string, ReadonlyMap<string, number>>): Place {
  const plan: Record<string, number> = { ...place.plan };
  const weeks: Record<string, Record<string, number>> = Object.fromEntries(Object.entries(place.weeks ?? {}).map(([k, w]) => [k, { ...w }]));
  for (const [kind, amounts] of changes) {
    for (const [week, amount] of amounts) {
      if (week === '') plan[kind] = amount;
      else (weeks[kind] ??= {})[week] = amount;
    }
  }
  const { id, kind, parent, title, outline, line, chainage } = place;
  return {
    id, kind, ...(parent && { parent }), title, ...(outline && { outline }), ...(line && { line }), ...(chainage && { chainage }),
    ...(Object.keys(plan).length > 0 && { plan }), ...(Object.keys(weeks).length > 0 && { weeks }),
  };
}
