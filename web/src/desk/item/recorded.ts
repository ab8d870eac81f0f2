import { placeName } from '../../app/placeNames.svelte';
import { groupCode } from '../../core/code';
import { when } from '../../app/say';
import type { Entry, EventView, Fields, RuleField, RulebookView, Text, Value } from '../../core/types';
import type { Language } from '../../words/language.svelte';
import { actionOf, kindOf } from '../../works/rulebook';
import { words as app } from '../../words/app';
import { entryOfField, isMoment, showAmount } from '../../works/units';

/** One thing that an event says, in words. */
export interface Said {
  readonly name: string;
  readonly title: Text;
  readonly value: string;
}

/** What an MSP id is called; undefined for what is none. */
export type Member = (mspId: string) => Text | undefined;

const isEntries = (v: Value): v is readonly Entry[] => Array.isArray(v) && typeof v[0] === 'object';

/** What each of a list of entries has: as the rulebook says, or as it stands there. */
const membersOf = (field: RuleField | undefined, e: Entry): readonly RuleField[] => field?.members ?? Object.keys(e).map((name) => ({ name, title: { en: name, zh: name }, type: 'string' }));

/** The code of the item that a field keeps, such as a second one that this one lies under; undefined where it keeps something else. */
export const itemIn = (field: RuleField | undefined, value: Value): string | undefined => (field?.type === 'item' && typeof value === 'string' ? value : undefined);

/** A value in words: choices, organisations and places by their titles, integers with their unit. `words` gives a text in the reader's language. */
export function valueOf(field: RuleField | undefined, value: Value, language: Language, words: (t: Text | undefined) => string, member: Member = () => undefined): string {
  const one = (x: string | number | boolean): string => {
    if (typeof x === 'number') return isMoment(x, field?.unit) ? when(x * 1000) : showAmount(x, field && entryOfField(field), language);
    if (typeof x === 'boolean') return x ? '✓' : '–';
    if (field?.type === 'place') return placeName(x);
    if (field === undefined) return words(member(x)) || x; // of acts of the registry
    if (field.type === 'organisation' || field.type === 'organisations') return words(member(x) ?? app.both('someOrganisation'));
    if (field.type === 'item' || field.type === 'items') return groupCode(x);
    return words(field.choices?.find((c) => c.value === x)?.title) || x;
  };
  if (isEntries(value)) {
    const entry = (e: Entry): string => membersOf(field, e).filter((m) => e[m.name] !== undefined).map((m) => `${words(m.title)}: ${valueOf(m, e[m.name]!, language, words, member)}`).join(', ');
    return value.map((e, i) => `${i + 1}. ${entry(e)}`).join('; ');
  }
  return Array.isArray(value) ? (value as readonly (string | number)[]).map(one).join(', ') : one(value as string | number | boolean);
}

/** What an event's data says, in the order in which its rulebook asks. What the rulebook does not know comes last. */
export function saidOf(e: EventView, book: RulebookView | undefined, language: Language, words: (t: Text | undefined) => string, member?: Member): Said[] {
  const data: Fields = e.data ?? {};
  const kind = book && e.kind !== undefined ? kindOf(book, e.kind) : undefined;
  const asked = actionOf(kind, e.action)?.asks.data ?? [];
  const names = [...asked.map((f) => f.name).filter((n) => n in data), ...Object.keys(data).filter((n) => !asked.some((f) => f.name === n))];
  return names.flatMap((name) => {
    const value = data[name] as Value | undefined;
    // Acts of the registry hold more than values: keys, outlines. These are in the signed bytes.
    const field = asked.find((f) => f.name === name);
    if (value === undefined || (typeof value === 'object' && !Array.isArray(value)) || (field?.type !== 'entries' && Array.isArray(value) && value.some((v) => typeof v === 'object'))) return [];
    return [{ name, title: field?.title ?? { en: name, zh: name }, value: valueOf(field, value, language, words, member) }];
  });
}

/** The rules that an event passed, by their codes, with the clauses behind them. */
export function rulesOf(e: EventView, book: RulebookView | undefined): readonly { readonly code: string; readonly clause: Text | string | undefined }[] {
  const kind = book && e.kind !== undefined ? kindOf(book, e.kind) : undefined;
  return (actionOf(kind, e.action)?.rules ?? []).map((r) => ({ code: r.code, clause: r.clause }));
}
