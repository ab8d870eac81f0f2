import { fill, preferredLanguage, type Language, type Values } from '../words/i18n';
import { words, type Word } from '../words/verify';

/** The language of the page, which is kept nowhere: a page from disk shares its storage with others. */
export const speech: { language: Language } = { language: preferredLanguage(null, navigator.languages) };

export const say = (word: Word, values?: Values): string => fill(words[speech.language][word], values);

/** The one of two texts that the reader reads; the other where it is missing. */
export const either = (t: { readonly en: string; readonly zh: string }): string => (speech.language === 'zh' ? t.zh || t.en : t.en || t.zh);

/** A moment in the reader's zone, with the zone. */
export const moment = (ms: number): string =>
  new Intl.DateTimeFormat(speech.language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'long' }).format(ms);

export const count = (n: number): string => new Intl.NumberFormat(speech.language === 'zh' ? 'zh-CN' : 'en-GB').format(n);
