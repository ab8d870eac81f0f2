import type { Anchor } from './anchor';
import type { Bundle, Signatures } from './bundle';
import { equal, hex, sha256, type Bytes } from './bytes';
import { blockHash, Config, headerOf, isConfig, lastConfig, NotConfig } from './config';
import { Fault, need } from './fault';
import { NotMessage } from './message';

/** The blocks that a proof shows the headers of. */
export class Chain {
  /** The hashes of the blocks that are shown, by their numbers. */
  readonly #hashes = new Map<number, Bytes>();
  /** The data hashes of those that hold no configuration. */
  readonly #data = new Map<number, Bytes>();
  readonly #used = new Set<number>();

  private constructor(
    /** By their blocks, the pinned one first. */
    readonly configs: readonly Config[],
    /** The hash of the first configuration's block. */
    readonly pinned: Bytes,
  ) {}

  get channel(): string {
    return this.configs.at(-1)!.channel;
  }

  /** Verifies the configurations from the pinned one, and the headers under them. Throws Fault. */
  static async verify(b: Bundle, anchor: Anchor | undefined, kept: Bytes | undefined): Promise<Chain> {
    const configs: Config[] = [];
    const hashes = new Map<number, Bytes>();
    for (const c of b.configurations) {
      const before = configs.at(-1);
      need((before === undefined) === (c.signatures === undefined), 'form', 'the pinned configuration has no signatures, and every later one has');
      const envelope = c.envelope ?? (before === undefined ? kept : undefined);
      need(envelope !== undefined, 'pin', `the configuration of block ${c.number} is not in the proof`);
      const data = await sha256(envelope);
      const hash = await blockHash(c.number, c.previous, data);
      hashes.set(c.number, hash);
      if (before === undefined) {
        need(anchor === undefined || anchor.block === c.number, 'pin', `block ${c.number}`);
        need(anchor === undefined || equal(anchor.hash, hash), 'pin', hex(hash));
        configs.push(await readConfig(c.number, envelope));
        continue;
      }
      need(c.number > before.block, 'order', 'configurations');
      await quorum(before, c.signatures!, headerOf(c.number, c.previous, data), c.number);
      need(isConfig(envelope), 'configuration', `block ${c.number}`);
      need(named(c.signatures!) === c.number, 'last-config', `block ${c.number}`);
      need(await before.submitted(envelope), 'configuration', `who submitted block ${c.number}`);
      const next = await readConfig(c.number, envelope);
      need(next.channel === before.channel && next.sequence === before.sequence + 1, 'configuration', `${next.channel}, ${next.sequence}`);
      configs.push(next);
    }
    need(anchor === undefined || anchor.channel === configs.at(-1)!.channel, 'channel', configs.at(-1)!.channel);
    const chain = new Chain(configs, hashes.get(configs[0]!.block)!);
    for (const [number, hash] of hashes) chain.#hashes.set(number, hash);
    await chain.#headers(b);
    return chain;
  }

  async #headers(b: Bundle): Promise<void> {
    const configured = new Set(this.#hashes.keys());
    for (const [i, h] of b.headers.entries()) {
      need((i === 0 || h.number > b.headers[i - 1]!.number) && !configured.has(h.number), 'order', 'headers');
      const config = this.under(h.number);
      need(config !== undefined, 'pin', `block ${h.number} is from before the pinned one`);
      await quorum(config, h.signatures, headerOf(h.number, h.previous, h.data), h.number);
      need(named(h.signatures) === config.block, 'last-config', `block ${h.number}`);
      this.#hashes.set(h.number, await blockHash(h.number, h.previous, h.data));
      this.#data.set(h.number, h.data);
    }
  }

  /** The configuration that held for a block; undefined for one from before the pinned configuration. */
  under(block: number): Config | undefined {
    return this.configs.findLast((c) => c.block < block);
  }

  /** The hash of a block that is shown; undefined for one that is not. */
  hash(block: number): Bytes | undefined {
    this.#used.add(block);
    return this.#hashes.get(block);
  }

  /** The data hash of a block without a configuration. Throws Fault where its header is missing. */
  data(block: number): Bytes {
    const data = this.#data.get(block);
    need(data !== undefined, 'header-missing', `block ${block}`);
    this.#used.add(block);
    return data;
  }

  /** Refuses headers that nothing rests on. */
  end(): void {
    for (const n of this.#data.keys()) need(this.#used.has(n), 'unused', `the header of block ${n}`);
  }
}

async function readConfig(block: number, envelope: Bytes): Promise<Config> {
  try {
    return await Config.read(block, envelope);
  } catch (e) {
    if (e instanceof NotConfig) throw new Fault('configuration', `block ${block}`);
    throw e;
  }
}

function named(s: Signatures): number {
  try {
    return lastConfig(s);
  } catch (e) {
    if (e instanceof NotMessage) throw new Fault('last-config', 'it cannot be read');
    throw e;
  }
}

/**
 * Checks that a quorum of the orderers signed a header, in the order of their numbers, and that each signature that is carried
 * holds. They are verified one after the other, and the first that does not hold is the last that costs anything: so a file
 * makes no more work than the orderers who really signed.
 */
async function quorum(config: Config, s: Signatures, header: Bytes, block: number): Promise<void> {
  let last = -1;
  for (const [i, o] of s.by.entries()) {
    const n = await config.signer(s.value, o.identifier, o.signature, header);
    need(n !== undefined, 'block-signatures', `block ${block}, signature ${i}`);
    need(n > last, 'order', `the signatures on block ${block}`);
    last = n;
  }
  need(s.by.length >= config.quorum, 'block-signatures', `${s.by.length} orderers signed block ${block}`);
}
