import { limits } from '../core/limits';
import { sampled } from '../core/sample';
import type { ActionView, InputAsk, KindView, Need, RuleField, RulebookView, Text } from '../core/types';
import { isReleasing, underOf } from './rulebook';
import { entryOf, entryOfField, type Entry } from './units';

/** One value that an action asks for. */
export interface FormField {
  readonly name: string;
  readonly title: Text;
  readonly type: RuleField['type'];
  readonly optional: boolean;
  /** Of integers: how they are typed, and the bounds as recorded. */
  readonly entry?: Entry;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: RuleField['choices'];
  /** Characters of a text, values of a list. */
  readonly maxLength: number;
  readonly remember?: NonNullable<RuleField['remember']>;
  /** Of entries: what each of them asks. */
  readonly members?: readonly FormField[];
}

/** Other things that are named by scanning them. */
export interface LinkAsk {
  readonly what: 'inputs' | 'refs' | 'under';
  readonly kinds: readonly { readonly book: string; readonly kind: string; readonly title: Text; readonly unit: string; readonly counted: boolean; readonly states: readonly { readonly name: string; readonly title: Text }[] }[];
  readonly min: number;
  readonly max: number;
}

/** What an action asks, as a form: the order of its members is the order on the page. */
export interface FormModel {
  readonly rulebook: string;
  /** The rulebook without its version. */
  readonly book: string;
  readonly kind: string;
  readonly kindTitle: Text;
  readonly action: string;
  readonly title: Text;
  readonly creates: boolean;
  /** The least number of photos; undefined when none is asked, though some may be given. */
  readonly evidence: number;
  /** Everybody sees the photos that go with it. */
  readonly releases: boolean;
  /** Of how many items one needs those photos; 1 for each. */
  readonly sample: number;
  readonly tag?: 'bind' | 'replace';
  readonly corrects: boolean;
  readonly under?: LinkAsk;
  readonly inputs?: LinkAsk;
  readonly refs?: LinkAsk;
  readonly fields: readonly FormField[];
  readonly amount?: { readonly need: Exclude<Need, 'no'>; readonly entry: Entry };
  readonly place: Need;
  /** It commits to a list of codes or divides one: not from a form. */
  readonly list: boolean;
  readonly into: boolean;
}

export function formOf(action: ActionView, kind: KindView, rulebook: RulebookView): FormModel {
  const { asks } = action;
  const under = action.creates ? underOf(kind) : undefined;
  return {
    rulebook: rulebook.name,
    book: rulebook.book,
    kind: kind.name,
    kindTitle: kind.title,
    action: action.name,
    title: action.title,
    creates: action.creates ?? false,
    evidence: asks.evidence ?? 0,
    releases: isReleasing(action),
    sample: asks.sample ?? 1,
    ...(asks.tag && { tag: asks.tag }),
    corrects: asks.corrects ?? false,
    ...(under && { under: linkOf('under', { kinds: under.kinds, min: under.optional ? 0 : 1, max: 1 }, rulebook) }),
    ...(asks.inputs && { inputs: linkOf('inputs', asks.inputs, rulebook) }),
    ...(asks.refs && { refs: linkOf('refs', asks.refs, rulebook) }),
    fields: (asks.data ?? []).map(fieldOf),
    ...(asks.amount !== 'no' && { amount: { need: asks.amount, entry: entryOf(kind.unit) } }),
    place: asks.place,
    list: asks.list ?? false,
    into: asks.into ?? false,
  };
}

function fieldOf(f: RuleField): FormField {
  const counts = f.type === 'integer' || f.type === 'integers';
  return {
    name: f.name,
    title: f.title,
    type: f.type,
    optional: f.optional ?? false,
    ...(counts && { entry: entryOfField(f) }),
    ...(f.min !== undefined && { min: f.min }),
    ...(f.max !== undefined && { max: f.max }),
    ...(f.choices && f.choices.length > 0 && { choices: f.choices }),
    maxLength: f.maxLength ?? limits.fieldText,
    ...(f.remember && { remember: f.remember }),
    ...(f.members && { members: f.members.map(fieldOf) }),
  };
}

function linkOf(what: LinkAsk['what'], ask: InputAsk, rulebook: RulebookView): LinkAsk {
  return {
    what,
    min: ask.min,
    max: ask.max,
    kinds: ask.kinds.map((k) => {
      const kind = k.book === undefined ? rulebook.kinds.find((one) => one.name === k.kind) : undefined;
      const read = kind ?? rulebook.reads?.find((one) => one.book === k.book && one.kind === k.kind);
      return {
        book: k.book ?? rulebook.book,
        kind: k.kind,
        title: read?.title ?? { en: k.kind, zh: k.kind },
        unit: read?.unit ?? 'each',
        counted: kind?.lot === 'counted',
        states: k.states.map((name) => ({ name, title: kind?.states.find((s) => s.name === name)?.title ?? { en: name, zh: name } })),
      };
    }),
  };
}

/** The least number of photos that are needed of an item. */
export const photosOf = (form: FormModel, code: string): number => (sampled(code, form.sample) ? form.evidence : 0);

/** Nothing is asked and nothing may be left out: a scan alone records it. */
export const asksNothing = (form: FormModel): boolean =>
  form.evidence === 0 && form.tag === undefined && !form.corrects && !form.list && !form.into && form.under === undefined &&
  form.inputs === undefined && form.refs === undefined && form.fields.length === 0 && form.amount === undefined && form.place === 'no';
