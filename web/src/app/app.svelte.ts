import type { Device } from '../core/device';
import { refusalOf, type RefusalShape } from '../core/refusal';
import type { LedgerView, RulebookView, Text } from '../core/types';
import { onChange } from '../kept/changes';
import { currentDevice } from '../kept/device';
import { knownLedger } from '../kept/ledger';
import { currentRulebooks, rulebook } from '../kept/works';
import { store } from '../core/store';
import { nameOrganisations, nameRulebooks } from '../words/language.svelte';
import { words } from '../words/app';

export type Light = 'auto' | 'sun';
const lightKey = 'rootline.light';

/** What all screens of the field app share. */
class App {
  /** The device that signs; undefined before enrolment, and until `ready`. */
  device = $state.raw<Device | undefined>(undefined);
  ready = $state(false);
  /** What stands in the way of starting at all: no storage. */
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  ledger = $state.raw<LedgerView | undefined>(undefined);
  light = $state<Light>('auto');
  /** Rulebooks by name, read once. */
  readonly #books = new Map<string, RulebookView>();
  #current: Promise<readonly RulebookView[]> | undefined;

  async start(): Promise<void> {
    try {
      this.setLight(store()?.getItem(lightKey) === 'sun' ? 'sun' : 'auto');
    } catch {
      // A browser that keeps nothing says so below, in words.
    }
    onChange((c) => c === 'device' && void this.#look());
    await this.#look();
    // What the next screens need is there before they ask.
    if (this.device !== undefined) void this.current().catch(() => undefined);
  }

  async #look(): Promise<void> {
    try {
      this.device = await currentDevice();
      this.ledger = await knownLedger();
      if (this.ledger !== undefined) nameOrganisations(this.ledger.organisations);
      this.trouble = undefined;
    } catch (e) {
      this.trouble = refusalOf(e).shape();
    }
    this.ready = true;
  }

  /** A rulebook by its name with version; undefined when nobody has it. */
  async book(name: string): Promise<RulebookView | undefined> {
    const known = this.#books.get(name);
    if (known !== undefined) return known;
    const book = await rulebook(name);
    if (book !== undefined) this.#books.set(name, book);
    return book;
  }

  /** The rulebooks in force. Asked once in a while: a new version is adopted by vote, which takes days. */
  current(): Promise<readonly RulebookView[]> {
    this.#current ??= currentRulebooks().then(
      (books) => {
        for (const b of books) this.#books.set(b.name, b);
        nameRulebooks(books);
        if (books.length === 0) this.#current = undefined;
        setTimeout(() => (this.#current = undefined), 10 * 60_000);
        return books;
      },
      (e: unknown) => {
        this.#current = undefined;
        throw e;
      },
    );
    return this.#current;
  }

  /** What an organisation is called; never its machine's id. */
  organisation(mspId: string | undefined): Text {
    return this.ledger?.organisations.find((o) => o.mspId === mspId)?.title ?? words.both('someOrganisation');
  }

  setLight(light: Light): void {
    this.light = light;
    document.documentElement.dataset.light = light;
    try {
      store()?.setItem(lightKey, light);
    } catch {
      // It holds until the page is left.
    }
  }
}

export const app = new App();

/** A moment that goes on: what shows an age reads it. */
class Clock {
  now = $state(Date.now());
  start(): () => void {
    const timer = setInterval(() => (this.now = Date.now()), 5000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
