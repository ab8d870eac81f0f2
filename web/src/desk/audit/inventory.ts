import { isWhole, readNumeral, round, times, toInteger, type Mark } from '../../core/numeral';
import type { AssetView, FieldType, Text } from '../../core/types';
import { parseCode } from '../../core/code';
import { metresBetween } from '../../kept/grid';
import type { Answer, Ask } from '../../works/walk';
import { unreadable } from '../import/cell';
import { latitudes, longitudes, plain as plainName, unitIn } from '../import/guess';
import { marksOf, writtenIn } from '../import/marks';
import { degreesOf } from '../import/angle';
import { factor, unitsLike } from '../import/number';
import type { Row } from '../import/types';

/** A field of the record of the items that an inventory is compared with. */
export interface InventoryField {
  readonly name: string;
  readonly title: Text;
  readonly type: FieldType;
  readonly unit?: string;
}

/** What a column holds: codes, the inventory's own numbers as a field keeps them, a position, a field, or nothing that is read. */
export type Meaning = 'code' | 'lat' | 'lon' | `number:${string}` | `field:${string}` | '';

/** Whether a column tells which item a row is about. One column of a table does. */
export const names = (meaning: Meaning): boolean => meaning === 'code' || meaning.startsWith('number:');

/** How a column is read. A person looks at it before anything is compared. */
export interface Column {
  readonly name: string;
  readonly meaning: Meaning;
  /** The unit that its numbers are in, where the field has one. */
  readonly unit?: string;
  /** Neither the heading nor the file says the unit: it is the ledger's. */
  readonly unsaid?: boolean;
  /** A number of it that may be read in two ways, when no other tells which. */
  readonly either?: string;
  readonly mark?: Mark;
  /** A cell of it. */
  readonly example: string;
}

/** A row of a new inventory. Positions are in micro-degrees; values are in the ledger's units. */
export interface InventoryRow {
  /** Its line in the file, or its row in the sheet. */
  readonly row: number;
  /** The item's; '' of a number that no item has, or more than one. */
  readonly code: string;
  /** The inventory's own number, where rows are known by it. */
  readonly number?: string;
  /** The items that have the number, where they are more than one: the row is about one of them, and none is missing. */
  readonly oneOf?: readonly string[];
  readonly values: Readonly<Record<string, string | number>>;
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
 * ended: the ledger has it as no more. text: a text says something else; size: a number does.
 */
export type Change = 'gone' | 'new' | 'elsewhere' | 'ended' | 'text' | 'size' | 'moved' | 'twice';

export interface Difference {
  readonly change: Change;
  readonly code: string;
  readonly row?: number;
  readonly ledger: string;
  readonly file: string;
  /** The item that it may be, by position and texts: to be looked at, never applied. */
  readonly maybe?: string;
}

const codeNames = ['code', 'id', 'tag', 'treeid', '编码', '标签', '编号'];
const named = (names: readonly string[], column: string): boolean => names.includes(plainName(column)) || names.includes(plainName(unitIn(column).name));

/** How the columns of a table may be read, by their headings and what stands in them. */
export function columnsOf(heading: readonly string[], rows: readonly Row[], fields: readonly InventoryField[]): Column[] {
  const taken = new Set<Meaning>();
  return heading.map((name, i) => {
    const cells = rows.filter((r) => r.fault === undefined).map((r) => (r.cells[i] ?? '').trim()).filter((c) => c !== '');
    const field = fields.find((f) => named([f.name, f.title.en, f.title.zh].map(plainName).filter((n) => n !== ''), name));
    const meaning: Meaning = named(codeNames, name) ? 'code' : named(latitudes, name) ? 'lat' : named(longitudes, name) ? 'lon' : field ? `field:${field.name}` : '';
    const twice = meaning === '' || taken.has(meaning);
    taken.add(meaning);
    return columnAs({ name, meaning: twice ? '' : meaning, example: cells[0] ?? '' }, fields, rows, i);
  });
}

/** A column, read as a person says. */
export function columnAs({ name, meaning, example }: Column, fields: readonly InventoryField[], rows: readonly Row[], at: number, unit?: string): Column {
  const field = fields.find((f) => meaning === `field:${f.name}`);
  if (field?.type !== 'integer') return { name, meaning, example };
  const said = unit ?? unitIn(name).unit;
  const fits = said !== undefined && unitsLike(field.unit ?? '').includes(said);
  const { mark, either } = marksOf(writtenIn(rows, at));
  return {
    name, meaning, example, ...(mark !== undefined && { mark }), ...(either !== undefined && { either: either.cell }),
    ...(field.unit !== undefined && unitsLike(field.unit).length > 0 && { unit: fits ? said : field.unit, ...(!fits && { unsaid: true }) }),
  };
}

/** Rows with faults are read as far as they can be: what is faulty is not absent. */
export interface Inventory {
  readonly rows: readonly InventoryRow[];
  readonly faults: readonly RowFault[];
  /** Rows in which no code can be read. */
  readonly uncoded: number;
  /** Columns with something in them that nothing is compared with. */
  readonly unread: readonly string[];
}

/** What a row is about, by a cell: null when it says nothing of the kind. */
type Known = (cell: string) => Pick<InventoryRow, 'code' | 'number' | 'oneOf'> | null;

/** Finds items by the number that a field keeps of them, with or without what an import put before it: 1001 is tree-id:1001. */
function byNumber(field: string, items: readonly AssetView[]): Known {
  const all = new Map<string, Set<string>>();
  for (const item of items) {
    const kept = item.fields?.[field];
    if (typeof kept !== 'string' && typeof kept !== 'number') continue;
    const text = plain(String(kept));
    for (const key of new Set([text, text.slice(text.indexOf(':') + 1)])) all.set(key, (all.get(key) ?? new Set()).add(item.id));
  }
  return (cell) => {
    const number = cell.trim();
    if (number === '' || unreadable('', number) !== undefined) return null;
    const found = [...(all.get(plain(number)) ?? [])];
    return { code: found.length === 1 ? found[0]! : '', number, ...(found.length > 1 && { oneOf: found }) };
  };
}

const byCode: Known = (cell) => {
  const code = parseCode(cell);
  return code === null ? null : { code };
};

/** Reads the rows by their columns. Undefined when no column tells which item a row is about. `items` are those of the ledger. */
export function readInventory(rows: readonly Row[], columns: readonly Column[], fields: readonly InventoryField[], items: readonly AssetView[]): Inventory | undefined {
  const nameAt = columns.findIndex((c) => names(c.meaning));
  if (nameAt < 0) return undefined;
  const { meaning } = columns[nameAt]!;
  const known = meaning === 'code' ? byCode : byNumber(meaning.slice('number:'.length), items);
  const read: InventoryRow[] = [];
  const faults: RowFault[] = [];
  let uncoded = 0;
  for (const row of rows) {
    const fault = (column: number, value = row.cells[column] ?? ''): void => void faults.push({ row: row.line, column: columns[column]?.name ?? '', value });
    if (row.fault !== undefined) fault(-1, (row.raw ?? row.cells.join(',')).slice(0, 80));
    const about = known(row.cells[nameAt] ?? '');
    if (about === null) {
      fault(nameAt);
      uncoded++;
    } else if (about.oneOf) fault(nameAt);
    const values: Record<string, string | number> = {};
    const position: { lat?: number; lon?: number } = {};
    if (row.fault === undefined) {
      for (const [i, column] of columns.entries()) {
        const cell = (row.cells[i] ?? '').trim();
        if (cell === '' || column.meaning === '' || names(column.meaning)) continue;
        const value = unreadable(column.name, cell) === undefined ? valueOf(cell, column, fields, row.numbers?.has(i) ?? false) : undefined;
        if (value === undefined) fault(i);
        else if (column.meaning === 'lat' || column.meaning === 'lon') position[column.meaning] = value as number;
        else values[column.meaning.slice('field:'.length)] = value;
      }
    }
    if (about !== null) read.push({ row: row.line, ...about, values, ...position });
  }
  return { rows: read, faults, uncoded, unread: columns.filter((c) => c.meaning === '' && c.example !== '').map((c) => c.name) };
}

function valueOf(cell: string, column: Column, fields: readonly InventoryField[], exact: boolean): string | number | undefined {
  if (column.meaning === 'lat' || column.meaning === 'lon') {
    return degreesOf(cell, column.meaning);
  }
  const field = fields.find((f) => column.meaning === `field:${f.name}`);
  if (field?.type !== 'integer') return cell;
  const number = readNumeral(cell, exact ? '.' : column.mark);
  if (number === undefined || 'decimal' in number) return undefined;
  const n = column.unit === undefined ? number.number : times(number.number, factor(column.unit, field.unit!)!);
  return column.unit === undefined && !isWhole(n) ? undefined : toInteger(round(n));
}

/** What differs more than this is a change: sizes by millimetres and by a part of the ledger's, places by metres. */
export const tolerance = { millimetres: 10, part: 0.1, metres: 10 } as const;

/** Whether so few of the rows' codes are items here that another column may hold the codes: then nothing is said to be missing. */
export function wrongCodes({ rows, uncoded }: Pick<Inventory, 'rows' | 'uncoded'>, items: readonly AssetView[]): boolean {
  const known = new Set(items.flatMap((i) => [i.id, ...i.tags]));
  const matched = new Set(rows.filter((r) => known.has(r.code)).map((r) => r.code)).size;
  return items.length > 0 && rows.length + uncoded > 0 && matched * 5 < Math.min(rows.length + uncoded, items.length);
}

/** Compares a new inventory with what the ledger has at a place, and asks about the codes that it does not have there. */
export async function compare(rows: readonly InventoryRow[], items: readonly AssetView[], ask: Ask, fields: readonly InventoryField[]): Promise<Difference[]> {
  const found = differences(rows, items, fields);
  const fresh = found.filter((d) => d.change === 'new' && d.code !== '');
  const answers = fresh.length === 0 ? [] : await ask(fresh.map((d) => d.code));
  const known = new Map(fresh.map((d, i) => [d, answers[i]]));
  return found.map((d) => ({ ...d, ...otherwise(known.get(d)) }));
}

/** What a code is that the ledger has, though not at the place. */
const otherwise = (answer: Answer | undefined): Pick<Difference, 'change' | 'ledger'> | undefined =>
  answer && { change: answer.gone ? 'ended' : 'elsewhere', ledger: answer.place ?? '' };

function differences(rows: readonly InventoryRow[], items: readonly AssetView[], fields: readonly InventoryField[]): Difference[] {
  const itemOf = new Map(items.flatMap((i) => [i.id, ...i.tags].map((code) => [code, i] as const)));
  const unsure = new Set(rows.flatMap((r) => r.oneOf ?? []));
  const seen = new Map<string, number>();
  const out: Difference[] = [];
  for (const r of rows) {
    if (r.oneOf) continue; // told as faulty: nobody knows which it is
    const item = itemOf.get(r.code);
    const id = item?.id ?? r.code;
    const key = id === '' ? `number ${r.number ?? ''}` : id;
    const before = seen.get(key);
    if (before !== undefined) {
      out.push({ change: 'twice', code: id, row: r.row, ledger: '', file: [r.number, String(before)].filter((t) => t !== undefined).join(': ') });
      continue;
    }
    seen.set(key, r.row);
    if (item !== undefined) out.push(...changes(r, item, fields));
    else {
      const maybe = onlyNear(r, items, rows, itemOf);
      out.push({ change: 'new', code: id, row: r.row, ledger: '', file: [r.number ?? '', textsOf(r.values, fields)].filter((t) => t !== '').join(', '), ...(maybe !== undefined && { maybe }) });
    }
  }
  for (const item of items) if (!seen.has(item.id) && !unsure.has(item.id)) out.push({ change: 'gone', code: item.id, ledger: textsOf(item.fields ?? {}, fields), file: '' });
  return out;
}

/** What a record says in its texts, to know an item by. */
const textsOf = (values: Readonly<Record<string, unknown>>, fields: readonly InventoryField[]): string =>
  fields.filter((f) => f.type === 'string').map((f) => values[f.name]).filter((v) => typeof v === 'string' && v !== '').join(', ');

/** The one item that no row names, near the row's position, and that says nothing else in a text; none where there are two. */
function onlyNear(r: InventoryRow, items: readonly AssetView[], rows: readonly InventoryRow[], itemOf: ReadonlyMap<string, AssetView>): string | undefined {
  if (r.lat === undefined || r.lon === undefined) return undefined;
  const given = new Set(rows.map((o) => itemOf.get(o.code)?.id));
  const near = items.filter((i) => i.position !== undefined && !given.has(i.id) && metresBetween(i.position, { lat: r.lat!, lon: r.lon! }) <= tolerance.metres + (i.position.accuracy ?? 0));
  const same = near.filter((i) => Object.entries(r.values).every(([name, v]) => typeof v !== 'string' || typeof i.fields?.[name] !== 'string' || plain(v) === plain(i.fields[name])));
  return same.length === 1 ? same[0]!.id : undefined;
}

function changes(r: InventoryRow, item: AssetView, fields: readonly InventoryField[]): Difference[] {
  const out: Difference[] = [];
  const add = (change: Change, ledger: string, file: string): void => void out.push({ change, code: item.id, row: r.row, ledger, file });
  for (const [name, now] of Object.entries(r.values)) {
    const old = item.fields?.[name];
    if (typeof old === 'string' && plain(old) !== plain(String(now))) add('text', old, String(now));
    const unit = fields.find((f) => f.name === name)?.unit;
    const least = unit === 'mm' ? Math.max(tolerance.millimetres, Number(old) * tolerance.part) : 0;
    const sized = (n: number): string => [name, n, unit ?? ''].join(' ').trim();
    if (typeof old === 'number' && typeof now === 'number' && Math.abs(old - now) > least) add('size', sized(old), sized(now));
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
  ['change', 'code', 'row', 'ledger', 'file', 'maybe'],
  ...list.map((d) => [d.change, d.code, d.row ?? '', d.ledger, d.file, d.maybe ?? '']),
];
