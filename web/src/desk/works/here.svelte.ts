import { words } from '../../words/app';
import { app } from '../../app/app.svelte';
import type { Device } from '../../core/device';
import { refusalOf, type RefusalShape } from '../../core/refusal';
import type { KindView, LedgerView, RulebookView, Text } from '../../core/types';
import { currentDevice } from '../../kept/device';
import { knownLedger, learnLedger } from '../../kept/ledger';
import { rulebook } from '../../kept/rulebooks';
import { nameOrganisations } from '../../words/language.svelte';
import { kindOf } from '../../works/rulebook';
import { signedOut } from '../out.svelte';

/** Who looks, and what the pages of the works look things up in. */
class Here {
  device = $state.raw<Device | undefined>(undefined);
  ledger = $state.raw<LedgerView | undefined>(undefined);
  books = $state.raw<ReadonlyMap<string, RulebookView>>(new Map());
  /** A moment that goes on: deadlines pass while a page is open. */
  now = $state(Date.now());
  #timer: ReturnType<typeof setInterval> | undefined;

  async start(): Promise<void> {
    this.#timer ??= setInterval(() => (this.now = Date.now()), 10_000);
    this.device = signedOut() ? undefined : await currentDevice();
    this.ledger = (await knownLedger()) ?? (await learnLedger());
    nameOrganisations(this.ledger.organisations);
    // The parts that are shared with the field app name organisations from there.
    app.device ??= this.device;
    app.ledger ??= this.ledger;
  }

  /** Reads the rulebooks that some items stand under. */
  async know(items: readonly { readonly rulebook: string }[]): Promise<void> {
    const wanted = [...new Set(items.map((i) => i.rulebook))].filter((name) => !this.books.has(name));
    const found = await Promise.all(wanted.map((name) => rulebook(name)));
    if (found.some((b) => b !== undefined)) this.books = new Map([...this.books, ...found.flatMap((b): [string, RulebookView][] => (b ? [[b.name, b]] : []))]);
  }

  /** What the rulebook that an item stands under says of its kind, once that rulebook was read. */
  kind(item: { readonly rulebook: string; readonly kind: string }): KindView | undefined {
    const book = this.books.get(item.rulebook);
    return book && kindOf(book, item.kind);
  }

  organisation(mspId: string | undefined): Text {
    return this.ledger?.organisations.find((o) => o.mspId === mspId)?.title ?? words.both('someOrganisation');
  }
}

export const here = new Here();

/** What a page reads, as it comes: its value, or why there is none. */
export class Reading<T> {
  value = $state.raw<T | undefined>(undefined);
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  busy = $state(false);
  #turn = 0;

  constructor(readonly read: () => Promise<T>) {}

  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      await here.start();
      const value = await this.read();
      if (turn === this.#turn) [this.value, this.trouble] = [value, undefined];
    } catch (e) {
      if (turn === this.#turn) this.trouble = refusalOf(e).shape();
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}

/** Something that a person asked for, with what stands in its way. */
export class Doing {
  busy = $state(false);
  trouble = $state.raw<RefusalShape | undefined>(undefined);

  /** Answers whether it was done. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = undefined;
    try {
      await work();
      return true;
    } catch (e) {
      this.trouble = refusalOf(e).shape();
      return false;
    } finally {
      this.busy = false;
    }
  }
}
