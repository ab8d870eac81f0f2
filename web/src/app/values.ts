import type { AssetView, KindView, RuleField, Value } from '../core/types';
import { number } from '../lib/time';
import { words } from '../words/app';
import { speech, text } from '../words/language.svelte';
import { showAmount } from '../works/units';
import { app } from './app.svelte';
import { when } from './say';

/** A kept value as a person reads it: with its unit, a choice in its words, an organisation by its name. */
export function showValue(value: Value, field: RuleField | undefined): string {
  if (typeof value === 'boolean') return words.say(value ? 'yes' : 'no');
  if (typeof value === 'number') return field?.unit === 's' ? when(value * 1000) : showAmount(value, field?.unit, speech.language, field?.max);
  if (typeof value === 'string') {
    const choice = field?.choices?.find((c) => c.value === value);
    if (choice !== undefined) return text(choice.title);
    const organisation = app.ledger?.organisations.find((o) => o.mspId === value);
    return organisation === undefined ? value : text(organisation.title);
  }
  return value.map((v) => showValue(v, field)).join(speech.language === 'zh' ? '、' : ', ');
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
