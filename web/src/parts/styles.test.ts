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
    expect(dialogs.length).toBeGreaterThan(4);
    expect(dialogs.filter(([, d]) => !d.includes('{#snippet actions()}')).map(([file]) => file)).toEqual([]);
  });

  // What asks before something is done is parts/Ask.svelte; a dialog of its own is for what is more than a question.
  it('the buttons of every dialog stand in one order: what leads back first, what does it last', () => {
    const own = parts.flatMap(([file, svelte]) => [...svelte.matchAll(/<Dialog[^]*?<\/Dialog>/g)].map((m) => [file, m[0]] as const));
    expect(own.map(([file]) => file.replace(/^.*\//, '')).sort()).toEqual(['Ask.svelte', 'BankFile.svelte', 'PlacePicker.svelte', 'ProveSet.svelte', 'ScanDialog.svelte', 'SeriesScan.svelte']);
    const firstDoes = own.filter(([, d]) => [...d.matchAll(/\{#snippet actions\(\)\}([^]*?)\{\/snippet\}/g)].some(([, actions]) => /^[^]*?<Button[^>]*look="primary"[^]*<Button/.test(actions!) && actions!.indexOf('look="primary"') < actions!.indexOf('<Button', actions!.indexOf('<Button') + 1)));
    expect(firstDoes.map(([file]) => file)).toEqual([]);
  });

  // How a state of an item looks is app/StateSign.svelte's to say, from works/signs.ts.
  it('the state of an item has one colour and one shape on every page', () => {
    expect(parts.filter(([, svelte]) => svelte.includes('<StateSign')).length).toBeGreaterThan(10);
    expect(parts.filter(([, svelte]) => /<StateMark[^>]*stateTitle/.test(svelte)).map(([file]) => file.replace(/^.*\//, ''))).toEqual([]);
    const hatches = parts.find(([file]) => file.endsWith('/Hatches.svelte'))![1];
    const ground = hatches.slice(hatches.indexOf('<style>'));
    expect([...ground.matchAll(/\.(\w+) (?:\.\w+|path) \{\s*(?:fill|stroke): var\(--look-(\w+)\)/g)].map((m) => [m[1], m[2]])).toEqual(['open', 'working', 'passed', 'accepted', 'failed'].map((l) => [l, l]));
    expect(ground).not.toMatch(/var\(--(?:water|waiting|accepted|refused|asleep)\)/);
  });

  it('Cancel is one word', () => {
    const asking = parts.filter(([, svelte]) => /<Dialog\b/.test(svelte) && /say\('(keep|back|cancel)'\)/.test(svelte.replace(/dialog\.say\('cancel'\)/g, '')));
    expect(asking.map(([file]) => file.replace(/^.*\//, '')).filter((f) => f !== 'Ask.svelte' && f !== 'ProveSet.svelte' /* a job is cancelled there */)).toEqual([]);
  });
});
