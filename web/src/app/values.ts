import type { AssetView, Entry, KindView, RuleField, Value } from '../core/types';
import { groupCode } from '../core/code';
import { number } from '../words/time';
import { words } from '../words/app';
import { listed, speech, text } from '../words/language.svelte';
import { entryOfField, isMoment, showAmount } from '../works/units';
import { app } from './app.svelte';
import { placeName } from './placeNames.svelte';
import { when } from './say';

/** A kept value as a person reads it: with its unit, a choice in its words, an organisation and a place by their names. */
export function showValue(value: Value, field: RuleField | undefined): string {
  if (typeof value === 'boolean') return words.say(value ? 'yes' : 'no');
  if (typeof value === 'number') return isMoment(value, field?.unit) ? when(value * 1000) : showAmount(value, field && entryOfField(field), speech.language);
  if (typeof value === 'string') {
    if (field?.type === 'place') return placeName(value);
    if (field?.type === 'organisation' || field?.type === 'organisations') return text(app.organisation(value));
    if (field?.type === 'item' || field?.type === 'items') return groupCode(value);
    return text(field?.choices?.find((c) => c.value === value)?.title) || value;
  }
  if (isEntries(value)) return value.map((e, i) => `${i + 1}. ${showEntry(e, field)}`).join('; ');
  return listed(value.map((v) => showValue(v, field)));
}

const isEntries = (v: Value): v is readonly Entry[] => Array.isArray(v) && typeof v[0] === 'object';

/** One of a list of entries, with what each of its values is called. */
function showEntry(entry: Entry, field: RuleField | undefined): string {
  const members = field?.members ?? Object.keys(entry).map((name) => ({ name, title: { en: name, zh: name }, type: 'string' as const }));
  return members.filter((m) => entry[m.name] !== undefined).map((m) => `${text(m.title)}: ${showValue(entry[m.name]!, m)}`).join(', ');
}

export const fieldOf = (kind: KindView | undefined, name: string): RuleField | undefined => kind?.fields?.find((f) => f.name === name);

/** What tells items of a kind apart: the first texts that its rulebook keeps of them, two at most, in the reader's words. */
export const namingValues = (item: Pick<AssetView, 'fields'>, kind: KindView | undefined): string[] =>
  (kind?.fields ?? [])
    .filter((f) => f.type === 'string' && item.fields?.[f.name] !== undefined && item.fields[f.name] !== '')
    .slice(0, 2)
    .map((f) => showValue(item.fields![f.name]!, f));

/** A position in degrees, with its accuracy. */
export const showPosition = (p: { lat: number; lon: number; accuracy?: number }): string =>
  `${(p.lat / 1e6).toFixed(6)}, ${(p.lon / 1e6).toFixed(6)}${p.accuracy ? ` ± ${number(p.accuracy)} m` : ''}`;
