import { isMap, isScalar, isSeq, parseDocument, stringify, type Node } from 'yaml';
import { MappingError } from './mappingWords';
import type { Cell, Mapping } from './types';

// The mapping file of package importer. Every scalar is read as its text, as Go does for members that are texts.

type Shape = 'text' | 'texts' | 'flag' | 'whole' | 'pairs';

const cell: Readonly<Record<string, Shape>> = {
  column: 'text', constant: 'text', type: 'text', empty: 'texts', required: 'flag', otherwise: 'text', from: 'text', to: 'text', decimal: 'text', round: 'text', layout: 'text', choices: 'pairs', prefix: 'text',
};
const top: Readonly<Record<string, Shape>> = { source: 'text', about: 'text', rulebook: 'text', kind: 'text', action: 'text', key: 'texts' };
const parts: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  table: { delimiter: 'text', comment: 'text', encoding: 'text', sheet: 'text', heading: 'whole' },
  at: { column: 'text', constant: 'text', layout: 'text', zone: 'text', empty: 'texts', otherwise: 'text' },
  position: { lat: 'text', lon: 'text', accuracy: 'whole', empty: 'texts', required: 'flag' },
};

const spoken: Readonly<Record<Shape, string>> = { text: 'a text', texts: '[a, b]', flag: 'true / false', whole: '5', pairs: '{a: b}' };

/** Reads a mapping's YAML. Names that it does not know are refused. Throws MappingError. */
export function readMapping(text: string): Mapping {
  const doc = parseDocument(text, { schema: 'failsafe', uniqueKeys: true });
  const wrong = doc.errors[0];
  if (wrong !== undefined) throw new MappingError('', 'yaml', { reason: wrong.message.split('\n')[0]! });
  if (!isMap(doc.contents)) throw new MappingError('', 'shape', { form: '{source: …}' });
  const read: Record<string, unknown> = { source: '', rulebook: '', kind: '', action: '', table: {}, key: [], at: {}, data: {} };
  for (const [name, node] of pairsOf(doc.contents as Node, '')) {
    if (name === 'data') {
      read.data = Object.fromEntries(pairsOf(node, 'data').map(([member, c]) => [member, membersOf(c, cell, `data.${member}`) as Cell]));
    } else if (Object.hasOwn(parts, name)) read[name] = membersOf(node, parts[name]!, name);
    else if (Object.hasOwn(top, name)) read[name] = valueOf(node, top[name]!, name);
    else throw new MappingError(name, 'unknown');
  }
  const mapping = read as unknown as Mapping;
  if (mapping.table.delimiter === '\\t') mapping.table.delimiter = '\t';
  if (mapping.position !== undefined) mapping.position = { ...mapping.position, lat: mapping.position.lat ?? '', lon: mapping.position.lon ?? '' };
  return mapping;
}

function pairsOf(node: Node | null, where: string): [string, Node | null][] {
  if (node === null || (isScalar(node) && textOf(node) === '')) return [];
  if (!isMap(node)) throw new MappingError(where, 'shape', { form: '{…}' });
  return node.items.map((p) => [isScalar(p.key) ? textOf(p.key) : '', p.value as Node | null]);
}

const membersOf = (node: Node | null, shapes: Readonly<Record<string, Shape>>, where: string): Record<string, unknown> =>
  Object.fromEntries(
    pairsOf(node, where).map(([name, value]) => {
      if (!Object.hasOwn(shapes, name)) throw new MappingError(`${where}.${name}`, 'unknown');
      return [name, valueOf(value, shapes[name]!, `${where}.${name}`)];
    }),
  );

const textOf = (node: { value: unknown }): string => (node.value === null || node.value === undefined ? '' : String(node.value));

function valueOf(node: Node | null, shape: Shape, where: string): unknown {
  const bad = (): MappingError => new MappingError(where, 'shape', { form: spoken[shape] });
  if (shape === 'pairs') return Object.fromEntries(pairsOf(node, where).map(([name, value]) => [name, valueOf(value, 'text', `${where}.${name}`)]));
  if (shape === 'texts') {
    if (node === null) return [];
    if (!isSeq(node)) throw bad();
    return node.items.map((item) => valueOf(item as Node, 'text', where));
  }
  if (node !== null && !isScalar(node)) throw bad();
  const text = node === null ? '' : textOf(node);
  if (shape === 'text') return text;
  if (shape === 'flag') {
    if (text !== 'true' && text !== 'false') throw bad();
    return text === 'true';
  }
  if (!/^-?\d{1,9}$/.test(text)) throw bad();
  return Number(text);
}

/** Writes a mapping as a file for the desk or the command line; what says nothing is left out. */
export function writeMapping(m: Mapping): string {
  return stringify(said(m), { lineWidth: 120 });
}

function said(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).map(([k, v]): [string, unknown] => [k, said(v)]);
  return Object.fromEntries(pairs.filter(([, v]) => v !== undefined && v !== '' && v !== false && v !== 0 && !(typeof v === 'object' && v !== null && Object.keys(v).length === 0)));
}
