import type { AssetView, KindView, RulebookView, Text } from '../core/types';
import { liesUnder } from './rulebook';

/** A value that several items have because it was given for all of them: the truck's delivery note, the crew. */
export interface Shared {
  readonly field: string;
  readonly title: Text;
  readonly value: string;
}

/**
 * The values that an item shares with others of its kind: texts of its record that the rulebook says are given again, in an action that leads to
 * its state or goes on from it.
 */
export function sharedOf(item: AssetView, kind: KindView | undefined): Shared[] {
  const asked = (kind?.actions ?? []).filter((a) => a.to === item.state || a.from?.includes(item.state)).flatMap((a) => a.asks.data ?? []);
  const names = new Set(asked.filter((f) => f.remember === 'last').map((f) => f.name));
  return [...names].flatMap((field) => {
    const value = item.fields?.[field];
    if (typeof value !== 'string' || value === '') return [];
    return [{ field, value, title: kind?.fields?.find((f) => f.name === field)?.title ?? asked.find((f) => f.name === field)!.title }];
  });
}

/** Whether items of a kind have others under them in the breakdown of the works. */
export const holdsOthers = (book: RulebookView, kind: string): boolean => book.kinds.some((k) => liesUnder(k, kind));
