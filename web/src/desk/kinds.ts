import type { Text } from '../core/types';
import { text } from '../words/language.svelte';

/** The name of a rulebook without its version: "forestation" of "forestation@1". */
export const bookOf = (rulebook: string): string => rulebook.split('@')[0]!;

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
