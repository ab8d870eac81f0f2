import { describe, expect, it } from 'vitest';
import glossary from '../../../docs/glossary.md?raw';
import { faultWords } from '../desk/import/faults';
import { fill, type Area } from './language.svelte';

/** Every area: what a file of this folder exports under the name "words". */
const files = import.meta.glob<{ words?: Area<string> }>(['./*.ts', '!./*.test.ts', '!./language.svelte.ts', '!./i18n.ts', '!./time.ts'], { eager: true });
const areas = Object.entries(files).map(([file, m]) => [file, m.words] as const);
const holes = (s: string): string[] => [...s.matchAll(/\{(\w+)(?::[^}]*)?\}/g)].map((m) => m[1]!).sort();

/** What the glossary rejects: the last column of its table. */
const rejected = glossary.split('\n').filter((line) => /^\| (?!English|---)/.test(line)).flatMap((line) => line.split('|')[5]!.split(',').map((w) => w.trim()).filter((w) => w !== ''));
const rejects = (text: string): string[] => rejected.filter((w) => text.toLowerCase().includes(w));


/** Words that are the same in both languages: what a thing is called by everybody. */
const shared = /^[\s\d±·#%./:—→{}\w-]*$/;

describe.each(areas)('%s', (file, area) => {
  it('exports its words', () => expect(area, `${file} exports no "words"`).toBeDefined());
  if (area === undefined) return;

  it('has both languages for each', () => {
    expect(Object.keys(area.zh).sort()).toEqual(Object.keys(area.en).sort());
    for (const word of Object.keys(area.en)) {
      const [en, zh] = [area.en[word]!, area.zh[word]!];
      expect(en.trim(), word).not.toBe('');
      expect(zh.trim(), word).not.toBe('');
      expect(holes(zh), word).toEqual(holes(en));
      expect(en.replace('中文', ''), word).not.toMatch(/\p{Script=Han}/u);
      if (!shared.test(zh)) expect(zh, word).toMatch(/\p{Script=Han}/u);
    }
  });

  it('writes Chinese with Chinese marks', () => {
    for (const [word, zh] of Object.entries(area.zh)) expect(zh, word).not.toMatch(/\p{Script=Han}[,;:?!]/u);
  });
});

describe('the glossary', () => {
  it('rejects words', () => expect(rejected).toEqual(expect.arrayContaining(['单件', '地点', 'let go'])));

  it('is kept by what all pages say', () => {
    const all = [...areas.flatMap(([, a]) => (a === undefined ? [] : [...Object.values(a.en), ...Object.values(a.zh)])), ...Object.values(faultWords).flatMap((t) => [t.en, t.zh])];
    expect(all.filter((text) => rejects(text).length > 0)).toEqual([]);
  });
});

it('counts one and many', () => {
  expect([1, '1', 0, '1 000'].map((n) => fill('{n:event|events} here', { n }))).toEqual(['1 event here', '1 event here', '0 events here', '1 000 events here']);
  expect(fill('{n:event|events}, {m}', {})).toBe('{n:event|events}, {m}');
});
