import type { ActionView, AssetView, KindView } from '../core/types';
import { signersOf } from './rulebook';

/** What the ledger's record of an asset says about breakdown, joint signatures and recalls. */
export interface WorksAsset extends AssetView {
  readonly under?: string;
  /** Counts of what lies under it: total, frozen, and those that the rulebook names. */
  readonly children?: Readonly<Record<string, number>>;
  readonly pending?: {
    readonly action: string;
    readonly signatures: readonly { readonly role: string; readonly organisation: string; readonly device: string; readonly event: string }[];
  };
  readonly frozen?: readonly { readonly recall: string; readonly via?: string; readonly possible?: boolean }[];
  readonly released?: readonly string[];
}

/** The actions that several sign, with who has signed the one that is under way and who has not. */
export interface Signing {
  readonly action: ActionView;
  readonly signed: readonly { readonly role: string; readonly organisation: string }[];
  readonly left: readonly string[];
  readonly begun: boolean;
}

export function signingOf(item: WorksAsset, kind: KindView | undefined): Signing | undefined {
  const joint = kind?.actions.filter((a) => signersOf(a).length > 0 && a.from?.includes(item.state)) ?? [];
  const action = joint.find((a) => a.name === item.pending?.action) ?? joint[0];
  if (action === undefined) return undefined;
  const signed = item.pending?.action === action.name ? item.pending.signatures : [];
  return { action, signed, left: signersOf(action).filter((r) => !signed.some((s) => s.role === r)), begun: signed.length > 0 };
}
