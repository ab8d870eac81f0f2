import { parse } from 'yaml';
import type { Attested } from './attested';
import type { Bundle } from './bundle';
import { equal, hex, order, bytesOf, sha256, textOf, type Bytes } from './bytes';
import { Fault, need } from './fault';
import type { Asset } from './records';
import type { Happened, ItemTitles, RulebookText, Text } from './report';

const ballot = /^(([a-z][a-z0-9-]{0,39})@([1-9][0-9]{0,5}))(?::.*)?$/s;

/** What the texts of rulebooks call things. */
export interface Titles {
  readonly rulebooks: readonly RulebookText[];
  readonly itemTitles: ItemTitles | undefined;
  readonly events: readonly Happened[];
}

/** Holds the texts of rulebooks against what the organisations voted on, and takes from them what things are called. */
export async function verifyRulebooks(b: Bundle, attested: Attested, item: Asset, events: readonly Happened[], members: number): Promise<Titles> {
  const texts = new Map<string, Book>();
  const rulebooks: RulebookText[] = [];
  let last = '';
  for (const given of b.rulebooks) {
    const [, name, book, version] = ballot.exec(given.ballot) ?? [];
    need(name !== undefined && book !== undefined, 'rulebook', `${JSON.stringify(given.ballot)} is no ballot on a rulebook`);
    need(order(bytesOf(last), bytesOf(name)) < 0, 'order', 'rulebooks');
    last = name;
    need(item.rulebook === name || events.some((e) => e.said.rulebook === name), 'unused', `the text of ${name}`);
    const digest = await sha256(given.text);
    const vote = attested.ballot(given.ballot);
    const voted = vote?.sha256 !== undefined && equal(vote.sha256, digest) && 2 * vote.votes > members;
    need(voted, 'rulebook', `the text of ${given.ballot} is not what a majority voted for`);
    const current = attested.current(book);
    const text = read(given.text);
    need(current !== undefined && current >= Number(version) && text !== undefined, 'rulebook', `${name} was not adopted`);
    texts.set(name, text);
    rulebooks.push({ name, sha256: hex(digest), title: titleOf(text.get('title')) });
  }
  const own = texts.get(item.rulebook);
  const kind = own && within(own, 'kinds', item.kind);
  return {
    rulebooks,
    itemTitles: own && { kind: titleOf(kind?.get('title')) ?? none, state: titleOf(kind && within(kind, 'states', item.state)) ?? none },
    events: events.map((e) => {
      const text = texts.get(e.said.rulebook);
      return text === undefined ? e : { ...e, title: action(text, e.relation === 'own' ? item.kind : e.said.kind, e.said.action) };
    }),
  };
}

/** A mapping of YAML. */
type Book = ReadonlyMap<string, unknown>;

const none: Text = { en: '', zh: '' };

/** Reads a rulebook's text: every word in it is a text. It was a rulebook's when it was voted on, without anchors or types of its own. */
function read(text: Bytes): Book | undefined {
  try {
    const v: unknown = parse(textOf(text) ?? '', { schema: 'failsafe', mapAsMap: true, maxAliasCount: 0 });
    return v instanceof Map ? (v as Book) : undefined;
  } catch (e) {
    if (e instanceof Error && !(e instanceof Fault)) return undefined;
    throw e;
  }
}

/** A mapping in a mapping in a book. */
function within(b: Book, ...path: readonly string[]): Book | undefined {
  let at: unknown = b;
  for (const name of path) at = at instanceof Map ? (at as Book).get(name) : undefined;
  return at instanceof Map ? (at as Book) : undefined;
}

/** A title; undefined for one in neither language. */
function titleOf(v: unknown): Text | undefined {
  const text = (name: string): string => {
    const t = v instanceof Map ? (v as Book).get(name) : undefined;
    return typeof t === 'string' ? t : '';
  };
  const title = { en: text('en'), zh: text('zh') };
  return title.en === '' && title.zh === '' ? undefined : title;
}

/** What an action is called: of the kind, or for no kind where one kind alone has an action of the name. */
function action(b: Book, kind: string | undefined, name: string): Text | undefined {
  const kinds = [...(within(b, 'kinds') ?? new Map<string, unknown>())].filter(([k]) => kind === undefined || k === kind);
  const found = kinds.map(([, of]) => (of instanceof Map ? within(of as Book, 'actions', name) : undefined)).filter((a) => a !== undefined);
  return found.length === 1 ? titleOf(found[0]!.get('title')) : undefined;
}
