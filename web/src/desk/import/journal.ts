import { isEventIdOf, newEventId } from '../../core/uuidv7';
import { entriesOf, put, type Entry } from './db';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A fresh code with an organisation's prefix: rootline.NewCode. */
export const newCode = (prefix: string): string => prefix + Array.from(crypto.getRandomValues(new Uint8Array(13)), (b) => alphabet[b & 31]).join('');

export const setOf = (net: string, source: string): string => `${net} ${source}`;

/** Keeps, for each row of a data set, the ids that were chosen for it. What is planned is on the disk once sync returns. */
export class Journal {
  readonly #entries: Map<string, Entry>;
  #fresh: Entry[] = [];

  private constructor(
    readonly set: string,
    entries: readonly Entry[],
  ) {
    this.#entries = new Map(entries.map((e) => [e.key, e]));
  }

  static async open(set: string): Promise<Journal> {
    return new Journal(set, await entriesOf(set));
  }

  /**
   * The entry of a row, to be signed by the key named kid: the one that it has, or a new one. A row that was not recorded and now
   * says something else, or is now signed by another key, keeps its code and gets another event id, so that it cannot be
   * recorded twice.
   */
  async plan(key: string, digest: string, prefix: string, kid: string): Promise<Entry> {
    const old = this.#entries.get(key);
    if (old === undefined) return this.#keep({ set: this.set, key, event: '', asset: newCode(prefix), digest }, kid);
    if (old.recorded !== undefined || (old.digest === digest && (await isEventIdOf(kid, old.event)))) return old;
    const entry = { set: this.set, key, event: '', asset: old.asset, digest };
    return this.#keep(old.digest === digest ? { ...entry, earlier: [...(old.earlier ?? []), old.event] } : entry, kid);
  }

  /** Gives the entry of a row another event id, since another event has the one that it had; sync before it is sent. */
  renew(key: string, kid: string): Promise<Entry> {
    return this.#keep(this.#entries.get(key)!, kid);
  }

  /** Keeps an entry with a fresh event id. */
  async #keep(entry: Entry, kid: string): Promise<Entry> {
    const kept = { ...entry, event: await newEventId(kid) };
    this.#entries.set(kept.key, kept);
    this.#fresh.push(kept);
    return kept;
  }

  /** Notes that rows are recorded; on the disk when it returns. */
  async done(keys: readonly string[], job: string): Promise<void> {
    const entries = keys.map((key): Entry => ({ ...this.#entries.get(key)!, recorded: job }));
    for (const e of entries) this.#entries.set(e.key, e);
    await put('journal', entries);
  }

  async sync(): Promise<void> {
    const fresh = this.#fresh;
    this.#fresh = [];
    await put('journal', fresh);
  }
}
