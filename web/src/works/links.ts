import type { AssetView, Text } from '../core/types';
import { words } from '../words/works';
import type { LinkAsk } from './form';
import { oneOf } from './rulebook';
import { entryOf, readAmount, showAmount, type Entry } from './units';

/** A scanned thing that goes into an act or is looked at by it. */
export interface Link {
  readonly item: AssetView;
  readonly ask: { readonly counted: boolean; readonly unit: string; readonly entry: Entry };
  /** How much of a counted lot, as typed. */
  readonly amount: string;
}

/** Takes a scanned item up, unless it is of the wrong kind or in the wrong state. */
export function linkTo(ask: LinkAsk, item: AssetView, subject: string, others: readonly Link[]): { link: Link } | { error: Text } {
  const kind = wantedOf(ask, item);
  const unit = kind?.unit ?? 'each';
  const link: Link = { item, ask: { counted: ask.what === 'inputs' && kind !== undefined && (kind.counted || item.quantity !== undefined), unit, entry: entryOf(unit) }, amount: '' };
  const error = unfit(ask, item, subject, others);
  return error === undefined ? { link } : { error };
}

/** What the act asks of things of the item's kind: another rulebook's kind of the same name is another one. */
const wantedOf = (ask: LinkAsk, item: AssetView): LinkAsk['kinds'][number] | undefined => ask.kinds.find((k) => k.kind === item.kind && k.book === item.rulebook.split('@')[0]);

function unfit(ask: LinkAsk, item: AssetView, subject: string, others: readonly Link[]): Text | undefined {
  if (item.id === subject) return words.both('linkSelf');
  if (others.some((l) => l.item.id === item.id)) return words.both('linkTwice');
  const kind = wantedOf(ask, item);
  if (kind === undefined) {
    const wanted = oneOf(ask.kinds.map((k) => k.title));
    return words.both('linkKind', { en: { kind: item.kindTitle.en, wanted: wanted.en }, zh: { kind: item.kindTitle.zh, wanted: wanted.zh } });
  }
  if (!kind.states.some((s) => s.name === item.state)) {
    const wanted = oneOf(kind.states.map((s) => s.title));
    return words.both('linkState', { en: { state: item.stateTitle.en, wanted: wanted.en }, zh: { state: item.stateTitle.zh, wanted: wanted.zh } });
  }
  return ask.what === 'inputs' && item.usedBy !== undefined ? words.both('linkUsed') : undefined;
}

/** What is wrong with a link when the act is about to be recorded; undefined when nothing is. */
export function checkLink(ask: LinkAsk, link: Link, subject: string, before: readonly Link[]): Text | undefined {
  const wrong = unfit(ask, link.item, subject, before);
  if (wrong !== undefined || !link.ask.counted) return wrong;
  if (link.amount.trim() === '') return words.both('amountNeeded');
  const amount = readAmount(link.amount, link.ask.entry);
  if (!amount.ok) return words.both(amount.why, { value: link.amount, digits: link.ask.entry.digits });
  if (amount.value <= 0) return words.both('aboveZero');
  const left = link.item.quantity?.left;
  if (left === undefined || amount.value <= left) return undefined;
  return words.both('linkLeft', { en: { left: showAmount(left, link.ask.unit, 'en') }, zh: { left: showAmount(left, link.ask.unit, 'zh') } });
}
