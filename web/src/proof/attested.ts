import type { Answer, Found, Version } from './answer';
import { equal, hex, sha256, type Bytes } from './bytes';
import { Fault, need } from './fault';
import type { RulebookText } from './report';
import { readAsset, readBallot, readCurrent, readDevice, readEventRecord, readLedger, readOrganisation, readRulebook, readSeal, readTagList, type Asset, type Ballot, type Device, type EventRecord, type Ledger, type List, type Organisation, type Seal } from './records';

/** What the answers say together of the ledger's keys. */
export class Attested {
  readonly #found = new Map<string, Found>();
  readonly #asks: (readonly string[])[] = [];

  /** Takes an answer: all have one nonce, and one value and version for a key that is in several. */
  add(a: Answer): void {
    for (const [key, found] of a.keys) {
      need(!this.#found.has(key) || same(this.#found.get(key), found), 'answers-differ', key);
      this.#found.set(key, found);
    }
    this.#asks.push([...a.keys.keys()]);
  }

  /** The first of several answers that says nothing that others do not; undefined when each is needed. */
  get bare(): number | undefined {
    if (this.#asks.length < 2) return undefined;
    const times = new Map<string, number>();
    for (const key of this.#asks.flat()) times.set(key, (times.get(key) ?? 0) + 1);
    const at = this.#asks.findIndex((keys) => keys.every((key) => times.get(key) !== 1));
    return at < 0 ? undefined : at;
  }

  /** The blocks in which the keys were written last. */
  blocks(): ReadonlySet<number> {
    return new Set([...this.#found.values()].flatMap((f) => (f === undefined ? [] : [f.version.block])));
  }

  /** What a key holds; undefined when it was never written. */
  #get(key: string): Found {
    need(this.#found.has(key), 'not-attested', key);
    return this.#found.get(key);
  }

  /** Where a key was written last; undefined when it never was. */
  version = (key: string): Version | undefined => this.#get(key)?.version;

  #read<T>(key: string, read: (b: Bytes) => T): T | undefined {
    const found = this.#get(key);
    return found === undefined ? undefined : read(found.value);
  }

  asset = (code: string): Asset | undefined => this.#read(`A/${code}`, readAsset);
  event = (id: string): EventRecord | undefined => this.#read(`E/${id}`, readEventRecord);
  device = (kid: string): Device | undefined => this.#read(`D/${kid}`, readDevice);
  organisation = (mspId: string): Organisation | undefined => this.#read(`O/${mspId}`, readOrganisation);
  ledger = (): Ledger | undefined => this.#read('L/', readLedger);
  ballot = (name: string): Ballot | undefined => this.#read(`V/${name}`, readBallot);
  /** The version of a rulebook that new items take. */
  current = (book: string): number | undefined => this.#read(`R/${book}`, readCurrent);
  seal = (): Seal | undefined => this.#read('S/', readSeal);

  /** The list that a lot, or a roll of tags, commits to; undefined when there is none. One of both keys is enough. */
  list(code: string): List | undefined {
    const [lot, roll] = [attempt(() => this.asset(code)?.list), attempt(() => this.#read(`T/${code}`, readTagList))];
    if (lot instanceof Fault && roll instanceof Fault) throw lot;
    return (lot instanceof Fault ? undefined : lot) ?? (roll instanceof Fault ? undefined : roll);
  }

  /** The rulebooks whose texts the answers carry, with the SHA-256 of those. */
  async rulebooks(): Promise<readonly RulebookText[]> {
    const out = [];
    for (const [key, found] of this.#found) {
      if (!/^R\/.*@/.test(key) || found === undefined) continue;
      out.push({ name: key.slice(2), sha256: hex(await sha256(readRulebook(found.value))), title: undefined });
    }
    return out;
  }
}

function attempt<T>(read: () => T): T | Fault {
  try {
    return read();
  } catch (e) {
    if (e instanceof Fault) return e;
    throw e;
  }
}

const same = (a: Found, b: Found): boolean =>
  a === undefined || b === undefined ? a === b : equal(a.value, b.value) && a.version.block === b.version.block && a.version.transaction === b.version.transaction;
