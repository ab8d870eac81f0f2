import type { KindView, Text } from '../../core/types';
import { words as desk } from '../../words/desk';
import { words } from '../../words/lists';

/** A column of a list of items. The code is always the first, and is not among them. */
export interface Column {
  readonly name: string;
  readonly title: string;
  /** Numbers stand at the right. */
  readonly number?: boolean;
  /** What the table of an export calls it, where that is several columns or another name. */
  readonly exported?: readonly string[];
}

/** What a list shows when nobody chose: on a phone the first three. */
export const standard = (page: 'items' | 'lots'): readonly string[] =>
  page === 'lots' ? ['kind', 'state', 'name', 'left', 'total', 'place', 'custodian', 'changed'] : ['kind', 'state', 'name', 'place', 'custodian', 'changed'];

/** Every column there is: those of all items, and the fields of the one kind that is asked for. */
export function columnsOf(kind: KindView | undefined, text: (t: Text | undefined) => string): Column[] {
  const [d, l] = [desk.say, words.say];
  const fixed: Column[] = [
    { name: 'kind', title: d('kind') },
    { name: 'state', title: d('state') },
    { name: 'name', title: d('name'), exported: [] },
    { name: 'place', title: d('place') },
    { name: 'position', title: l('position'), number: true, exported: ['lat', 'lon'] },
    { name: 'custodian', title: d('holder') },
    { name: 'maker', title: d('maker') },
    { name: 'lot', title: d('lot') },
    { name: 'left', title: d('left'), number: true },
    { name: 'total', title: d('amount'), number: true, exported: ['total', 'unit'] },
    { name: 'tags', title: l('tags') },
    { name: 'changed', title: d('changed'), number: true },
  ];
  const fields = (kind?.fields ?? []).map((f): Column => ({ name: `field.${f.name}`, title: text(f.title) || f.name, number: f.type === 'integer' }));
  return [...fixed, ...fields];
}

/** The columns of an address, in the order in which they stand there; unknown names are left out. */
export function chosen(cols: string, page: 'items' | 'lots', all: readonly Column[]): Column[] {
  const names = cols === '' ? standard(page) : cols.split(',');
  return names.flatMap((n) => all.find((c) => c.name === n) ?? []);
}

/** Puts a column in or takes it out; '' when it is the standard again. */
export function toggled(cols: string, page: 'items' | 'lots', all: readonly Column[], name: string): string {
  const names = chosen(cols, page, all).map((c) => c.name);
  const next = names.includes(name) ? names.filter((n) => n !== name) : [...names, name];
  return next.join() === standard(page).join() ? '' : next.join();
}

/** The names of an export's columns. */
export const exportColumns = (columns: readonly Column[]): string => ['code', ...columns.flatMap((c) => c.exported ?? [c.name])].join();
