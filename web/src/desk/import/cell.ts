import { isWhole, readNumeral, round, times, toInteger, writeNumeral, type Exact, type Mark } from '../../core/numeral';
import type { Value } from '../../core/types';
import { fault } from './faults';
import { layoutOf, type Layout } from './layout';
import { MappingError, type MappingCode } from './mappingWords';
import { factor, unitNames } from './number';
import type { Cell, CellType, Fault } from './types';

/** A value, none, or what is wrong with the cell. */
export type Read = { readonly value?: Value } | { readonly fault: Fault };

const types: readonly CellType[] = ['text', 'integer', 'year', 'date', 'yes-no'];

/** Turns cells into values of one member of the data. */
export class CellReader {
  readonly #factor: Exact = { n: 1n, d: 1n };
  readonly #layout: Layout | undefined;

  /** Throws MappingError. */
  constructor(
    readonly name: string,
    readonly spec: Cell,
  ) {
    const wrong = wrongOf(name, spec);
    if (wrong !== undefined) throw new MappingError(`data.${name}${wrong.part}`, wrong.code, { to: spec.to ?? '' });
    if (spec.from) {
      const f = factor(spec.from, spec.to!);
      if (f === undefined) throw new MappingError(`data.${name}.from`, 'convert', { from: spec.from, to: spec.to!, units: unitNames.join(', ') });
      this.#factor = f;
    }
    if (spec.type === 'date') {
      this.#layout = layoutOf(spec.layout!);
      if (this.#layout === undefined) throw new MappingError(`data.${name}.layout`, 'layout');
    }
    for (const part of ['constant', 'otherwise'] as const) {
      const read = spec[part] ? this.#value(spec[part], '.') : {};
      if ('fault' in read) throw new MappingError(`data.${name}.${part}`, 'cell', { reason: read.fault.says });
    }
  }

  /** `exact`: a number of a workbook, which has no separators but a point before decimals. */
  read(cell: string, exact = false): Read {
    const { constant, otherwise, column = '' } = this.spec;
    if (constant) return this.#value(constant, '.');
    const text = cell.trim();
    const wrong = this.spec.empty?.includes(text) ? undefined : unreadable(column, cell);
    if (wrong !== undefined) return { fault: wrong };
    if (text !== '' && !this.spec.empty?.includes(text)) return this.#value(text, exact ? '.' : this.spec.decimal || undefined);
    if (otherwise) return this.#value(otherwise, '.');
    return this.spec.required ? { fault: fault(column, text, 'cell-empty') } : {};
  }

  #value(cell: string, mark: Mark | undefined): Read {
    const { choices = {}, column = '', layout, prefix = '', type } = this.spec;
    const names = Object.keys(choices).sort();
    if (names.length > 0 && !Object.hasOwn(choices, cell)) return { fault: fault(column, cell, 'cell-not-a-choice', names.join(', ')) };
    const text = names.length > 0 ? choices[cell]! : cell;
    switch (type) {
      case 'integer':
        return this.#integer(cell, text, names.length > 0 ? '.' : mark);
      case 'year':
        return /^\d{4}$/.test(text) ? { value: Number(text) } : { fault: fault(column, cell, 'cell-not-a-year') };
      case 'date': {
        const at = this.#layout!.read(text);
        return at === undefined ? { fault: fault(column, cell, 'cell-not-a-date', layout!) } : { value: new Date(at).toISOString().slice(0, 10) };
      }
      case 'yes-no':
        return { value: text === 'yes' };
      default:
        return { value: prefix + text };
    }
  }

  #integer(cell: string, text: string, mark: Mark | undefined): Read {
    const { column = '', round: rounds, to } = this.spec;
    const read = readNumeral(text, mark);
    if (read === undefined) return { fault: fault(column, cell, 'cell-not-a-number') };
    if ('decimal' in read) return { fault: fault(column, cell, 'cell-number-ambiguous', writeNumeral(read.grouped), writeNumeral(read.decimal)) };
    const n = times(read.number, this.#factor);
    if (!rounds && !isWhole(n)) return { fault: fault(column, cell, 'cell-not-whole', to ? ` (${to})` : '') };
    const value = toInteger(round(n));
    return value === undefined ? { fault: fault(column, cell, 'cell-number-too-large') } : { value };
  }
}

/** What stands in the place of a formula whose result the workbook does not hold. */
export const noResult = '#FORMULA?';

const errorValues = new Set([noResult, '#N/A', '#REF!', '#VALUE!', '#DIV/0!', '#NAME?', '#NULL!', '#NUM!', '#SPILL!', '#CALC!', '#GETTING_DATA']);

/** What makes a cell unreadable, whatever it should hold: bytes that were no text, or an error of a spreadsheet in place of a value. */
export function unreadable(column: string, cell: string): Fault | undefined {
  if (cell.includes(broken)) return fault(column, one(cell), 'cell-not-utf8');
  const text = cell.trim();
  return errorValues.has(text) ? fault(column, text, 'cell-error-value') : undefined;
}

/** What stands where bytes were no text. */
export const broken = '\uFFFD';

/** Decoders differ in how many of these a broken run gets. */
export const one = (cell: string): string => cell.replace(/\uFFFD+/g, broken);

function wrongOf(name: string, c: Cell): { part: string; code: MappingCode } | undefined {
  const type = c.type ?? 'text';
  const checks: readonly [boolean, string, MappingCode][] = [
    [/^[a-z][a-zA-Z0-9]{0,39}$/.test(name), '', 'name'],
    [!c.column !== !c.constant, '', 'either'],
    [types.includes(type), '.type', 'type'],
    [!c.to || !!c.from || type !== 'integer' || !c.column, '.from', 'whichUnit'],
    [!c.from === !c.to && (!c.from || type === 'integer'), '.from', 'units'],
    [!c.round || (c.round === 'nearest' && type === 'integer'), '.round', 'round'],
    [!c.decimal || (['.', ','].includes(c.decimal) && type === 'integer'), '.decimal', 'decimal'],
    [!c.prefix || type === 'text', '.prefix', 'prefix'],
    [!c.layout === (type !== 'date'), '.layout', 'dateLayout'],
    [type !== 'yes-no' || isYesNo(c.choices), '.choices', 'yesNo'],
  ];
  const failed = checks.find(([ok]) => !ok);
  return failed && { part: failed[1], code: failed[2] };
}

const isYesNo = (choices: Readonly<Record<string, string>> = {}): boolean => {
  const values = Object.values(choices);
  return values.length > 0 && values.every((v) => v === 'yes' || v === 'no');
};
