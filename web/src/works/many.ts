import type { RulebookView } from '../core/types';
import type { Draft } from '../core/event';
import { hasForm, openTo, type Actor, type AllowedAction } from './allowed';
import { answersToDraft, type Answers, type FieldErrors } from './answers';
import { formOf, type FormModel } from './form';
import type { WorksAsset } from './signing';

/** The most items that one act is recorded on at once. */
export const mostTogether = 200;

/** An action that can be recorded on all of some items, with the form of each by its own version of the rulebook. */
export interface ForAll {
  readonly key: string;
  readonly form: FormModel;
  readonly forms: ReadonlyMap<string, FormModel>;
}

/**
 * Whether one form says the same of many items: nothing in it is of a single one, as a photo, a position, a scan, an
 * amount, or a number that is counted on from item to item is. What accepts is not among it: nobody accepts what was not looked at.
 */
export function saysOfMany({ action, kind }: AllowedAction): boolean {
  const { asks } = action;
  const accepts = kind.states.find((s) => s.name === action.to)?.tone === 'accepted';
  return !action.creates && !accepts && hasForm(action) && !asks.corrects && asks.tag === undefined && asks.inputs === undefined && asks.refs === undefined &&
    (asks.evidence ?? 0) === 0 && asks.place !== 'required' && asks.amount !== 'required' &&
    !(asks.data ?? []).some((f) => f.remember === 'next');
}

/** What this person can record on all of the items, in the order of the first one's rulebook. Items of several kinds have in common what is asked alike. */
export function forAll(items: readonly WorksAsset[], actor: Actor & { readonly organisation: string }, books: ReadonlyMap<string, RulebookView>): ForAll[] {
  const [first, ...rest] = items.map((item) => {
    const book = books.get(item.rulebook);
    const open = book === undefined ? [] : openTo(item, actor, book).filter(saysOfMany);
    return new Map(open.map((a) => [keyOf(a), { id: item.id, form: formOf(a.action, a.kind, a.rulebook) }]));
  });
  return [...(first ?? [])].flatMap(([key, one]) => {
    const others = rest.map((of) => of.get(key));
    return others.includes(undefined) ? [] : [{ key, form: one.form, forms: new Map([one, ...others].map((o) => [o!.id, o!.form])) }];
  });
}

/** What is called alike and asks alike is one action, whatever the kind. */
const keyOf = ({ action }: AllowedAction): string => JSON.stringify([action.name, action.title, action.asks.data ?? [], action.takesCustody ?? false]);

/** The drafts of one act on many items, or what is wrong with its answers. */
export function draftsOf(act: ForAll, answers: Answers, items: readonly WorksAsset[]): { readonly drafts: readonly Draft[] } | { readonly errors: FieldErrors } {
  const drafts: Draft[] = [];
  for (const item of items) {
    const drafted = answersToDraft(act.forms.get(item.id) ?? act.form, answers, item);
    if ('errors' in drafted) return drafted;
    drafts.push(drafted.draft);
  }
  return { drafts };
}
