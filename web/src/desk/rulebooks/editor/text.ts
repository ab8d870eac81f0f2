import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';

/** Where something stands in a rulebook: ['kinds', 'lamp', 'states', 'delivered', 'en']. */
export type Path = readonly (string | number)[];

/** What YAML holds: texts, numbers, true and false, lists, and names with what they mean. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** A text as it was read; `wrong` says on which line YAML ends, and why. */
export interface ReadText {
  readonly text: string;
  readonly doc: Document.Parsed;
  readonly value: Plain;
  readonly wrong?: { readonly line: number; readonly says: string };
}

/** Reads a text. Never throws. */
export function readText(text: string): ReadText {
  const doc = parseDocument(text, { logLevel: 'silent' });
  const first = doc.errors[0];
  if (first !== undefined) return { text, doc, value: null, wrong: { line: first.linePos?.[0].line ?? 0, says: first.message.split('\n')[0] ?? '' } };
  try {
    return { text, doc, value: doc.toJS({ maxAliasCount: 0 }) as Plain };
  } catch (e) {
    return { text, doc, value: null, wrong: { line: 0, says: (e as Error).message } };
  }
}

const isNames = (v: unknown): v is Record<string, Plain> => typeof v === 'object' && v !== null && !Array.isArray(v);

/** What stands at a path; undefined where there is nothing. */
export function at(value: Plain | undefined, path: Path): Plain | undefined {
  let found: unknown = value;
  for (const part of path) {
    if (Array.isArray(found) && typeof part === 'number') found = found[part];
    else if (isNames(found) && Object.hasOwn(found, part)) found = found[part];
    else return undefined;
  }
  return found as Plain | undefined;
}

/** The names at a path, in the order of the text. */
export const namesAt = (value: Plain | undefined, path: Path): string[] => {
  const found = at(value, path);
  return isNames(found) ? Object.keys(found) : [];
};

/** A text at a path as a person reads it: '' where there is none. */
export const textAt = (value: Plain | undefined, path: Path): string => {
  const found = at(value, path);
  return found === undefined || found === null || typeof found === 'object' ? '' : String(found);
};

/** What something is called: its words, or those of its title. */
export const titleAt = (value: Plain | undefined, path: Path): { en: string; zh: string } => {
  const word = (lang: string): string => textAt(value, [...path, lang]) || textAt(value, [...path, 'title', lang]);
  return { en: word('en'), zh: word('zh') };
};

/** A word or a list of them as a list. */
export const listAt = (value: Plain | undefined, path: Path): string[] => {
  const found = at(value, path);
  return Array.isArray(found) ? found.map(String) : found === undefined || found === null || typeof found === 'object' ? [] : [String(found)];
};

/** The JSON pointer of a path, as mistakes name it. */
export const pointerOf = (path: Path): string => path.map((p) => `/${p}`).join('');

/** What the ledger's YAML takes for dates and the like is quoted, too. */
const style = { version: '1.1', lineWidth: 0, flowCollectionPadding: false } as const;

const flow = (value: Plain): string => stringify(value, { ...style, collectionStyle: 'flow' }).trimEnd();

/** A single value as it is written after its key; within braces, commas and brackets are quoted as well. */
const scalar = (value: Plain, within: boolean): string =>
  within ? flow([value]).slice(1, -1) : stringify({ k: typeof value === 'string' ? value.replace(/\s*\n\s*/g, ' ') : value }, style).slice(3).trimEnd();

/** Names and what they mean, in lines; what is short stands on one. */
function lines(name: string, value: Plain, indent: string): string {
  const key = scalar(name, true);
  const short = isNames(value) || Array.isArray(value) ? flow(value) : scalar(value, false);
  if (!isNames(value) || short.length < 90 || Object.keys(value).length === 0) return `${indent}${key}: ${short}`;
  return `${indent}${key}:\n${Object.entries(value).map(([n, v]) => lines(n, v, `${indent}  `)).join('\n')}`;
}

/**
 * Sets what stands at a path, or takes it away when value is undefined. All that the change does not touch stays as it was
 * written, comments and order too. Answers the text as it was where the path leads through something that is no list and has no
 * names.
 */
export function put(read: ReadText, path: Path, value: Plain | undefined): ReadText {
  if (path.length === 0 || read.wrong !== undefined) return read;
  const want = changed(read.value, path, value);
  if (want === undefined) return read;
  const text = value === undefined ? without(read, path) : withValue(read, path, value);
  const after = text === undefined ? undefined : readText(text);
  if (after !== undefined && after.wrong === undefined && same(after.value, want)) return after;
  // The text is written in a way that is not changed piece by piece: the document writes itself.
  const doc = read.doc.clone();
  if (value === undefined) doc.deleteIn(path);
  else doc.setIn(path, doc.createNode(value));
  return readText(doc.toString({ lineWidth: 0, flowCollectionPadding: false }));
}

export const same = (a: Plain, b: Plain): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the text means afterwards; undefined where that cannot be. An end that is emptied goes with what was in it. */
function changed(value: Plain, path: Path, to: Plain | undefined): Plain | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return to;
  if (Array.isArray(value) && typeof part === 'number') {
    if (part > value.length) return undefined;
    const inner = rest.length === 0 ? to : changed(value[part] ?? {}, rest, to);
    if (inner === undefined && rest.length > 0) return undefined;
    return inner === undefined ? value.filter((_, i) => i !== part) : [...value.slice(0, part), inner, ...value.slice(part + 1)];
  }
  if (value !== null && !isNames(value)) return undefined;
  const names = value ?? {};
  if (rest.length === 0) {
    if (to !== undefined) return { ...names, [part]: to };
    return Object.fromEntries(Object.entries(names).filter(([n]) => n !== String(part)));
  }
  const inner = changed(Object.hasOwn(names, part) ? names[String(part)]! : {}, rest, to);
  return inner === undefined ? undefined : { ...names, [part]: inner };
}

type Collection = YAMLMap<Node, Node | null> | YAMLSeq<Node>;
type Entry = Pair<Node, Node | null>;

const ends = (n: Node | null | undefined): number => n?.range?.[1] ?? -1;
const begins = (n: Node | null | undefined): number => n?.range?.[0] ?? -1;
const entryOf = (map: YAMLMap, name: string | number): Entry | undefined => (map.items as Entry[]).find((p) => isScalar(p.key) && String(p.key.value) === String(name));
const endOf = (e: Entry): number => Math.max(ends(e.value), ends(e.key));

/** The node at a path, and whether it stands within braces or brackets. */
function nodeAt(read: ReadText, path: Path): { node: Node | null | undefined; within: boolean } {
  let node: Node | null | undefined = read.doc.contents;
  let within = false;
  for (const part of path) {
    if (isAlias(node)) return { node: undefined, within };
    within ||= (isMap(node) || isSeq(node)) && node.flow === true;
    if (isMap(node)) node = entryOf(node as YAMLMap, part)?.value;
    else if (isSeq(node) && typeof part === 'number') node = isNode(node.items[part]) ? (node.items[part] as Node) : undefined;
    else return { node: undefined, within };
  }
  return { node, within };
}

const splice = (text: string, from: number, to: number, by: string): string => text.slice(0, from) + by + text.slice(to);

/** The end of the line on which something ends, its comment too. */
function lineEnd(text: string, end: number): number {
  if (text[end - 1] === '\n') return end - 1;
  const next = text.indexOf('\n', end);
  return next < 0 ? text.length : next;
}
const lineStart = (text: string, from: number): number => text.lastIndexOf('\n', from - 1) + 1;

function withValue(read: ReadText, path: Path, value: Plain): string | undefined {
  const { text } = read;
  const last = path.at(-1)!;
  const parent = nodeAt(read, path.slice(0, -1));
  const within = parent.within || ((isMap(parent.node) || isSeq(parent.node)) && parent.node.flow === true);
  const there = nodeAt(read, path).node;
  if (isNode(there) && begins(there) >= 0) {
    const [from, to] = [begins(there), ends(there)];
    const written = typeof value === 'object' && value !== null ? flow(value) : scalar(value, within);
    // "key:" alone has no room behind it; a block of text ends with its line.
    return splice(text, from, to, `${/[\s,{[]/.test(text[from - 1] ?? ' ') ? '' : ' '}${written}${text[to - 1] === '\n' && to > from ? '\n' : ''}`);
  }
  if (path.length > 1 && !isMap(parent.node) && !isSeq(parent.node)) return withValue(read, path.slice(0, -1), { [last]: value });
  const node = parent.node as Collection | null | undefined;
  if (isMap(node)) return intoMap(text, node as YAMLMap<Node, Node | null>, String(last), value, within);
  if (isSeq(node)) return intoList(text, node as YAMLSeq<Node>, value);
  return undefined;
}

function intoMap(text: string, map: YAMLMap<Node, Node | null>, name: string, value: Plain, within: boolean): string | undefined {
  const final = map.items.at(-1);
  if (map.flow) {
    const written = `${scalar(name, true)}: ${typeof value === 'object' && value !== null ? flow(value) : scalar(value, within)}`;
    const end = final === undefined ? begins(map) + 1 : endOf(final);
    return splice(text, end, end, `${final === undefined ? '' : ', '}${written}`);
  }
  if (final === undefined) return undefined;
  const first = begins(map.items[0]!.key);
  const indent = ' '.repeat(first - lineStart(text, first));
  const end = lineEnd(text, endOf(final));
  return splice(text, end, end, `\n${lines(name, value, indent)}`);
}

function intoList(text: string, list: YAMLSeq<Node>, value: Plain): string | undefined {
  const final = list.items.at(-1);
  if (list.flow) {
    const end = final === undefined ? begins(list) + 1 : ends(final);
    return splice(text, end, end, `${final === undefined ? '' : ', '}${flow([value]).slice(1, -1)}`);
  }
  if (final === undefined) return undefined;
  const first = begins(list);
  const indent = ' '.repeat(first - lineStart(text, first));
  const end = lineEnd(text, ends(final));
  const written = isNames(value) ? Object.entries(value).map(([n, v]) => lines(n, v, `${indent}  `)).join('\n').trimStart() : flow([value]).slice(1, -1);
  return splice(text, end, end, `\n${indent}- ${written}`);
}

/** Takes something away, with its line where it has one of its own; what is left empty becomes {} or []. */
function without(read: ReadText, path: Path): string | undefined {
  const { text } = read;
  const { node } = nodeAt(read, path.slice(0, -1));
  const last = path.at(-1)!;
  if (!isMap(node) && !isSeq(node)) return text;
  const all = node.items.map((i) => (isMap(node) ? { from: begins((i as Entry).key), to: endOf(i as Entry) } : { from: begins(i as Node), to: ends(i as Node) }));
  const index = isMap(node) ? (node.items as Entry[]).findIndex((p) => isScalar(p.key) && String(p.key.value) === String(last)) : Number(last);
  const it = all[index];
  if (it === undefined) return text;
  if (all.length === 1) return splice(text, begins(node as Node), ends(node as Node), `${isMap(node) ? '{}' : '[]'}${text[ends(node as Node) - 1] === '\n' ? '\n' : ''}`);
  if (node.flow) return index + 1 < all.length ? splice(text, it.from, all[index + 1]!.from, '') : splice(text, all[index - 1]!.to, it.to, '');
  const start = lineStart(text, it.from);
  // Behind the dash of a list: what comes next moves up to it.
  if (isMap(node) && text.slice(start, it.from).trim() !== '') return index + 1 < all.length ? splice(text, it.from, all[index + 1]!.from, '') : undefined;
  return splice(text, start, Math.min(lineEnd(text, it.to) + 1, text.length), '');
}
