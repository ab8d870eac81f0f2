import { describe, expect, it } from 'vitest';
import { speech } from '../words/language.svelte';
import { bookOf, distinct, kindKey } from './kinds';

const t = (en: string) => ({ en, zh: en });

describe('kinds', () => {
  it('of one name in two rulebooks are two, and say whose they are', () => {
    speech.language = 'en';
    const kinds = [
      { rulebook: 'floodway', works: t('Flood protection'), kind: 'unit-works', kindTitle: t('Unit works') },
      { rulebook: 'building', works: t('Building'), kind: 'unit-works', kindTitle: t('Unit works') },
      { rulebook: 'building', works: t('Building'), kind: 'column', kindTitle: t('Column') },
    ];
    expect(new Set(kinds.map(kindKey)).size).toBe(3);
    expect(Object.fromEntries(distinct(kinds))).toEqual({ 'floodway/unit-works': 'Unit works · Flood protection', 'building/unit-works': 'Unit works · Building', 'building/column': 'Column' });
    expect(Object.fromEntries(distinct([kinds[0]!, kinds[0]!])), 'the same twice is one').toEqual({ 'floodway/unit-works': 'Unit works' });
    expect(bookOf('floodway@2')).toBe('floodway');
  });
});
