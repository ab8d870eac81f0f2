import type { RulebookView, Text } from '../../core/types';
import { path, readSigned } from '../read.svelte';

/** GET /api/v1/ballots: a rulebook that was proposed and is not adopted yet. */
export interface Ballot {
  readonly name: string;
  /** The rulebook's. */
  readonly title: Text;
  readonly sha256: string;
  /** MSP ids. */
  readonly votes: readonly string[];
}

/** One way in which a rulebook differs from another. */
export interface Difference {
  readonly path: readonly string[];
  /** What the parts of the path are called, where the text says so. */
  readonly titles: readonly Text[];
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: string;
  readonly after?: string;
}

/** GET /api/v1/rulebooks/{name}/changes */
export interface Changes {
  readonly from: string;
  readonly to: string;
  readonly proposed: boolean;
  readonly sha256: string;
  readonly changes: readonly Difference[];
}

/** How many ballots are read at first, and with each time that more are asked for. */
export const ballotsAtOnce = 200;

/** The first ballots by name, at least `most` of them when there are so many; `more` says that there are others. Throws Refusal. */
export async function ballotList(most: number): Promise<{ readonly items: readonly Ballot[]; readonly more: boolean }> {
  const items: Ballot[] = [];
  for (let cursor = ''; ; ) {
    const page = await ballotPage(cursor);
    items.push(...page.items);
    cursor = page.next ?? '';
    if (cursor === '' || items.length >= most) return { items, more: cursor !== '' };
  }
}

/** All ballots on one rulebook's versions, however many others there are. Throws Refusal. */
export async function ballotsOf(book: string): Promise<readonly Ballot[]> {
  const found: Ballot[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: BallotPage = await ballotPage(cursor);
    found.push(...page.items.filter((b) => bookOf(b.name) === book));
    cursor = page.next || undefined;
  }
  return found;
}

interface BallotPage {
  readonly items: readonly Ballot[];
  readonly next?: string;
}
const ballotPage = (cursor: string): Promise<BallotPage> => readSigned(path('/api/v1/ballots', { cursor }));

/** Throws Refusal. */
export const changesOf = (from: string, to: string): Promise<Changes> => readSigned(path(`/api/v1/rulebooks/${encodeURIComponent(from)}/changes`, { to }));

/** The version of a rulebook's or a ballot's name: 2 of "forestation@2", and of "forestation@2:OwnerMSP", an organisation's own text. */
export const versionOf = (name: string): number => Number(name.split('@')[1]?.split(':')[0] ?? 0);
export const bookOf = (name: string): string => name.split('@')[0] ?? name;

/** What a proposed rulebook is compared with: the newest adopted version of the same book. */
export const before = (name: string, adopted: readonly RulebookView[]): RulebookView | undefined =>
  adopted.filter((b) => b.book === bookOf(name) && b.name !== name).sort((a, b) => b.version - a.version)[0];

/** The parts of a path that say nothing: they stand between names. */
const between = new Set(['kinds', 'actions', 'rules', 'states', 'fields', 'choices']);

/** Where a difference lies, in words: "Tree › Lift › root-ball-too-small › check". */
export const placeOf = (d: Difference, words: (t: Text) => string): string =>
  d.path.flatMap((part, i) => {
    const title = words(d.titles[i] ?? { en: '', zh: '' });
    return title === '' && between.has(part) && i < d.path.length - 1 ? [] : [title || part];
  }).join(' › ');

/** Where the examples of a text begin; its length where it has none. */
export function examplesAt(text: string): number {
  const at = /(?:^|\n)(?=examples[ \t]*:)/.exec(text);
  return at === null ? text.length : at.index + at[0].length;
}

/** What is voted on: the text without the examples that may follow it, byte for byte as the gateways' own tools cut it. */
export function withoutExamples(text: string): string {
  const at = examplesAt(text);
  return at === text.length ? text : `${text.slice(0, at).replace(/[ \t\r\n]+$/, '')}\n`;
}
