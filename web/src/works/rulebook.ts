import type { ActionView, Asset, AssetView, InputAsk, KindView, RulebookView, StateTone, Text } from '../core/types';

/** What newer rulebooks say besides; absent in older ones. */
export interface KindMore {
  /** What an asset lies under in the breakdown of the works. */
  readonly under?: { readonly kinds: InputAsk['kinds']; readonly optional?: boolean; readonly progress?: { readonly accepted: string; readonly excellent?: string; readonly gone?: string } };
}

export interface ActionMore {
  /** Roles that each sign the same act before it is done. */
  readonly signers?: readonly string[];
  /** A recall does not stop it. */
  readonly whenFrozen?: boolean;
  /** Everybody sees the photos that go with it. */
  readonly releases?: boolean;
}

export interface AssetMore {
  readonly frozen?: readonly unknown[];
}

export const underOf = (kind: KindView | undefined): KindMore['under'] => (kind as (KindView & KindMore) | undefined)?.under;
/** Whether things of a kind lie under things of another one of the same rulebook, in some state of that or in the one given. */
export const liesUnder = (kind: KindView, above: string, state?: string): boolean =>
  underOf(kind)?.kinds.some((u) => u.book === undefined && u.kind === above && (state === undefined || u.states.includes(state))) ?? false;
export const signersOf = (action: ActionView): readonly string[] => (action as ActionView & ActionMore).signers ?? [];
export const runsFrozen = (action: ActionView): boolean => (action as ActionView & ActionMore).whenFrozen ?? false;
export const isReleasing = (action: ActionView): boolean => (action as ActionView & ActionMore).releases ?? false;
export const isFrozen = (item: Asset): boolean => ((item as Asset & AssetMore).frozen ?? []).length > 0;

export const kindOf = (book: RulebookView, name: string): KindView | undefined => book.kinds.find((k) => k.name === name);
export const actionOf = (kind: KindView | undefined, name: string): ActionView | undefined => kind?.actions.find((a) => a.name === name);

const bare = (name: string): Text => ({ en: name, zh: name });

/** How a state stands, as its rulebook says. */
export const lookOf = (kind: KindView | undefined, state: string): StateTone => kind?.states.find((s) => s.name === state)?.tone ?? 'working';
export const stateTitle = (kind: KindView | undefined, state: string): Text => kind?.states.find((s) => s.name === state)?.title ?? bare(state);
export const roleTitle = (book: RulebookView, role: string): Text => book.roles.find((r) => r.name === role)?.title ?? bare(role);
export const kindTitle = (book: RulebookView, kind: string): Text => kindOf(book, kind)?.title ?? bare(kind);

/** Several names in one text, with "or" between. */
export const oneOf = (texts: readonly Text[]): Text => ({
  en: texts.map((t) => t.en).join(' / '),
  zh: texts.map((t) => t.zh).join('、'),
});

/** Nothing but corrections and the like can follow: no action leads to another state from here. */
export const isEnd = (kind: KindView | undefined, item: Pick<AssetView, 'state' | 'usedBy'>): boolean =>
  item.usedBy !== undefined || (kind !== undefined && !kind.actions.some((a) => a.to !== undefined && a.to !== item.state && a.from?.includes(item.state)));
