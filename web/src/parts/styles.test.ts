import { describe, expect, it } from 'vitest';

const read = (files: Record<string, unknown>): [string, string][] => Object.entries(files as Record<string, string>);
const sheets = read(import.meta.glob('../**/*.css', { query: '?raw', import: 'default', eager: true }));
const parts = read(import.meta.glob('../**/*.svelte', { query: '?raw', import: 'default', eager: true }));

describe('styles', () => {
  // "wide" is a column that a narrow screen leaves out, and a button as wide as its column.
  it('that hold everywhere hide columns, and no button that bears the same class', () => {
    const hiding = sheets.flatMap(([file, css]) => [...css.matchAll(/([^{}]*)\{\s*display:\s*none/g)].map((m) => `${file}: ${m[1]!.trim()}`));
    expect(hiding.length).toBeGreaterThan(2);
    expect(hiding.filter((h) => /\.(wide|button|actions|primary)\b/.test(h) && !/:is\(th, td\)\.wide$/.test(h))).toEqual([]);
  });

  it('every dialog says what can be done in it', () => {
    const dialogs = parts.flatMap(([file, svelte]) => [...svelte.matchAll(/<Dialog[^]*?<\/Dialog>/g)].map((m) => [file, m[0]] as const));
    expect(dialogs.length).toBeGreaterThan(8);
    expect(dialogs.filter(([, d]) => !d.includes('{#snippet actions()}')).map(([file]) => file)).toEqual([]);
  });
});
