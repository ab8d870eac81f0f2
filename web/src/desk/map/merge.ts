import type { Place, Point, Text } from '../../core/types';

/** What a form or a file says of a place. An empty text is not said. */
export interface Said {
  readonly id: string;
  readonly kind: string;
  readonly title: Text;
  readonly outline?: readonly Point[];
  readonly line?: readonly Point[];
  readonly chainage?: NonNullable<Place['chainage']>;
  readonly plan?: Readonly<Record<string, number>>;
}

/** The id of what a place lies in; nothing for the first of a project. */
export const parentOf = (id: string): string | undefined => (id.includes('/') ? id.slice(0, id.lastIndexOf('/')) : undefined);

const slug = (text: string, most: number): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9+]+/g, '-').slice(0, most).replace(/^[-+]+|[-+]+$/g, '');

/** The name of a kind of place as the ledger has it, of what a person calls it: "lamp-row" of "Lamp row". Empty where it has no Latin letter. */
export const nameOfKind = (typed: string): string => slug(typed, 40).replace(/^[^a-z]+/, '').replaceAll('+', '');

/** The id of a new place in another, or of the first of a project: of its English name, or of its kind where that gives none. */
export const idWithin = (parent: string, en: string, kind: string): string => `${parent === '' ? '' : `${parent}/`}${slug(en, 40) || kind}`;

/**
 * The place as it is to be recorded. Recording replaces all that the ledger has of it, so what is not said is taken from
 * there: who draws an outline must not lose the plan.
 */
export function over(old: Place | undefined, said: Said): Place {
  const { id, title } = said;
  const parent = parentOf(id);
  const plan = { ...old?.plan, ...said.plan };
  const chainage = said.chainage && { ...(old?.chainage?.side !== undefined && { side: old.chainage.side }), ...said.chainage };
  return {
    ...old,
    id,
    kind: said.kind || (old?.kind ?? ''),
    title: { en: title.en || old?.title.en || title.zh, zh: title.zh || old?.title.zh || title.en },
    ...(parent !== undefined && { parent }),
    ...(said.outline && { outline: said.outline }),
    ...(said.line && { line: said.line }),
    ...(chainage && { chainage }),
    ...(Object.keys(plan).length > 0 && { plan }),
  };
}

/** The parts of a place that are signed: an answer of the gateway holds more. */
export function bare({ id, kind, parent, title, outline, line, chainage, plan, weeks }: Place): Place {
  return {
    id, kind, title,
    ...(parent !== undefined && { parent }), ...(outline && { outline }), ...(line && { line }),
    ...(chainage && { chainage }), ...(plan && { plan }), ...(weeks && { weeks }),
  };
}
