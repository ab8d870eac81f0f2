import type { RuleField, Value } from '../../core/types';
import type { Made } from './plan';

/** What was read in a column of numbers, from the smallest to the largest. */
export interface Amounts {
  readonly field: RuleField;
  readonly least: number;
  readonly most: number;
}

/** What the rows that can be recorded have in each field of numbers: who signs them is told it in words before. */
export function amountsOf(rows: readonly { readonly made: Made }[], fields: readonly RuleField[]): Amounts[] {
  return fields.flatMap((field) => {
    if (field.type !== 'integer' || field.unit === 'year') return [];
    const read = rows.flatMap(({ made }) => {
      const value = 'event' in made ? (made.event.data as Readonly<Record<string, Value>> | undefined)?.[field.name] : undefined;
      return typeof value === 'number' ? [value] : [];
    });
    return read.length === 0 ? [] : [{ field, least: Math.min(...read), most: Math.max(...read) }];
  });
}
