/** What a pattern is filled with: the names of the form's or the record's members, and a number. */
export interface Filled {
  readonly pattern: PatternName;
  readonly member: string;
  readonly number: string;
}

/** Where the member of a pattern comes from. */
export type Source = 'number' | 'numbers' | 'place' | 'kept' | 'keptTime' | 'count' | '';

export type PatternName =
  | 'atLeast' | 'atMost' | 'meanAtLeast' | 'eachAtLeast' | 'eachAtMost' | 'nearEnough' | 'within' | 'another' | 'sameAs' | 'waited' | 'allCounted' | 'own';

interface Pattern {
  readonly name: PatternName;
  readonly source: Source;
  /** A number belongs to it. */
  readonly number: boolean;
  readonly form: RegExp;
  readonly write: (member: string, number: string) => string;
}

/** Ways to say a rule without its expression, in the order in which they are offered. What fits none is the author's own. */
export const patterns: readonly Pattern[] = [
  { name: 'atLeast', source: 'number', number: true, form: /^event\.data\.(\w+) >= (-?\d+)$/, write: (m, n) => `event.data.${m} >= ${n}` },
  { name: 'atMost', source: 'number', number: true, form: /^event\.data\.(\w+) <= (-?\d+)$/, write: (m, n) => `event.data.${m} <= ${n}` },
  { name: 'meanAtLeast', source: 'numbers', number: true, form: /^mean\(event\.data\.(\w+)\) >= (-?\d+)$/, write: (m, n) => `mean(event.data.${m}) >= ${n}` },
  { name: 'eachAtLeast', source: 'numbers', number: true, form: /^least\(event\.data\.(\w+)\) >= (-?\d+)$/, write: (m, n) => `least(event.data.${m}) >= ${n}` },
  { name: 'eachAtMost', source: 'numbers', number: true, form: /^greatest\(event\.data\.(\w+)\) <= (-?\d+)$/, write: (m, n) => `greatest(event.data.${m}) <= ${n}` },
  { name: 'nearEnough', source: '', number: true, form: /^event\.place\.accuracy <= ()(\d+)$/, write: (_, n) => `event.place.accuracy <= ${n}` },
  { name: 'within', source: 'place', number: false, form: /^within\(event\.place, event\.data\.(\w+)\)()$/, write: (m) => `within(event.place, event.data.${m})` },
  { name: 'another', source: 'kept', number: false, form: /^actor\.org != asset\.(\w+)()$/, write: (m) => `actor.org != asset.${m}` },
  { name: 'sameAs', source: 'kept', number: false, form: /^actor\.org == asset\.(\w+)()$/, write: (m) => `actor.org == asset.${m}` },
  { name: 'waited', source: 'keptTime', number: true, form: /^event\.witnessed - asset\.(\w+) >= (\d+)$/, write: (m, n) => `event.witnessed - asset.${m} >= ${n}` },
  { name: 'allCounted', source: 'count', number: false, form: /^children\.total > 0 && children\.(\w+) == children\.total()$/, write: (m) => `children.total > 0 && children.${m} == children.total` },
];

/** The pattern that an expression has; 'own' where it has none. */
export function patternOf(check: string): Filled {
  for (const p of patterns) {
    const m = p.form.exec(check.trim());
    if (m !== null) return { pattern: p.name, member: m[1] ?? '', number: m[2] ?? '' };
  }
  return { pattern: 'own', member: '', number: '' };
}

/** The expression of a pattern; '' for the author's own, and where something is missing. */
export function checkOf({ pattern, member, number }: Filled): string {
  const p = patterns.find((one) => one.name === pattern);
  if (p === undefined || (p.source !== '' && member === '') || (p.number && !/^-?\d+$/.test(number))) return '';
  return p.write(member, number);
}

export const sourceOf = (name: PatternName): Source => patterns.find((p) => p.name === name)?.source ?? '';
export const hasNumber = (name: PatternName): boolean => patterns.some((p) => p.name === name && p.number);
