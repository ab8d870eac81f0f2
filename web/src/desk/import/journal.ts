import { newEventId } from '../../core/uuidv7';
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
   * The entry of a row: the one that it has, or a new one. A row that was not recorded and now says something else keeps
   * its code and gets another event id, so that it cannot be recorded twice.
   */
  plan(key: string, digest: string, prefix: string): Entry {
    const old = this.#entries.get(key);
    if (old !== undefined && (old.recorded !== undefined || old.digest === digest)) return old;
    const entry: Entry = { set: this.set, key, event: newEventId(), asset: old?.asset ?? newCode(prefix), digest };
    this.#entries.set(key, entry);
    this.#fresh.push(entry);
    return entry;
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
