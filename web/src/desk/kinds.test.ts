import { describe, expect, it } from 'vitest';
import { speech } from '../words/language.svelte';
import type { RulebookView } from '../core/types';
import { bookOf, distinct, kindKey, kindsByTitle, kindTitles, stateTitles } from './kinds';

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

  it('by a bare name are all that have it, and by a title that two have none', () => {
    const kind = (name: string, title: string, state: string) => ({ name, title: t(title), states: [{ name: 'made', title: t(state) }], actions: [] });
    const books = [{ kinds: [kind('part', 'Span', 'Cast'), kind('whole', 'Works', 'Done')] }, { kinds: [kind('part', 'Ring', 'Set'), kind('all', 'Works', 'Done')] }] as unknown as RulebookView[];
    expect([kindTitles(books, 'part'), kindTitles(books, 'whole'), kindTitles(books, 'none')]).toEqual(['Span / Ring', 'Works', 'none']);
    expect([stateTitles(books, ['part'], 'made'), stateTitles(books, ['whole'], 'made'), stateTitles(books, [], 'lost')]).toEqual(['Cast / Set', 'Done', 'lost']);
    expect(Object.fromEntries(kindsByTitle(books))).toEqual({ span: 'part', ring: 'part', works: '', part: 'part', whole: 'whole', all: 'all' });
  });
});
