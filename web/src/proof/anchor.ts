import { bytesOf, unhex, type Bytes } from './bytes';
import { Fault, need } from './fault';
import { NotJson, readObject, type Json } from './json';

/** What must come from elsewhere: every organisation publishes it. */
export interface Anchor {
  readonly channel: string;
  /** A block with a configuration, and its hash. */
  readonly block: number;
  readonly hash: Bytes;
  readonly net: string;
  /** MSP ids of the organisations whose word counts, ascending. */
  readonly members: readonly string[];
  /** How many of them must have vouched. */
  readonly k: number;
}

const longest = 64 << 10;
const names = ['version', 'channel', 'block', 'hash', 'net', 'members', 'k'];
const mspId = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;

/** Reads an anchor as it is published, in JSON. Throws Fault. */
export function readAnchor(text: string | Bytes): Anchor {
  const b = typeof text === 'string' ? bytesOf(text) : text;
  need(b.length <= longest, 'anchor', `${b.length} bytes`);
  let o: ReadonlyMap<string, Json>;
  try {
    o = readObject(b);
  } catch (e) {
    if (e instanceof NotJson) throw new Fault('anchor', 'it is no JSON');
    throw e;
  }
  need([...o.keys()].every((n) => names.includes(n)), 'anchor', 'a name that is not known');
  const [version, channel, block = 0, hash, net, members, k] = names.map((n) => o.get(n));
  need(version === 1, 'anchor', 'its version');
  need(typeof channel === 'string' && channel !== '', 'anchor', 'channel');
  need(typeof block === 'number' && block >= 0, 'anchor', 'block');
  const bytes = typeof hash === 'string' ? unhex(hash) : undefined;
  need(bytes?.length === 32 && bytes.some((b) => b !== 0), 'anchor', 'hash');
  need(typeof net === 'string' && /^[0-9a-f]{32}$/.test(net), 'anchor', 'net');
  need(Array.isArray(members) && members.every((m) => typeof m === 'string' && mspId.test(m)), 'anchor', 'members');
  const all = members as readonly string[];
  need(all.every((m, i) => i === 0 || all[i - 1]! < m), 'anchor', 'the order of its members');
  need(typeof k === 'number' && k >= 2 && k <= all.length, 'anchor', 'k');
  return { channel, block, hash: bytes, net, members: all, k };
}
