import { instant } from '../../core/instant';
import type { RefusalShape } from '../../core/refusal';
import type { EventBody, Fields, Position, Rule, RuleField, RulebookView, Value } from '../../core/types';
import { CellReader, unreadable } from './cell';
import { fault } from './faults';
import { badData, wrongValue } from './field';
import { layoutOf, momentIn, type Layout } from './layout';
import { degreesOf, pointOf } from './angle';
import { actionOf, problemsOf } from './problems';
import type { Fault, Mapping, Row } from './types';

/** What a row says, before it has an id and a code. */
export type Saying = Omit<EventBody, 'id' | 'asset'>;

export type Made = { readonly event: Saying } | { readonly faults: readonly Fault[] };

/** One member of the data, the column that it comes from, and what the rulebook says of it. */
interface Binding {
  readonly column: number;
  readonly reader: CellReader;
  readonly field: RuleField | undefined;
}

/**
 * A mapping bound to the heading of one table and to a rulebook. It makes events of rows and does nothing else: no clock,
 * no chance, so that the same row gives the same event in every run.
 */
export class Plan {
  readonly #key: readonly number[];
  readonly #at: number;
  readonly #lat: number;
  readonly #lon: number;
  readonly #moment: MomentReader;
  readonly #data: readonly Binding[];
  readonly #needsPlace: boolean;
  readonly #rules: readonly Rule[];

  /** Throws MappingError with the first thing that is wrong. */
  constructor(
    readonly mapping: Mapping,
    readonly heading: readonly string[],
    book: RulebookView,
  ) {
    const [first] = problemsOf(mapping, heading, book);
    if (first !== undefined) throw first;
    const find = (column: string | undefined): number => (column ? heading.indexOf(column) : -1);
    const action = actionOf(mapping, book)!;
    this.#key = mapping.key.map(find);
    this.#at = find(mapping.at.column);
    [this.#lat, this.#lon] = [find(mapping.position?.lat), find(mapping.position?.lon)];
    this.#moment = new MomentReader(mapping);
    this.#data = Object.keys(mapping.data).sort().map((name) => ({
      column: find(mapping.data[name]!.column),
      reader: new CellReader(name, mapping.data[name]!),
      field: action.asks.data?.find((f) => f.name === name),
    }));
    this.#needsPlace = action.asks.place === 'required';
    this.#rules = action.rules ?? [];
  }

  /** What tells the row from all others: its key columns, trimmed, as a JSON list. */
  rowKey(row: Row): { readonly key: string } | { readonly fault: Fault } {
    const parts: string[] = [];
    for (const [i, column] of this.#key.entries()) {
      const cell = (row.cells[column] ?? '').trim();
      const name = this.mapping.key[i]!;
      if (cell === '') return { fault: fault(name, '', 'cell-empty') };
      const wrong = unreadable(name, cell);
      if (wrong !== undefined) return { fault: wrong };
      parts.push(cell);
    }
    return { key: goJson(parts) };
  }

  /** The fault of a whole row, at its first key column. */
  keyFault(row: Row, code: 'row-key-twice' | 'row-changed-after-import', ...values: readonly number[]): Fault {
    return fault(this.mapping.key[0]!, row.cells[this.#key[0]!] ?? '', code, ...values);
  }

  /** Makes the row's event, or says all that is wrong with the row. */
  event(row: Row): Made {
    const faults: Fault[] = [];
    const at = this.#moment.read(cell(row, this.#at));
    const place = this.#position(row);
    for (const read of [at, place]) if (read !== undefined && 'fault' in read) faults.push(read.fault);
    const data: Record<string, Value> = {};
    for (const b of this.#data) {
      const read = readBound(b, row);
      if ('fault' in read) faults.push(read.fault);
      else if (read.value !== undefined) data[b.reader.name] = read.value;
    }
    if (faults.length > 0) return { faults };
    const { kind, action, rulebook } = this.mapping;
    return {
      event: {
        kind, action, rulebook, at: instant((at as { at: number }).at),
        ...(place !== undefined && { place: (place as { place: Position }).place }),
        ...(Object.keys(data).length > 0 && { data: data as Fields }),
      },
    };
  }

  /** Finds the cell that a refusal of the ledger is about. */
  blame(row: Row, refused: RefusalShape): Fault {
    const said = { code: refused.code, says: refused.says, ...(refused.rule !== undefined && { rule: refused.rule }) };
    const pointer = refused.field ?? '';
    if (pointer === '/at' && this.#at >= 0) return { column: this.mapping.at.column!, value: cell(row, this.#at), ...said };
    if (pointer.startsWith('/place') && this.mapping.position) {
      return { column: this.mapping.position.lat, value: `${cell(row, this.#lat)} ${cell(row, this.#lon)}`, ...said };
    }
    if (pointer === '') return { ...this.#looked(row, refused.rule), ...said };
    const name = /^\/data\/([^/]+)/.exec(pointer)?.[1];
    const bound = this.#data.find((b) => b.reader.name === name);
    return { column: bound?.reader.spec.column ?? '', value: bound ? cell(row, bound.column) : '', ...said };
  }

  /** The columns that a rule looked at, and what stands in them: a position outside its plot is about both. */
  #looked(row: Row, full = ''): { readonly column: string; readonly value: string } {
    const { rulebook, kind, action, position } = this.mapping;
    const rule = this.#rules.find((r) => `${rulebook}/${kind}/${action}/${r.code}` === full);
    const seen = new Map<string, string>();
    const add = (name: string | undefined, column: number): unknown => name && column >= 0 && !seen.has(name) && seen.set(name, cell(row, column));
    for (const [, member] of (rule?.check ?? '').matchAll(/\bevent\.(place|data\.[a-zA-Z0-9]+)/g)) {
      if (member === 'place') [add(position?.lat, this.#lat), add(position?.lon, this.#lon)];
      for (const b of this.#data) if (`data.${b.reader.name}` === member) add(b.reader.spec.column, b.column);
    }
    return { column: [...seen.keys()].join(', '), value: [...seen.values()].join(', ') };
  }

  #position(row: Row): { readonly place: Position } | { readonly fault: Fault } | undefined {
    const p = this.mapping.position;
    if (p === undefined) return undefined;
    const [lat, lon] = [cell(row, this.#lat).trim(), cell(row, this.#lon).trim()];
    const absent = (c: string): boolean => c === '' || (p.empty?.includes(c) ?? false);
    if (absent(lat) && absent(lon)) return p.required || this.#needsPlace ? { fault: fault(p.lat, lat, 'cell-empty') } : undefined;
    const wrong = unreadable(p.lat, lat) ?? unreadable(p.lon, lon);
    if (wrong !== undefined) return { fault: wrong };
    const accuracy = p.accuracy ? { accuracy: p.accuracy } : {};
    if (this.#lat === this.#lon) {
      const at = pointOf(lat);
      return at === undefined ? { fault: fault(p.lat, lat, 'cell-not-a-point') } : { place: { ...at, ...accuracy } };
    }
    const [y, x] = [degreesOf(lat, 'lat'), degreesOf(lon, 'lon')];
    if (y === undefined) return { fault: fault(p.lat, lat, 'cell-not-a-position') };
    if (x === undefined) return { fault: fault(p.lon, lon, 'cell-not-a-position') };
    return { place: { lat: y, lon: x, ...accuracy } };
  }
}

const cell = (row: Row, column: number): string => (column < 0 ? '' : (row.cells[column] ?? ''));

function readBound({ column, reader, field }: Binding, row: Row): ReturnType<CellReader['read']> {
  const text = cell(row, column);
  const read = reader.read(text, row.numbers?.has(column));
  if ('fault' in read || field === undefined) return read;
  const name = reader.spec.column ?? '';
  if (read.value === undefined) return field.optional ? read : { fault: fault(name, text, 'cell-empty') };
  const wrong = wrongValue(field, read.value);
  return wrong === undefined ? read : { fault: { column: name, value: text, code: badData, says: wrong } };
}

/** Reads the time of the act. */
class MomentReader {
  readonly #mapping: Mapping;
  readonly #layout: Layout | undefined;

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
    this.#layout = mapping.at.column ? layoutOf(mapping.at.layout ?? '') : undefined;
  }

  read(text: string): { readonly at: number } | { readonly fault: Fault } {
    const { at } = this.#mapping;
    if (!at.column) return { at: Date.parse(at.constant!) };
    const trimmed = text.trim();
    if (trimmed === '' || at.empty?.includes(trimmed)) return at.otherwise ? { at: Date.parse(at.otherwise) } : { fault: fault(at.column, trimmed, 'cell-empty') };
    const wrong = unreadable(at.column, trimmed);
    if (wrong !== undefined) return { fault: wrong };
    const local = this.#layout!.read(trimmed);
    if (local === undefined || new Date(local).getUTCFullYear() < 1970) return { fault: fault(at.column, trimmed, 'cell-not-a-date', at.layout!) };
    return { at: this.#layout!.absolute ? local : momentIn(at.zone ?? '', local) };
  }
}

/** JSON as Go writes it, where < > & and two line ends are escaped: keys and digests are the same in both. */
export const goJson = (value: unknown): string => JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Tells events of the same row apart that say different things. */
export async function digestOf(event: Saying): Promise<string> {
  const { kind, action, rulebook, at, place, data } = event;
  const text = goJson({ id: '', kind, action, rulebook, at, place, data });
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(sum.subarray(0, 12), (b) => b.toString(16).padStart(2, '0')).join('');
}
