import { untrack } from 'svelte';
import { fill, keepLanguage, preferredLanguage, textIn, type Language, type Values } from './i18n';
import { store } from '../core/store';
import type { Text } from '../core/types';

export { fill, type Language, type Values } from './i18n';

/** The reader's language: one for the whole page, kept on the phone. */
class Speech {
  language = $state<Language>(preferredLanguage(store(), typeof navigator === 'undefined' ? [] : navigator.languages));
}

export const speech = new Speech();

export function chooseLanguage(language: Language): void {
  speech.language = language;
  keepLanguage(store(), language);
}

let named = $state.raw<{ readonly titles: ReadonlyMap<string, Text>; readonly ids: RegExp } | undefined>(undefined);

/**
 * Tells what organisations are called. The ledger's refusals name them by MSP ids, which no reader knows: `text` puts the names
 * in their place. Only ids that end in MSP, as Fabric's do, are taken for one: another may be a word of the sentence.
 */
export function nameOrganisations(list: readonly { readonly mspId: string; readonly title: Text }[]): void {
  const known = list.filter((o) => /^\w+MSP$/.test(o.mspId) && textIn('en', o.title) !== '');
  named = known.length === 0 ? undefined : { titles: new Map(known.map((o) => [o.mspId, o.title])), ids: new RegExp(`\\b(?:${known.map((o) => o.mspId).join('|')})\\b`, 'g') };
}

let books = $state.raw<ReadonlyMap<string, Text>>(new Map());

/** Tells what rulebooks are called: refusals name them with their versions, as "forestation@1". */
export function nameRulebooks(list: readonly { readonly name: string; readonly title: Text }[]): void {
  const fresh = list.filter((b) => !untrack(() => books).has(b.name));
  if (fresh.length > 0) books = new Map([...untrack(() => books), ...fresh.map((b): [string, Text] => [b.name, b.title])]);
}

/** A rulebook's version in words; undefined of one that nobody named. */
function rulebookNamed(ref: string): string | undefined {
  const title = books.get(ref) ?? [...books].find(([name]) => name.split('@')[0] === ref.split('@')[0])?.[1];
  const version = ref.split('@')[1] ?? '';
  return title && (speech.language === 'zh' ? `《${textIn('zh', title)}》第 ${version} 版` : `“${textIn('en', title)}”, version ${version}`);
}

/** Names one after the other, with the mark of the reader's language between. */
export const listed = (names: readonly string[]): string => names.join(speech.language === 'zh' ? '、' : ', ');

/** Sentences one after the other: Chinese has no space between them. */
export const sentences = (all: readonly string[]): string => all.join(speech.language === 'zh' ? '' : ' ');

/** A text of the ledger in the reader's language. */
export const text = (t: Text | undefined): string => {
  const said = textIn(speech.language, t).replace(/(?<![\w@.])[a-z][a-z0-9-]*@\d+(?![\w.@])/g, (ref) => rulebookNamed(ref) ?? ref);
  return named === undefined ? said : said.replace(named.ids, (id) => textIn(speech.language, named?.titles.get(id)));
};

/** The words of one area of the pages in both languages. Chinese has exactly the words that English has, or nothing compiles. */
export interface Area<W extends string> {
  readonly en: Readonly<Record<W, string>>;
  readonly zh: Readonly<Record<W, string>>;
  /** The sentence in the reader's language. Read in a component, it follows the language. */
  readonly say: (word: W, values?: Values) => string;
  /** The sentence in both, where it goes into something that is kept. */
  readonly both: (word: W, values?: Values | { readonly en: Values; readonly zh: Values }) => Text;
}

export function area<const E extends Readonly<Record<string, string>>>(
  en: E,
  zh: { readonly [K in keyof E]: string },
): Area<keyof E & string> {
  type W = keyof E & string;
  const own = (values: Values | { en: Values; zh: Values } | undefined, language: Language): Values =>
    values === undefined ? {} : typeof values.en === 'object' ? (values as { en: Values; zh: Values })[language] : (values as Values);
  return {
    en: en as Readonly<Record<W, string>>,
    zh: zh as Readonly<Record<W, string>>,
    say: (word, values) => fill((speech.language === 'zh' ? zh : en)[word] as string, values),
    both: (word, values) => ({ en: fill(en[word] as string, own(values, 'en')), zh: fill(zh[word] as string, own(values, 'zh')) }),
  };
}
