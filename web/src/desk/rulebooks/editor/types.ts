import { words } from '../../../words/editor';
import type { Plain } from './text';

/** The type that a field says, by the words that the gateway knows; '' where it takes that of a kept field of its name. */
export function typeOf(field: Plain | undefined, types: readonly string[]): string {
  if (typeof field === 'string') return field;
  if (typeof field !== 'object' || field === null || Array.isArray(field)) return '';
  return Object.keys(field).find((k) => types.includes(k)) ?? '';
}

/** What a value of an entry may be. */
export const inEntry: readonly string[] = ['string', 'integer', 'bool', 'place'];

/** Fields of such a type hold several values. */
export const isListed = (type: string): boolean => ['integers', 'strings', 'entries', 'organisations', 'items'].includes(type);

/** Fields of such a type have a unit and bounds. */
export const isNumeric = (type: string): boolean => type === 'integer' || type === 'integers';

/** What a type is called; a type that this page has no words for, by its own name. */
export function typeWord(type: string): string {
  const own: Readonly<Record<string, string>> = {
    string: words.say('string'), integer: words.say('integer'), bool: words.say('bool'), integers: words.say('integers'), strings: words.say('strings'), place: words.say('place'), entries: words.say('entries'),
    organisation: words.say('organisation'), organisations: words.say('organisations'), device: words.say('device'), item: words.say('item'), items: words.say('items'),
  };
  return Object.hasOwn(own, type) ? own[type]! : type;
}
