import type { ActionView, KindView, RulebookView } from '../../core/types';
import { CellReader } from './cell';
import { encodings } from './encodings';
import { isZone, layoutOf } from './layout';
import { MappingError } from './mappingWords';
import type { Mapping } from './types';

export const kindOf = (m: Mapping, book: RulebookView): KindView | undefined => book.kinds.find((k) => k.name === m.kind);

/** The action that the rows become, when it creates things. */
export const actionOf = (m: Mapping, book: RulebookView): ActionView | undefined => kindOf(m, book)?.actions.find((a) => a.name === m.action && a.creates);

/** What an action asks that no table gives. */
export function beyondTables(a: ActionView): string[] {
  const { asks } = a;
  const needs: readonly [boolean, string][] = [
    [asks.amount === 'required', 'amount'], [(asks.evidence ?? 0) > 0, 'evidence'], [(asks.inputs?.min ?? 0) > 0, 'inputs'], [(asks.refs?.min ?? 0) > 0, 'refs'],
    [asks.list === true, 'list'], [asks.into === true, 'into'], [asks.tag !== undefined, 'tag'], [asks.corrects === true, 'corrects'],
    ...(asks.data ?? []).filter((f) => !f.optional && (f.type === 'integers' || f.type === 'strings' || f.type === 'entries')).map((f): [boolean, string] => [true, f.name]),
  ];
  return needs.flatMap(([is, what]) => (is ? [what] : []));
}

const isName = (s: string): boolean => /^[a-z][a-z0-9-]{0,39}$/.test(s);
const isMoment = (s: string): boolean => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/.test(s) && s >= '1970' && Number.isFinite(Date.parse(s)) && new Date(s).toISOString().slice(0, 19) === s.slice(0, 19);

/** All that is wrong with a mapping for a table; with a rulebook, also by what its action asks. */
export function problemsOf(m: Mapping, heading: readonly string[] | undefined, book: RulebookView | undefined): MappingError[] {
  const found: MappingError[] = [...ownProblems(m), ...momentProblems(m)];
  for (const name of Object.keys(m.data).sort()) {
    try {
      new CellReader(name, m.data[name]!);
    } catch (e) {
      found.push(e as MappingError);
    }
  }
  if (heading !== undefined) found.push(...columnProblems(m, heading));
  if (book !== undefined) found.push(...bookProblems(m, book));
  return found;
}

function ownProblems(m: Mapping): MappingError[] {
  const p = m.position;
  const accuracy = p?.accuracy ?? 0;
  const checks: readonly [boolean, string, ConstructorParameters<typeof MappingError>[1]][] = [
    [isName(m.source), 'source', 'source'],
    [/^[a-z][a-z0-9-]{0,39}@[1-9][0-9]{0,5}$/.test(m.rulebook) && !m.rulebook.startsWith('registry@'), 'rulebook', 'rulebook'],
    [isName(m.kind), 'kind', 'kind'],
    [isName(m.action), 'action', 'action'],
    [m.key.length > 0 && m.key.every((k) => k !== ''), 'key', 'key'],
    [(m.table.delimiter ?? '').length <= 1, 'table.delimiter', 'character'],
    [(m.table.comment ?? '').length <= 1, 'table.comment', 'character'],
    [['', ...encodings].includes(m.table.encoding ?? ''), 'table.encoding', 'encoding'],
    [m.table.heading === undefined || (Number.isInteger(m.table.heading) && m.table.heading >= 1 && m.table.heading <= 100), 'table.heading', 'headingRow'],
    [p === undefined || (p.lat !== '' && p.lon !== ''), 'position', 'position'],
    [Number.isInteger(accuracy) && accuracy >= 0 && accuracy <= 10_000, 'position.accuracy', 'accuracy'],
    [!m.at.column !== !m.at.constant, 'at', 'either'],
  ];
  return checks.flatMap(([ok, where, code]) => (ok ? [] : [new MappingError(where, code)]));
}

function momentProblems({ at }: Mapping): MappingError[] {
  const found: MappingError[] = [];
  for (const part of ['constant', 'otherwise'] as const) if (at[part] && !isMoment(at[part])) found.push(new MappingError(`at.${part}`, 'instant'));
  if (at.column && layoutOf(at.layout ?? '') === undefined) found.push(new MappingError('at.layout', 'layout'));
  if (at.column && !isZone(at.zone ?? '')) found.push(new MappingError('at.zone', 'zone', { name: at.zone ?? '' }));
  return found;
}

function columnProblems(m: Mapping, heading: readonly string[]): MappingError[] {
  const named: readonly [string, string | undefined][] = [
    ...m.key.map((k): [string, string] => ['key', k]), ['at', m.at.column], ['position', m.position?.lat], ['position', m.position?.lon],
    ...Object.entries(m.data).map(([name, c]): [string, string | undefined] => [`data.${name}`, c.column]),
  ];
  return named.flatMap(([where, column]) => {
    if (!column) return [];
    if (!heading.includes(column)) return [new MappingError(where, 'columns', { names: `“${column}”` })];
    return heading.indexOf(column) < heading.lastIndexOf(column) ? [new MappingError(where, 'columnTwice', { name: column })] : [];
  });
}

function bookProblems(m: Mapping, book: RulebookView): MappingError[] {
  if (kindOf(m, book) === undefined) return [new MappingError('kind', 'noKind', { book: m.rulebook, kind: m.kind })];
  const action = actionOf(m, book);
  if (action === undefined) return [new MappingError('action', 'noAction', { action: m.action, book: m.rulebook, kind: m.kind })];
  const beyond = beyondTables(action);
  if (beyond.length > 0) return [new MappingError('action', 'tooMuch', { what: beyond.join(', ') })];
  const found: MappingError[] = [];
  const fields = action.asks.data ?? [];
  for (const [name, c] of Object.entries(m.data)) {
    const field = fields.find((f) => f.name === name);
    if (field === undefined) found.push(new MappingError(`data.${name}`, 'notAsked'));
    else if (c.to && c.to !== field.unit) found.push(new MappingError(`data.${name}.to`, 'unit', { unit: field.unit ?? '1' }));
  }
  for (const f of fields) if (!f.optional && m.data[f.name] === undefined) found.push(new MappingError(`data.${f.name}`, 'needed'));
  if (action.asks.place === 'required' && m.position === undefined) found.push(new MappingError('position', 'positionNeeded'));
  if (action.asks.place === 'no' && m.position !== undefined) found.push(new MappingError('position', 'noPosition'));
  return found;
}
