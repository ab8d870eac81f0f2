import { describe, expect, it } from 'vitest';
import type { Area } from './language.svelte';

/** Every area: what a file of this folder exports under the name "words". */
const files = import.meta.glob<{ words?: Area<string> }>(['./*.ts', '!./*.test.ts', '!./language.svelte.ts'], { eager: true });
const areas = Object.entries(files).map(([file, m]) => [file, m.words] as const);
const holes = (s: string): string[] => (s.match(/\{\w+\}/g) ?? []).sort();

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
