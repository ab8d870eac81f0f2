import { untrack } from 'svelte';
import { app } from '../../app/app.svelte';
import { isRefusal, refusalOf, type RefusalShape } from '../../core/refusal';
import type { AssetView, RulebookView } from '../../core/types';
import { keptItem } from '../../kept/items';
import type { FoundItem } from '../../kept/types';
import { findItem } from '../../kept/works';

/** What was looked at last: the form opens with it at once. */
const memo = new Map<string, Looked>();
const remembered = 20;

export interface Looked {
  readonly item: AssetView;
  readonly book: RulebookView | undefined;
  /** Undefined while only what is kept here is shown, and the gateway is being asked. */
  readonly found?: FoundItem;
}

/** An item on its way to the page: what is kept first, then what the gateway says. */
export class ItemLook {
  looked = $state.raw<Looked | undefined>(undefined);
  /** Nobody knows the code. */
  unknown = $state(false);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  /** The network is being asked. */
  busy = $state(false);

  constructor(readonly code: string) {
    this.looked = memo.get(code);
  }

  /** Looks it up; a scan is noted. What calls this from an effect does not depend on what is found, or it would never end. */
  look(quiet: boolean): Promise<void> {
    return untrack(() => this.#ask(quiet));
  }

  async #ask(quiet: boolean): Promise<void> {
    this.busy = true;
    this.trouble = undefined;
    try {
      if (this.looked === undefined) {
        const here = await keptItem(this.code);
        if (here !== undefined) this.looked = { item: here.item, book: await app.book(here.item.rulebook) };
      }
      const found = await findItem(this.code, { quiet });
      this.unknown = found === undefined;
      if (found === undefined) memo.delete(this.code);
      this.looked = found && (await remember(this.code, found));
    } catch (e) {
      this.trouble = isRefusal(e) ? e.shape() : refusalOf(e).shape();
    } finally {
      this.busy = false;
    }
  }
}

async function remember(code: string, found: FoundItem): Promise<Looked> {
  const looked = { item: found.item, book: await app.book(found.item.rulebook).catch(() => undefined), found };
  memo.delete(code);
  memo.set(code, looked);
  for (const old of memo.keys()) if (memo.size > remembered) memo.delete(old);
  return looked;
}

/** What was looked at is not true any more: something was recorded on it. */
export const forgetLook = (code: string): void => void memo.delete(code);
