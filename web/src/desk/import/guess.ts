import type { ActionView, KindView, RuleField, RulebookView } from '../../core/types';
import { layoutOf } from './layout';
import { marksOf, writtenIn } from './marks';
import { unitsLike } from './number';
import { beyondTables } from './problems';
import type { Cell, Format, Mapping, Row } from './types';

/** What rows may become: an action that creates things and asks nothing that no table gives. */
export interface Choice {
  readonly book: RulebookView;
  readonly kind: KindView;
  readonly action: ActionView;
}

/** What a role may import under the current rulebooks. */
export function choicesOf(books: readonly RulebookView[], role: string | undefined): Choice[] {
  return books.flatMap((book) =>
    book.kinds.flatMap((kind) =>
      kind.actions
        .filter((action) => action.creates && beyondTables(action).length === 0 && !('under' in kind) && role !== undefined && action.by.includes(role))
        .map((action) => ({ book, kind, action })),
    ),
  );
}

export const choiceId = (c: { readonly book: { readonly name: string }; readonly kind: { readonly name: string }; readonly action: { readonly name: string } }): string => `${c.book.name}/${c.kind.name}/${c.action.name}`;

/** Letters and digits alone, in one case: "DBH (cm)" is dbhcm. */
export const plain = (s: string): string => s.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

const unitWords: Readonly<Record<string, string>> = { inch: 'in', inches: 'in', foot: 'ft', feet: 'ft', yard: 'yd', yards: 'yd', acres: 'acre', ac: 'acre', sqft: 'ft2', lbs: 'lb', pounds: 'lb', 英寸: 'in', 英尺: 'ft', 英亩: 'acre', 毫米: 'mm', 厘米: 'cm', 公分: 'cm', 分米: 'dm', 米: 'm', 千米: 'km', 公里: 'km', 亩: 'mu', 公顷: 'ha', 平方米: 'm2', 立方米: 'm3', 克: 'g', 公斤: 'kg', 千克: 'kg', 吨: 't', 元: 'yuan', 分: 'fen' };

/** The unit that a heading ends with: "Height (m)", "dbh_cm", "胸径（厘米）". */
export function unitIn(column: string): { readonly name: string; readonly unit: string | undefined } {
  const found = /^(.*?)[\s_([（【]+([A-Za-z]{1,6}[23²³]?|[\u4e00-\u9fff]{1,3})[)\]）】]?\s*$/.exec(column.normalize('NFC'));
  const word = found?.[2]?.replace('²', '2').replace('³', '3') ?? '';
  const unit = unitWords[word] ?? unitWords[word.toLowerCase()] ?? (unitsLike(word).length > 0 ? word : undefined);
  return unit === undefined ? { name: column, unit: undefined } : { name: found![1]!, unit };
}

export const latitudes = ['lat', 'latitude', 'y', '纬度', '北纬'];
export const longitudes = ['lon', 'lng', 'long', 'longitude', 'x', '经度', '东经'];
const keys = ['id', 'no', 'number', 'code', 'key', 'treeid', '编号', '序号', '台账编号', '树号'];
const layouts = ['yyyy-MM-dd', 'yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd HH:mm', 'dd/MM/yyyy', 'MM/dd/yyyy', 'd/M/yyyy', 'M/d/yyyy', 'yyyy/MM/dd', 'yyyy/M/d', 'yyyy/M/d HH:mm', 'yyyyMMdd', 'yyyy年M月d日', 'dd.MM.yyyy'].map((spelled) => layoutOf(spelled)!);

/** A mapping to begin with, from the names of the columns and what stands in them. A person looks at it before anything happens. */
export function guess(file: string, format: Format, heading: readonly string[], rows: readonly Row[], { book, kind, action }: Choice, zone: string): Mapping {
  const named = heading.filter((h) => h !== '' && h !== 'rootline-error');
  const sample = (column: string): string[] => rows.filter((r) => r.fault === undefined).map((r) => (r.cells[heading.indexOf(column)] ?? '').trim()).filter((c) => c !== '');
  const find = (names: readonly string[]): string | undefined => named.find((c) => names.includes(plain(c)) || names.includes(plain(unitIn(c).name)));
  const [lat, lon] = [find(latitudes), find(longitudes)];
  // A table that is to be mended has a few cells that fit nothing.
  const most = rows.filter((r) => r.fault === undefined).length * 0.9;
  const unique = named.filter((c) => most > 0 && new Set(sample(c)).size >= most && c !== lat && c !== lon);
  const key = unique.find((c) => keys.includes(plain(c))) ?? unique.find((c) => keys.some((k) => plain(c).endsWith(k))) ?? unique[0];
  const dated = named.map((column) => ({ column, fits: layoutsLike(sample(column)) })).find(({ fits }) => fits.length > 0);
  const data: Record<string, Cell> = {};
  for (const field of action.asks.data ?? []) {
    const column = find([plain(field.name), plain(field.title.en), plain(field.title.zh)].filter((n) => n !== ''));
    if (column !== undefined) data[field.name] = cellFor(field, column, sample(column), writtenIn(rows, heading.indexOf(column)));
  }
  const asksPlace = action.asks.place !== 'no';
  return {
    source: slug(file), about: '', rulebook: book.name, kind: kind.name, action: action.name, table: format,
    key: key === undefined ? [] : [key],
    // A day that may be another one, and a time that the table does not have, are for a person to say.
    at: dated === undefined ? {} : { column: dated.column, layout: dated.fits.length === 1 ? dated.fits[0]!.layout : '', zone },
    ...(asksPlace && (action.asks.place === 'required' || (lat !== undefined && lon !== undefined)) && { position: { lat: lat ?? '', lon: lon ?? '' } }),
    data,
  };
}

/** How dates of a column may be written, with what its first cell is then: more than one where they read it as different days. */
export function layoutsLike(cells: readonly string[]): readonly { readonly layout: string; readonly cell: string; readonly read: string }[] {
  const fits = layouts.map((layout) => ({ layout, read: cells.map((c) => layout.read(c)) })).map((f) => ({ ...f, n: f.read.filter((r) => r !== undefined).length }));
  const most = Math.max(0, ...fits.map((f) => f.n));
  if (most === 0 || most < cells.length * 0.9) return [];
  const different: typeof fits = [];
  for (const f of fits) if (f.n === most && !different.some((d) => d.read.every((r, i) => r === f.read[i]))) different.push(f);
  // The first cell on which they differ tells them apart.
  const at = Math.max(0, cells.findIndex((_, i) => new Set(different.map((d) => d.read[i])).size > 1));
  return different.map(({ layout, read }) => ({ layout: layout.spelled, cell: cells[at]!, read: read[at] === undefined ? '' : new Date(read[at]).toISOString().slice(0, 10) }));
}

/** A name of a data set from the name of its file. */
export function slug(file: string): string {
  const base = file.replace(/(\.(csv|tsv|txt|xlsx|gz))+$/i, '').normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '');
  return base.slice(0, 40) || 'table';
}

/** How a column fills a field of the rulebook. `written` are its cells without those that a workbook holds as numbers. */
export function cellFor(field: RuleField, column: string, sample: readonly string[], written: readonly string[] = sample): Cell {
  switch (field.type) {
    case 'integer': {
      if (field.unit === 'year') return { column, type: 'year' };
      const { mark } = marksOf(written);
      const marked = mark !== undefined && { decimal: mark };
      if (unitsLike(field.unit ?? '').length === 0) return { column, type: 'integer', ...marked };
      const unit = unitIn(column).unit;
      const fits = unit !== undefined && unitsLike(field.unit!).includes(unit);
      // A unit that the heading does not say is asked, never taken to be the rulebook's.
      return { column, type: 'integer', ...(fits && { from: unit }), to: field.unit!, ...marked };
    }
    case 'bool':
      return { column, type: 'yes-no', choices: yesNo(sample) };
    default:
      return { column, ...(field.choices !== undefined && field.choices.length > 0 && spoken(field, sample)) };
  }
}

const yes = new Set(['yes', 'y', 'true', '1', '是', '有']);

const yesNo = (sample: readonly string[]): Record<string, string> => {
  const found = [...new Set(sample)].slice(0, 8);
  return found.length === 0 ? { yes: 'yes', no: 'no' } : Object.fromEntries(found.map((c) => [c, yes.has(c.toLowerCase()) ? 'yes' : 'no']));
};

/** Choices by their titles, where the table has those. */
function spoken(field: RuleField, sample: readonly string[]): Pick<Cell, 'choices'> {
  const all = field.choices ?? [];
  const found = [...new Set(sample)];
  if (found.every((c) => all.some((o) => o.value === c))) return {};
  const known = found.flatMap((c): [string, string][] => {
    const of = all.find((o) => [o.value, o.title.en, o.title.zh].some((t) => plain(t) === plain(c)));
    return of === undefined ? [] : [[c, of.value]];
  });
  return known.length === 0 ? {} : { choices: Object.fromEntries([...all.map((o): [string, string] => [o.value, o.value]), ...known]) };
}
