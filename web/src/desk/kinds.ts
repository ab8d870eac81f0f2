import type { RulebookView, Text } from '../core/types';
import { text } from '../words/language.svelte';

export { bookOf } from '../core/book';

/** A kind of a rulebook. Its name alone is no identity: two rulebooks may have kinds of one name, and of one title. */
export interface KindOfBook {
  /** Without its version. */
  readonly rulebook: string;
  readonly works: Text;
  readonly kind: string;
  readonly kindTitle: Text;
}

/** What tells one kind from all others. */
export const kindKey = (k: Pick<KindOfBook, 'rulebook' | 'kind'>): string => `${k.rulebook}/${k.kind}`;

/** The titles of kinds, by their keys; of those with one title each says whose it is. In the reader's language. */
export function distinct(kinds: readonly KindOfBook[]): Map<string, string> {
  const same = new Map<string, Set<string>>();
  for (const k of kinds) same.set(text(k.kindTitle), (same.get(text(k.kindTitle)) ?? new Set()).add(kindKey(k)));
  return new Map(kinds.map((k) => [kindKey(k), same.get(text(k.kindTitle))!.size > 1 ? `${text(k.kindTitle)} · ${text(k.works) || k.rulebook}` : text(k.kindTitle) || k.kind]));
}

const each = (titles: readonly string[]): string => [...new Set(titles.filter((t) => t !== ''))].join(' / ');

/**
 * What a bare name of a kind stands for: all titles that rulebooks have for it. Only where nothing says whose kind it is, as in
 * the plan that the ledger keeps with a place, which goes by bare names.
 */
export const kindTitles = (books: readonly RulebookView[], name: string): string =>
  each(books.flatMap((b) => b.kinds).filter((k) => k.name === name).map((k) => text(k.title))) || name;

/** The same for a bare name of a state, of the kinds of those names, or of all. */
export const stateTitles = (books: readonly RulebookView[], kinds: readonly string[], name: string): string =>
  each(books.flatMap((b) => b.kinds).filter((k) => kinds.length === 0 || kinds.includes(k.name)).flatMap((k) => k.states).filter((s) => s.name === name).map((s) => text(s.title))) || name;

/** The names of kinds by what a person may call them, in lower case; '' for a title that kinds of several names have. */
export function kindsByTitle(books: readonly RulebookView[]): Map<string, string> {
  const kinds = books.flatMap((b) => b.kinds);
  const found = new Map<string, string>();
  for (const k of kinds) for (const title of [k.title.en, k.title.zh].map((t) => t.toLowerCase())) found.set(title, [k.name, undefined].includes(found.get(title)) ? k.name : '');
  for (const k of kinds) found.set(k.name.toLowerCase(), k.name);
  return found;
}
