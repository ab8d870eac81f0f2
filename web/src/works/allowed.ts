import type { ActionView, AssetView, KindView, RulebookView, Text } from '../core/types';
import { words } from '../words/works';
import type { WorksAsset } from './signing';
import { actionOf, isFrozen, kindOf, kindTitle, oneOf, roleTitle, runsFrozen, stateTitle } from './rulebook';

/** Who acts: the device's role is what the rulebook asks for. */
export interface Actor {
  readonly role: string;
}

export interface AllowedAction {
  readonly action: ActionView;
  readonly kind: KindView;
  readonly rulebook: RulebookView;
}

/**
 * What this person can record on the item now, in the rulebook's order. State, role and what was used up or frozen are
 * looked at here; the rulebook's rules are not, since only the ledger runs them.
 */
export function allowed(item: AssetView, actor: Actor, rulebook: RulebookView): AllowedAction[] {
  const kind = kindOf(rulebook, item.kind);
  if (kind === undefined) return [];
  return kind.actions.filter((a) => obstacle(item, actor, rulebook, a) === undefined).map((action) => ({ action, kind, rulebook }));
}

/** What this person can record on it now and has not signed yet: a joint act that this organisation has signed is the others' turn. */
export function openTo(item: WorksAsset, actor: Actor & { readonly organisation: string }, rulebook: RulebookView): AllowedAction[] {
  const signed = item.pending?.signatures.some((s) => s.organisation === actor.organisation || s.role === actor.role);
  return allowed(item, actor, rulebook).filter((a) => !(signed && item.pending?.action === a.action.name));
}

/** What a form can record: not what divides a list of codes. */
export const hasForm = (action: ActionView): boolean => !action.asks.into;

/**
 * What is likely done next comes first: what the rulebook calls likely, and then by how much it says of the moment. An action
 * that is there for this state alone is what the state waits for; one that may be done at any time is done now and then. Of
 * those alike, what leads on goes before what ends, and the rulebook's order holds. What is only noted comes after what leads
 * to another state.
 */
export function likelyFirst(actions: readonly AllowedAction[], item: Pick<AssetView, 'state'>): AllowedAction[] {
  const rank = ({ action, kind }: AllowedAction): readonly number[] => {
    const leads = action.to !== undefined && action.to !== item.state;
    const ends = leads && !kind.actions.some((a) => a.to !== undefined && a.to !== action.to && a.from?.includes(action.to!));
    return [action.likely ? 0 : 1, leads ? 0 : 1, action.asks.corrects ? 1 : 0, action.from?.length ?? 0, ends ? 1 : 0];
  };
  return actions
    .map((a, i) => ({ a, by: [...rank(a), i] }))
    .sort((x, y) => x.by.map((n, i) => n - y.by[i]!).find((d) => d !== 0) ?? 0)
    .map(({ a }) => a);
}

/** What a person is offered with an item in hand: what a form records and this organisation has not signed, likely first. */
export const offered = (item: WorksAsset, actor: Actor & { readonly organisation: string }, rulebook: RulebookView): AllowedAction[] =>
  likelyFirst(openTo(item, actor, rulebook).filter((a) => hasForm(a.action)), item);

/** Why an action cannot be recorded on the item by this person now; undefined when it can. */
export function obstacle(item: AssetView, actor: Actor, rulebook: RulebookView, action: ActionView): Text | undefined {
  if (item.usedBy !== undefined) return words.both('usedUp', { code: item.usedBy });
  if (isFrozen(item) && !runsFrozen(action)) return words.both('frozen');
  const kind = kindOf(rulebook, item.kind);
  if (action.creates || !action.from?.includes(item.state)) {
    return inBoth('wrongState', { state: stateTitle(kind, item.state), action: action.title, wanted: oneOf((action.from ?? []).map((s) => stateTitle(kind, s))) });
  }
  if (!action.by.includes(actor.role)) {
    return inBoth('wrongRole', { action: action.title, roles: oneOf(action.by.map((r) => roleTitle(rulebook, r))) });
  }
  return undefined;
}

/** The same for an action that was chosen before the item was scanned, by the names of kind and action. */
export function obstacleTo(item: AssetView, actor: Actor, rulebook: RulebookView, wanted: { rulebook: RulebookView; kind: string; action: string }): Text | undefined {
  const action = actionOf(kindOf(rulebook, item.kind), wanted.action);
  const asked = actionOf(kindOf(wanted.rulebook, wanted.kind), wanted.action);
  // Two rulebooks may each have a kind of one name.
  if (item.kind !== wanted.kind || rulebook.book !== wanted.rulebook.book) {
    const [theirs, its] = [kindTitle(wanted.rulebook, wanted.kind), kindTitle(rulebook, item.kind)];
    const alike = theirs.en === its.en || theirs.zh === its.zh;
    const full = (kind: Text, of: RulebookView): Text => (alike ? { en: `${kind.en} (${of.title.en})`, zh: `${kind.zh}（${of.title.zh}）` } : kind);
    return inBoth('wrongKind', { action: asked?.title ?? same(wanted.action), wanted: full(theirs, wanted.rulebook), kind: full(its, rulebook) });
  }
  return action === undefined ? words.both('noAction') : obstacle(item, actor, rulebook, action);
}

/** What somebody else can do next with the item: the actions that lead on, and whose they are. */
export function nextSteps(item: AssetView, actor: Actor, rulebook: RulebookView): { readonly title: Text; readonly by: Text }[] {
  const kind = kindOf(rulebook, item.kind);
  if (kind === undefined || item.usedBy !== undefined) return [];
  return kind.actions
    .filter((a) => a.from?.includes(item.state) && a.to !== undefined && a.to !== item.state && !a.by.includes(actor.role))
    .map((a) => ({ title: a.title, by: oneOf(a.by.map((r) => roleTitle(rulebook, r))) }));
}

/** What this person can begin with a blank code. Only the rulebooks in force take new assets. */
export function creatable(actor: Actor, rulebooks: readonly RulebookView[]): AllowedAction[] {
  return rulebooks
    .filter((r) => r.current)
    .flatMap((rulebook) =>
      rulebook.kinds.flatMap((kind) =>
        kind.actions.filter((a) => a.creates && a.by.includes(actor.role)).map((action) => ({ action, kind, rulebook })),
      ),
    );
}

/** Whether this person binds or replaces tags at all. */
export const bindsTags = (actor: Actor, rulebooks: readonly RulebookView[]): boolean =>
  rulebooks.some((r) => r.kinds.some((k) => k.actions.some((a) => a.asks.tag !== undefined && a.by.includes(actor.role))));

/** What this person can do to one thing after another: everything that is done to existing things in their role. */
export function repeatable(actor: Actor, rulebooks: readonly RulebookView[]): AllowedAction[] {
  return rulebooks
    .filter((r) => r.current)
    .flatMap((rulebook) =>
      rulebook.kinds.flatMap((kind) =>
        kind.actions
          .filter((a) => !a.creates && a.by.includes(actor.role) && hasForm(a) && !a.asks.corrects)
          .map((action) => ({ action, kind, rulebook })),
      ),
    );
}

const same = (name: string): Text => ({ en: name, zh: name });

function inBoth(word: 'wrongState' | 'wrongRole' | 'wrongKind', values: Readonly<Record<string, Text>>): Text {
  const of = (language: 'en' | 'zh') => Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v[language] || v.en || v.zh]));
  return words.both(word, { en: of('en'), zh: of('zh') });
}
