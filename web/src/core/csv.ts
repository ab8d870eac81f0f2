import { shown } from './shown';

/** Where a cell may begin, what shows nothing, and a sign that begins a formula, in its wide, small and raised forms, too. */
const formula = /(^|[;\t\r\n])([\s\p{C}\p{Z}]*[=+\-@＝＋－＠﹦﹢﹣﹫⁼₌⁺₊⁻₋−])/gu;

const escaped = /(^|[;\t\r\n])'([\s\p{C}\p{Z}]*[=+\-@＝＋－＠﹦﹢﹣﹫⁼₌⁺₊⁻₋−])/gu;

/** A cell of a CSV file, as it may be shown. What a spreadsheet would take for a formula is made a text by an apostrophe before it. */
export function cell(value: string | number): string {
  const bare = shown(String(value));
  const text = typeof value === 'string' ? bare.replace(formula, "$1'$2") : bare;
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A cell that `cell` wrote, as it was: without the apostrophes that keep spreadsheets from taking it for a formula. */
export const uncell = (text: string): string => (text.includes("'") ? text.replace(escaped, '$1$2') : text);

/** RFC 4180, with the mark that lets spreadsheets read it as UTF-8. */
export const csv = (rows: readonly (readonly (string | number)[])[]): Blob =>
  new Blob(['\ufeff', ...rows.map((r) => `${r.map(cell).join(',')}\r\n`)], { type: 'text/csv;charset=utf-8' });
