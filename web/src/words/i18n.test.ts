import { describe, expect, it } from 'vitest';
import { keepLanguage, preferredLanguage, textIn } from './i18n';

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

it('falls back to the other language', () => {
  expect(textIn('zh', { en: 'Tree', zh: '' })).toBe('Tree');
  expect(textIn('en', { en: '', zh: '树' })).toBe('树');
  expect(textIn('en', undefined)).toBe('');
});
