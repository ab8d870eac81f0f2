import { readNumeral, round, times, toInteger } from '../../core/numeral';
import type { AssetView } from '../../core/types';
import { metresBetween } from '../../kept/grid';
import { parseCode } from '../../core/code';
import type { Answer, Ask } from '../../works/walk';

/** A row of a new inventory. Sizes are in millimetres, positions in micro-degrees. */
export interface InventoryRow {
  /** Its row in the file; the heading is row 1. */
  readonly row: number;
  readonly code: string;
  readonly species?: string;
  readonly dbh?: number;
  readonly height?: number;
  readonly lat?: number;
  readonly lon?: number;
}

/** What is wrong with a row: the column, and what stands there. */
export interface RowFault {
  readonly row: number;
  readonly column: string;
  readonly value: string;
}

/**
 * gone: the ledger has it here, the file does not. new: nobody recorded it. elsewhere: the ledger has it at another place.
 * ended: the ledger has it as no more.
 */
export type Change = 'gone' | 'new' | 'elsewhere' | 'ended' | 'species' | 'size' | 'moved' | 'twice';

export interface Difference {
  readonly change: Change;
  readonly code: string;
  readonly row?: number;
  readonly ledger: string;
  readonly file: string;
}

/** Rows of RFC 4180, with a comma, a semicolon or a tab between cells, whichever the heading has. */
export function parseCsv(text: string): string[][] {
  const body = text.replace(/^\ufeff/, '');
  const head = body.split(/\r?\n/, 1)[0] ?? '';
  const mark = [',', ';', '\t'].reduce((a, b) => (head.split(b).length > head.split(a).length ? b : a));
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < body.length; i++) {
    const c = body[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (body[i + 1] === '"') cell += body[++i] as string;
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === mark) {
      row.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && body[i + 1] === '\n') i++;
      row.push(cell);
      rows.push(row);
      [row, cell] = [[], ''];
    } else cell += c;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows.filter((r) => r.some((value) => value.trim() !== ''));
}

/** The names that columns go by. */
const columns: Readonly<Record<string, readonly string[]>> = {
  code: ['code', 'id', 'tag', '编码', '标签', '编号'],
  species: ['species', '树种'],
  dbh: ['dbh', 'dbh_mm', '胸径'],
  height: ['height', 'height_mm', '树高'],
  lat: ['lat', 'latitude', '纬度'],
  lon: ['lon', 'lng', 'longitude', '经度'],
};

/** Reads the rows of a file with a heading. Faulty ones are left out and named. Answers undefined when no column holds codes. */
export function readInventory(cells: readonly (readonly string[])[]): { rows: InventoryRow[]; faults: RowFault[] } | undefined {
  const head = (cells[0] ?? []).map((c) => c.trim().toLowerCase());
  const at = (name: string): number => head.findIndex((h) => columns[name]?.includes(h));
  if (at('code') < 0) return undefined;
  const rows: InventoryRow[] = [];
  const faults: RowFault[] = [];
  cells.slice(1).forEach((line, i) => {
    const row = i + 2;
    const cell = (name: string): string => (at(name) < 0 ? '' : (line[at(name)] ?? '').trim());
    const before = faults.length;
    const whole = (name: string, scale: number, most: number): number | undefined => {
      const value = cell(name);
      if (value === '') return undefined;
      const read = readNumeral(value);
      // Degrees are never grouped by thousands: a lone separator stands before decimals.
      const exact = read === undefined ? undefined : 'number' in read ? read.number : scale > 1 ? read.decimal : undefined;
      const n = exact && toInteger(round(times(exact, { n: BigInt(scale), d: 1n })));
      if (n !== undefined && Math.abs(n) <= most) return n;
      faults.push({ row, column: name, value });
      return undefined;
    };
    const code = parseCode(cell('code'));
    if (code === null) faults.push({ row, column: 'code', value: cell('code') });
    const numbers = { dbh: whole('dbh', 1, 10_000), height: whole('height', 1, 200_000), lat: whole('lat', 1e6, 90e6), lon: whole('lon', 1e6, 180e6) };
    if (faults.length > before || code === null) return;
    const set = Object.fromEntries(Object.entries(numbers).filter(([, v]) => v !== undefined));
    rows.push({ row, code, ...(cell('species') !== '' && { species: cell('species') }), ...set });
  });
  return { rows, faults };
}

/** What differs more than this is a change: sizes by millimetres and by a part of the ledger's, places by metres. */
export const tolerance = { millimetres: 10, part: 0.1, metres: 10 } as const;

/** Compares a new inventory with what the ledger has at a place, and asks about the codes that it does not have there. */
export async function compare(rows: readonly InventoryRow[], items: readonly AssetView[], ask: Ask): Promise<Difference[]> {
  const found = differences(rows, items);
  const fresh = found.filter((d) => d.change === 'new');
  const answers = fresh.length === 0 ? [] : await ask(fresh.map((d) => d.code));
  const known = new Map(fresh.map((d, i) => [d, answers[i]]));
  return found.map((d) => ({ ...d, ...otherwise(known.get(d)) }));
}

/** What a code is that the ledger has, though not at the place. */
const otherwise = (answer: Answer | undefined): Pick<Difference, 'change' | 'ledger'> | undefined =>
  answer && { change: answer.gone ? 'ended' : 'elsewhere', ledger: answer.place ?? '' };

function differences(rows: readonly InventoryRow[], items: readonly AssetView[]): Difference[] {
  const byCode = new Map(items.flatMap((i) => [i.id, ...i.tags].map((code) => [code, i] as const)));
  const seen = new Map<string, number>();
  const out: Difference[] = [];
  for (const r of rows) {
    const item = byCode.get(r.code);
    const id = item?.id ?? r.code;
    const before = seen.get(id);
    if (before !== undefined) {
      out.push({ change: 'twice', code: id, row: r.row, ledger: '', file: String(before) });
      continue;
    }
    seen.set(id, r.row);
    if (item === undefined) out.push({ change: 'new', code: id, row: r.row, ledger: '', file: r.species ?? '' });
    else out.push(...changes(r, item));
  }
  for (const item of items) if (!seen.has(item.id)) out.push({ change: 'gone', code: item.id, ledger: String(item.fields?.species ?? ''), file: '' });
  return out;
}

function changes(r: InventoryRow, item: AssetView): Difference[] {
  const out: Difference[] = [];
  const add = (change: Change, ledger: string, file: string): void => void out.push({ change, code: item.id, row: r.row, ledger, file });
  const species = item.fields?.species;
  if (r.species !== undefined && typeof species === 'string' && plain(species) !== plain(r.species)) add('species', species, r.species);
  for (const name of ['dbh', 'height'] as const) {
    const [old, now] = [item.fields?.[name], r[name]];
    if (typeof old === 'number' && now !== undefined && Math.abs(old - now) > Math.max(tolerance.millimetres, old * tolerance.part)) add('size', `${name} ${old} mm`, `${name} ${now} mm`);
  }
  if (item.position !== undefined && r.lat !== undefined && r.lon !== undefined) {
    const far = metresBetween(item.position, { lat: r.lat, lon: r.lon });
    if (far > tolerance.metres + (item.position.accuracy ?? 0)) add('moved', degrees(item.position.lat, item.position.lon), `${degrees(r.lat, r.lon)} (${Math.round(far)} m)`);
  }
  return out;
}

const plain = (s: string): string => s.trim().replace(/\s+/g, ' ').toLowerCase();
const degrees = (lat: number, lon: number): string => `${(lat / 1e6).toFixed(6)}, ${(lon / 1e6).toFixed(6)}`;

export const differenceList = (list: readonly Difference[]): (string | number)[][] => [
  ['change', 'code', 'row', 'ledger', 'file'],
  ...list.map((d) => [d.change, d.code, d.row ?? '', d.ledger, d.file]),
];
