import { describe, expect, it } from 'vitest';
import { at, put, readText, same, type Path, type Plain } from './text';

const files = import.meta.glob<string>(['../../../../../rulebook/books/*.yaml', '../../../../../docs/examples/*@*.yaml'], { query: '?raw', import: 'default', eager: true });
const shipped = Object.entries(files).map(([file, text]): [string, string] => [file.split('/').at(-1)!, text]);

/** Every path of what YAML holds. */
function paths(v: Plain, to: Path = []): Path[] {
  if (typeof v !== 'object' || v === null) return [to];
  const inner = Array.isArray(v) ? v.map((one: Plain, i): [number, Plain] => [i, one]) : Object.entries(v as Record<string, Plain>);
  return [to, ...inner.flatMap(([name, one]) => paths(one, [...to, name]))];
}

/** The lines that two texts do not share, at one place. */
function between(a: string, b: string): { before: string[]; after: string[] } {
  const [x, y] = [a.split('\n'), b.split('\n')];
  let top = 0;
  while (top < x.length && top < y.length && x[top] === y[top]) top++;
  let end = 0;
  while (end < x.length - top && end < y.length - top && x[x.length - 1 - end] === y[y.length - 1 - end]) end++;
  return { before: x.slice(top, x.length - end), after: y.slice(top, y.length - end) };
}

it('finds books', () => expect(shipped.length).toBeGreaterThan(3));

describe.each(shipped)('%s', (_, whole) => {
  const text = whole.slice(0, whole.search(/\nexamples:/) + 1);
  const read = readText(text);
  const some = paths(read.value).filter((p) => p.length > 1);
  // Some of the many, spread over the whole book. Each change reads the whole text anew, so that each place is a test of its own.
  const spread = (all: Path[], n: number): { i: number; name: string; path: Path }[] =>
    all.filter((_p, i) => i % Math.ceil(all.length / n) === 0).map((path, i) => ({ i, name: path.join('/'), path }));
  const picked = spread(some, 8);
  const values = ['Plain words', 'with: colon, comma', 12, true, '2026-01-02', '"quoted" #1', '是'];
  const added: Plain[] = ['x', { en: 'New, with comma', zh: '新' }, ['a', 'b']];

  it('reads', () => expect([read.wrong, some.length > 100]).toEqual([undefined, true]));

  it.each(spread(some.filter((p) => typeof at(read.value, p) !== 'object'), 6))('keeps every other line when $name changes', ({ i, path }) => {
    const value = values[i % values.length]!;
    const after = put(read, path, value);
    expect(at(after.value, path)).toEqual(value);
    const d = between(text, after.text);
    expect(d.after.length, `${d.before.join('\n')} → ${d.after.join('\n')}`).toBeLessThanOrEqual(1);
    expect(same(put(after, path, at(read.value, path)).value, read.value)).toBe(true);
  });

  it.each(spread(some.filter((p) => typeof (at(read.value, p) ?? '') === 'object'), 6))('adds to $name and takes away again, and nothing else moves', ({ i, path }) => {
    const was = at(read.value, path);
    const into = [...path, Array.isArray(was) ? was.length : 'added'];
    const value = added[i % added.length]!;
    const more = put(read, into, value);
    expect(at(more.value, into)).toEqual(value);
    expect(between(text, more.text).before.length).toBeLessThanOrEqual(1);
    expect(put(more, into, undefined).text).toBe(text);
  });

  it.each(picked)('takes $name away, and keeps the comments of the rest', ({ path }) => {
    const comments = (t: string): string[] => [...t.matchAll(/^#.*$/gm)].map((m) => m[0]);
    const after = put(read, path, undefined);
    expect(after.wrong).toBeUndefined();
    expect(at(after.value, path) === undefined || typeof path.at(-1) === 'number').toBe(true);
    expect(comments(after.text)).toEqual(comments(text));
  });
});

/** What forms write one by one, in the order in which it stands: values, and lists of names as a whole. */
const leaves = (v: Plain, to: Path = []): [Path, Plain][] =>
  typeof v !== 'object' || v === null || Array.isArray(v) || Object.keys(v).length === 0 ? [[to, v]] : Object.entries(v).flatMap(([name, one]) => leaves(one, [...to, name]));

describe.each(shipped)('%s, written from nothing value by value', (_, whole) => {
  const book = readText(whole.slice(0, whole.search(/\nexamples:/) + 1)).value;
  const kinds = Object.entries(at(book, ['kinds']) as Record<string, Plain>);
  const sections: [string, Plain][] = [
    ...['roles', 'powers', 'tables', 'marks', 'reads'].map((name): [string, Plain | undefined] => [name, at(book, [name])]),
    ...kinds.flatMap(([k, kind]) => ['under', 'alsoUnder', 'fields'].map((name): [string, Plain | undefined] => [`${k}/${name}`, at(kind, [name])])),
    ...kinds.flatMap(([k, kind]) =>
      Object.entries((at(kind, ['actions']) ?? {}) as Record<string, Plain>).flatMap(([a, action]) => ['by', 'signers', 'asks', 'keeps', 'marks', 'unmarks'].map((name): [string, Plain | undefined] => [`${k}/${a}/${name}`, at(action, [name])])),
    ),
  ].filter((s): s is [string, Plain] => s[1] !== undefined);

  it('is the same book', () => {
    for (const [name, value] of sections) {
      let read = readText('first: 1 # stays\n');
      for (const [path, one] of leaves(value)) read = put(read, ['it', ...path], one);
      expect(at(read.value, ['it']), name).toEqual(value);
      expect(read.text.startsWith('first: 1 # stays\n'), name).toBe(true);
    }
  });
});

describe('a text', () => {
  it.each<[string, string, Path, Plain | undefined, string]>([
    ['an empty value', 'a:\nb: 1\n', ['a'], 'x', 'a: x\nb: 1\n'],
    ['below an empty value', 'a:\nb: 1\n', ['a', 'c'], 'x', 'a: {c: x}\nb: 1\n'],
    ['below nothing', 'b: 1 # one\n', ['a', 'c'], 2, 'b: 1 # one\na: {c: 2}\n'],
    ['an empty list', 'a: []\n', ['a', 0], 'x', 'a: [x]\n'],
    ['a list in lines', 'a:\n  - x: 1\n    y: 2\nb: 1\n', ['a', 1], { x: 3 }, 'a:\n  - x: 1\n    y: 2\n  - x: 3\nb: 1\n'],
    ['the first behind a dash', 'a:\n  - x: 1\n    y: 2\n', ['a', 0, 'x'], undefined, 'a:\n  - y: 2\n'],
    ['the last of some', 'a: {x: 1, y: 2}\n', ['a', 'y'], undefined, 'a: {x: 1}\n'],
    ['the only one', 'a:\n  x: 1\n', ['a', 'x'], undefined, 'a:\n  {}\n'],
    ['a block of text', 'a: |\n  one\n  two\nb: 1\n', ['a'], 'x > 1', 'a: x > 1\nb: 1\n'],
    ['what YAML would take for a date', 'a: x\n', ['a'], '2026-01-02', 'a: "2026-01-02"\n'],
    ['what YAML would take for yes', 'a: x\n', ['a'], 'yes', 'a: "yes"\n'],
    ['without an end of line', 'a: 1', ['b'], 2, 'a: 1\nb: 2'],
  ])('%s', (_, text, path, value, want) => expect(put(readText(text), path, value).text).toBe(want));

  it('that is no YAML stays as it is', () => {
    const read = readText('a: [1\nb: 2\n');
    expect(read.wrong?.line).toBeGreaterThan(0);
    expect(put(read, ['a'], 1)).toBe(read);
  });

  it('does not unfold what refers to itself', () => {
    expect(readText('a: &a [1]\nb: *a\n').wrong).toBeDefined();
  });
});
