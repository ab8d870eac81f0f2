import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepShown, shown } from './shown';
import vectors from './testdata/shown.json';

describe('a text as it may be shown', () => {
  it.each(vectors)('$given', ({ given, shown: want }) => expect(shown(given)).toBe(want));
});

/** As much of a page as keepShown touches. */
const text = (nodeValue: string, parent = 'P') => ({ nodeType: 3, nodeName: '#text', nodeValue, parentNode: { nodeName: parent } });
const element = (nodeName: string, attributes: Record<string, string>, ...childNodes: object[]) => ({
  nodeType: 1, nodeName, attributes, childNodes,
  getAttribute: (name: string) => attributes[name] ?? null,
  setAttribute: (name: string, value: string) => void (attributes[name] = value),
});

afterEach(() => vi.unstubAllGlobals());

it('the whole page is kept so: what is there, what comes, and what changes', () => {
  let changed: (changes: object[]) => void = () => undefined;
  vi.stubGlobal('MutationObserver', class {
    constructor(heard: (changes: object[]) => void) { changed = heard; }
    observe(): void { /* all of it is told by the test */ }
    disconnect(): void { /* nothing is left */ }
  });
  const bad = 'a\u202egpj.exe';
  const good = 'a[U+202E]gpj.exe';
  const there = text(bad);
  const written = text(bad, 'TEXTAREA');
  const link = element('A', { title: bad, href: bad }, there);
  keepShown(element('HTML', {}, link, element('TEXTAREA', {}, written)) as unknown as Element);
  expect([there.nodeValue, link.attributes, written.nodeValue]).toEqual([good, { title: good, href: bad }, bad]);
  const comes = element('IMG', { alt: bad });
  const changes = text(bad);
  link.attributes['title'] = bad;
  changed([
    { type: 'childList', addedNodes: [comes] }, { type: 'characterData', target: changes }, { type: 'attributes', target: link, attributeName: 'title' },
  ]);
  expect([comes.attributes, changes.nodeValue, link.attributes['title']]).toEqual([{ alt: good }, good, good]);
});
