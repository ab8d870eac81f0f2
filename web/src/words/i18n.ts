import type { Text } from '../core/types';

export type Language = 'en' | 'zh';

const key = 'rootline.language';

/** The reader's own choice if they made one, else the first of the browser's languages that the page speaks. */
export function preferredLanguage(store: Pick<Storage, 'getItem'> | null, wanted: readonly string[]): Language {
  const kept = attempt(() => store?.getItem(key));
  if (kept === 'en' || kept === 'zh') return kept;
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'en' || primary === 'zh') return primary;
  }
  return 'en';
}

/** Keeps the choice; a browser that keeps nothing still shows it until the page is left. */
export function keepLanguage(store: Pick<Storage, 'setItem'> | null, language: Language): void {
  attempt(() => store?.setItem(key, language));
}

/** A text of the ledger in the reader's language, or in the other where that one is empty. */
export const textIn = (language: Language, text: Text | undefined): string =>
  (language === 'zh' ? text?.zh || text?.en : text?.en || text?.zh) ?? '';

/** What {names} in a sentence are filled with. */
export type Values = Readonly<Record<string, string | number>>;

/** Fills {names} in; a name without a value stays visible. {n:event|events} is the number with the word in its form for one or for more. */
export const fill = (sentence: string, values: Values = {}): string =>
  sentence.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (hole, name: string, one?: string, many?: string) => {
    if (values[name] === undefined) return hole;
    const value = String(values[name]);
    return one === undefined ? value : `${value} ${value === '1' ? one : many}`;
  });

/** Storage throws where a browser forbids it. */
function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}
