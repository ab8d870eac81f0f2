import { Refusal } from '../../core/refusal';
import type { Text } from '../../core/types';
import { entriesOf, put, type Entry } from './db';
import { setOf } from './journal';

// The journal as a file, in the form of rootline import: the command line and other browsers go on with it where this
// one was. Without it they would give rows that are recorded new codes, and record them again.

const form = 'rootline-import-1';

interface Head {
  readonly journal: string;
  readonly source: string;
  readonly net: string;
}

type Line = Pick<Entry, 'key' | 'event' | 'asset' | 'digest' | 'earlier'> | { readonly done: string };

export async function journalFile(net: string, source: string): Promise<Blob> {
  const head: Head = { journal: form, source, net };
  const lines = (await entriesOf(setOf(net, source))).flatMap(({ key, event, asset, digest, earlier, recorded }): Line[] => [
    { key, event, asset, digest, ...(earlier !== undefined && { earlier }) }, ...(recorded === undefined ? [] : [{ done: key }]),
  ]);
  return new Blob([head, ...lines].map((l) => `${JSON.stringify(l)}\n`), { type: 'application/jsonl' });
}

const catalogue = {
  'journal-broken': { en: 'This file is no journal of an import, or it is damaged at line {line}. Nothing of it was taken.', zh: '该文件不是导入日志，或第 {line} 行已损坏。未采用其中任何内容。' },
  'journal-other-ledger': { en: 'This is the journal of an import into another ledger. Nothing of it was taken.', zh: '这是导入另一账本的日志。未采用其中任何内容。' },
} as const satisfies Readonly<Record<string, Text>>;

const refusal = (code: keyof typeof catalogue, line = 1): Refusal =>
  new Refusal(code, { en: catalogue[code].en.replace('{line}', String(line)), zh: catalogue[code].zh.replace('{line}', String(line)) });

/**
 * Takes a journal of this ledger. What this browser knows to be recorded stays; else the file's ids are taken, under which
 * its maker may have sent the row. Answers the data set and how many rows it knows. Throws Refusal journal-…, device-storage-full.
 */
export async function takeJournal(text: string, net: string): Promise<{ readonly source: string; readonly rows: number }> {
  // A last line that was cut off was never sent.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((l) => l !== '');
  const head = parse(lines[0] ?? '') as Partial<Head> | undefined;
  if (head?.journal !== form || typeof head.source !== 'string') throw refusal('journal-broken');
  if (head.net !== net) throw refusal('journal-other-ledger');
  const set = setOf(net, head.source);
  const entries = new Map<string, Entry>();
  for (const [i, line] of lines.slice(1).entries()) {
    const l = (parse(line) ?? {}) as Record<string, unknown>;
    if (typeof l.done === 'string' && entries.has(l.done)) entries.set(l.done, { ...entries.get(l.done)!, recorded: 'journal' });
    else if (['key', 'event', 'asset', 'digest'].every((m) => typeof l[m] === 'string') && isIds(l.earlier)) entries.set(l.key as string, { ...(l as unknown as Entry), set });
    else throw refusal('journal-broken', i + 2);
  }
  const known = new Map((await entriesOf(set)).map((e) => [e.key, e]));
  await put('journal', [...entries.values()].filter((e) => known.get(e.key)?.recorded === undefined));
  return { source: head.source, rows: entries.size };
}

const isIds = (v: unknown): boolean => v === undefined || (Array.isArray(v) && v.every((id) => typeof id === 'string'));

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
