import { describe, expect, it } from 'vitest';
import { dictionaries, keepLanguage, preferredLanguage, say, textIn, type Word } from './i18n';

const holes = (s: string): string[] => (s.match(/\{\w+\}/g) ?? []).sort();

describe('dictionaries', () => {
  const words = Object.keys(dictionaries.en) as Word[];

  it('have the same words', () => {
    expect(Object.keys(dictionaries.zh).sort()).toEqual([...words].sort());
  });

  it.each(words)('say %s in both, with the same values', (word) => {
    expect(dictionaries.en[word].trim()).not.toBe('');
    expect(dictionaries.zh[word].trim()).not.toBe('');
    expect(holes(dictionaries.zh[word])).toEqual(holes(dictionaries.en[word]));
  });

  it('are in the language that they say', () => {
    for (const word of words) {
      expect(dictionaries.en[word], word).not.toMatch(/\p{Script=Han}/u);
      expect(dictionaries.zh[word], word).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('language', () => {
  const kept = (value: string | null) => ({ getItem: () => value });
  const forbidding = {
    getItem: () => {
      throw new Error('SecurityError');
    },
    setItem: () => {
      throw new Error('SecurityError');
    },
  };

  it.each([
    ['zh', ['en'], 'zh'],
    [null, ['zh-Hans-CN', 'en'], 'zh'],
    [null, ['fr', 'ZH-tw'], 'zh'],
    [null, ['fr', 'de'], 'en'],
    ['klingon', ['en-GB', 'zh'], 'en'],
    [null, [], 'en'],
  ] as const)('kept %j, browser %j: %s', (value, browser, want) => {
    expect(preferredLanguage(kept(value), browser)).toBe(want);
  });

  it('works where storage is forbidden', () => {
    expect(preferredLanguage(forbidding, ['zh'])).toBe('zh');
    expect(() => keepLanguage(forbidding, 'en')).not.toThrow();
    expect(preferredLanguage(null, [])).toBe('en');
  });
});

describe('say', () => {
  it('fills in values and leaves unknown ones visible', () => {
    expect(say('en', 'feedNew', { count: '3' })).toBe('Show 3 new');
    expect(say('en', 'feedNew')).toBe('Show {count} new');
  });
  it('falls back to the other language', () => {
    expect(textIn('zh', { en: 'Tree', zh: '' })).toBe('Tree');
    expect(textIn('en', { en: '', zh: '树' })).toBe('树');
    expect(textIn('en', undefined)).toBe('');
  });
});
