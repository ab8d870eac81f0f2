import { limits } from '../core/limits';
import { bytesOf, equal, hex, join, joinAll, order, sha256, type Bytes } from './bytes';
import { NotCanonical, readCbor, TooManyItems, type Cbor } from './cbor';
import { readEnvelope, type Config } from './config';
import { verifiesLow } from './ecdsa';
import { Fault, need } from './fault';
import { Nobody, type Identity } from './membership';
import { Message, NotMessage, writeMember } from './message';
import { validAt } from './x509';

/** Where a key was written last. */
export interface Version {
  readonly block: number;
  readonly transaction: number;
}

/** What an answer says of one key: its value and where that was written, or that it was never written. */
export type Found = { readonly value: Bytes; readonly version: Version } | undefined;

/** What an answer says, by the organisations that signed it. */
export interface Answer {
  /** When it was asked, in milliseconds since 1970: each organisation declines a question of another minute. */
  readonly at: number;
  readonly nonce: Bytes;
  readonly keys: ReadonlyMap<string, Found>;
  /** MSP ids. */
  readonly organisations: readonly string[];
}

/** Always asked for: the founding, and the newest seal. */
export const always = ['L/', 'S/'] as const;

/** The name under which the chaincode is deployed. */
export const chaincode = 'rootline';
const lifecycle = '_lifecycle';
const name = 'Attest';
/** common.HeaderType of a call. */
const typeCall = 3;
const success = 200;
/** The first letters of keys. */
const spaces = 'ABDEFILMOPRSTUVXY';

/** What is signed or hashed of an answer. */
interface Leaves {
  readonly channelHeader: Bytes;
  readonly signatureHeader: Bytes;
  readonly proposal: Bytes;
  readonly response: Bytes;
  readonly endorsements: readonly { readonly by: Bytes; readonly signature: Bytes }[];
}

/** Verifies an answer under a configuration; the nonce is that of the answers before it, if there are any. Throws Fault. */
export async function verifyAnswer(payload: Bytes, config: Config, before: Bytes | undefined): Promise<Answer> {
  const leaves = readable(() => leavesOf(payload));
  const by = await endorsed(leaves, config);
  const said = readable(() => readSaid(leaves.response));
  need(equal(await sha256(leaves.channelHeader, leaves.signatureHeader, leaves.proposal), said.proposalHash), 'proposal-hash');
  const asked = readable(() => readAsked(leaves));
  need(asked.channel === config.channel, 'channel', asked.channel);
  need(asked.id === hex(await sha256(asked.headerNonce, asked.creator)), 'transaction-id');
  need((await member(config, asked.creator)) !== undefined, 'creator');
  need([asked.called, asked.specified, said.chaincode].every((c) => c === chaincode), 'chaincode', said.chaincode);
  const [first, nonce, wanted, ...more] = asked.args;
  need(first !== undefined && equal(first, bytesOf(name)) && nonce !== undefined && wanted !== undefined && more.length === 0, 'function');
  need(nonce.length >= 16 && nonce.length <= 64, 'function', 'its nonce');
  need(said.status === success, 'status', String(said.status));
  need(!said.writes, 'writes');
  may(by, asked.at);
  need(before === undefined || equal(before, nonce), 'answers-differ', 'nonces');
  return { at: asked.at, nonce, organisations: by.map((id) => id.mspId).sort(), keys: readValues(said, nonce, readKeys(wanted)) };
}

/** Gives what read gives; what is no message is refused. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof NotMessage) throw new Fault('answer-form', 'it is no message');
    throw e;
  }
}

/** A transaction that calls a chaincode, as it was submitted: common.Envelope. */
export interface Submitted {
  readonly payload: Bytes;
  readonly signature: Bytes;
  readonly asked: Asked;
  /** Whether its id is that of its nonce and creator. */
  readonly sameId: boolean;
}

/** Reads a transaction in its one form; undefined when it is none. */
export async function readSubmitted(raw: Bytes): Promise<Submitted | undefined> {
  const envelope = readEnvelope(raw);
  if (envelope === undefined) return undefined;
  try {
    const asked = readable(() => readAsked(leavesOf(envelope.payload)));
    return { ...envelope, asked, sameId: asked.id === hex(await sha256(asked.headerNonce, asked.creator)) };
  } catch (e) {
    if (e instanceof Fault) return undefined;
    throw e;
  }
}

/** Takes an answer apart, and puts it together again: it has one form. */
function leavesOf(payload: Bytes): Leaves {
  const outer = new Message(payload, 2);
  const header = new Message(outer.bytes(1), 2);
  const action = new Message(new Message(outer.bytes(2), 1).bytes(1), 2);
  const body = new Message(action.bytes(2), 2);
  const endorsed = new Message(body.bytes(2));
  const leaves = {
    channelHeader: header.bytes(1), signatureHeader: header.bytes(2), proposal: body.bytes(1), response: endorsed.bytes(1),
    endorsements: endorsed.all(2).map((b) => {
      const m = new Message(b, 2);
      return { by: m.bytes(1), signature: m.bytes(2) };
    }),
  };
  const filled = [leaves.channelHeader, leaves.signatureHeader, leaves.proposal, leaves.response, ...leaves.endorsements.flatMap((e) => [e.by, e.signature])].every((b) => b.length > 0);
  need(filled && leaves.endorsements.length > 0 && equal(together(leaves), payload), 'answer-form');
  return leaves;
}

function together(l: Leaves): Bytes {
  const endorsements = l.endorsements.map((e) => writeMember(2, join(writeMember(1, e.by), writeMember(2, e.signature))));
  const body = join(writeMember(1, l.proposal), writeMember(2, joinAll([writeMember(1, l.response), ...endorsements])));
  const action = join(writeMember(1, l.signatureHeader), writeMember(2, body));
  return join(writeMember(1, join(writeMember(1, l.channelHeader), writeMember(2, l.signatureHeader))), writeMember(2, writeMember(1, action)));
}

/** What was asked, when, and by whom. */
interface Asked {
  readonly channel: string;
  readonly id: string;
  /** msp.SerializedIdentity. */
  readonly creator: Bytes;
  readonly headerNonce: Bytes;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The chaincode that the header names, and the one that the call itself does. */
  readonly called: string;
  readonly specified: string;
  /** The function and its arguments. */
  readonly args: readonly Bytes[];
}

function readAsked(l: Leaves): Asked {
  const channel = new Message(l.channelHeader);
  const signature = new Message(l.signatureHeader);
  const time = new Message(channel.bytes(3));
  const spec = new Message(new Message(new Message(l.proposal).bytes(1)).bytes(1));
  const [seconds, nanos, creator, nonce] = [time.number(1), time.number(2), signature.bytes(1), signature.bytes(2)];
  if (channel.int32(1) !== typeCall || channel.number(6) !== 0n || creator.length === 0 || nonce.length === 0 || seconds >= 1n << 40n || nanos >= 1_000_000_000n) throw new NotMessage();
  return {
    channel: channel.text(4), id: channel.text(5), creator, headerNonce: nonce, at: Number(seconds) * 1000 + Number(nanos / 1_000_000n),
    called: new Message(new Message(channel.bytes(7)).bytes(2)).text(2), specified: new Message(spec.bytes(2)).text(2), args: new Message(spec.bytes(3)).all(1),
  };
}

interface Reads {
  readonly space: string;
  readonly reads: readonly (readonly [string, Version | undefined])[];
}

/** What peers say came of it: peer.ProposalResponsePayload, and peer.ChaincodeAction in it. */
function readSaid(b: Bytes) {
  const response = new Message(b);
  const action = new Message(response.bytes(2));
  const answer = new Message(action.message(3));
  const results = new Message(action.bytes(1));
  const spaces: Reads[] = [];
  let writes = action.all(2).some((e) => e.length > 0);
  let others = false;
  for (const part of results.all(2)) {
    const space = new Message(part);
    const set = new Message(space.bytes(2));
    const hashed = space.all(3).map((c) => new Message(new Message(c).bytes(2)));
    writes ||= [set, ...hashed].some((m) => m.has(3)) || set.has(4) || hashed.some((m) => m.has(2));
    others ||= set.has(2) || hashed.some((m) => m.has(1));
    spaces.push({ space: space.text(1), reads: set.all(1).map((r) => readRead(new Message(r))) });
  }
  if (new Set(spaces.map((x) => x.space)).size < spaces.length) throw new NotMessage();
  return { proposalHash: response.bytes(1), chaincode: new Message(action.message(4)).text(2), status: Number(answer.number(1)), payload: answer.bytes(3), spaces, writes, others };
}

function readRead(r: Message): readonly [string, Version | undefined] {
  const version = new Message(r.message(2));
  return [r.text(1), r.has(2) ? { block: Number(version.number(1)), transaction: Number(version.number(2)) } : undefined];
}

async function member(config: Config, serialized: Bytes) {
  try {
    return await config.identity(serialized);
  } catch (e) {
    if (e instanceof Nobody) return undefined;
    throw e;
  }
}

const code = /^[0-9A-Z]{8,30}$/;
const eventId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a key's id has the form of its namespace: that nothing lies under any other would look like a word about the id that it resembles. */
function formed(key: string): boolean {
  const id = key.slice(2);
  if (key[0] === 'A' || key[0] === 'T') return code.test(id);
  return key[0] !== 'E' || eventId.test(id);
}

function readKeys(b: Bytes): readonly string[] {
  const list = canonical('function', b, limits.attestedKeys);
  need(Array.isArray(list) && list.length <= limits.attestedKeys, 'function', 'its keys');
  const keys = list as readonly Cbor[];
  need(keys.every((k) => typeof k === 'string'), 'function', 'its keys');
  const all = keys as readonly string[];
  need(all.every((k) => k[1] === '/' && spaces.includes(k[0]!) && bytesOf(k).length <= limits.attestedKey && formed(k)), 'function', 'a key of no record');
  need(all.every((k, i) => i === 0 || order(bytesOf(all[i - 1]!), bytesOf(k)) < 0), 'function', 'the order of its keys');
  need(always.every((k) => all.includes(k)), 'function', 'the founding or the seal is not asked for');
  return all;
}

function canonical(code: 'function' | 'values', b: Bytes, most: number): Cbor {
  try {
    return readCbor(b, { nesting: 4, elements: most, pairs: most, items: 2 * most + 8, plain: true });
  } catch (e) {
    if (e instanceof NotCanonical || e instanceof TooManyItems) throw new Fault(code, e.message);
    throw e;
  }
}

/** Those who endorsed, each of whose signature holds. One after the other: the first that does not hold ends the work. */
async function endorsed(l: Leaves, config: Config): Promise<readonly Identity[]> {
  const by: Identity[] = [];
  for (const [i, e] of l.endorsements.entries()) {
    need(i === 0 || order(l.endorsements[i - 1]!.by, e.by) < 0, 'order', 'endorsements');
    const id = await member(config, e.by);
    need(id !== undefined, 'endorser', `endorsement ${i}`);
    need(id.certificate.point !== undefined && (await verifiesLow(id.certificate.point, e.signature, join(l.response, e.by))), 'endorsement', id.mspId);
    by.push(id);
  }
  return by;
}

/** Checks that those who endorsed may: peers, at the time, each of an organisation of its own. */
function may(by: readonly Identity[], at: number): void {
  const seen = new Set<string>();
  for (const id of by) {
    need(id.invalid !== 'revoked', 'endorser-revoked', id.mspId);
    need(id.roles.includes('peer'), 'endorser-role', id.mspId);
    need(id.chain.every((c) => validAt(c, at / 1000)), 'endorser-expired', id.mspId);
    need(!seen.has(id.mspId), 'organisation-twice', id.mspId);
    seen.add(id.mspId);
  }
}

/** The keys with what lies under them: exactly those were read that were asked for, and a value is there where a version is. */
function readValues(said: ReturnType<typeof readSaid>, nonce: Bytes, keys: readonly string[]): ReadonlyMap<string, Found> {
  const answer = canonical('values', said.payload, limits.attestedKeys);
  need(answer instanceof Map && answer.size === 2, 'values');
  const [of, list] = [answer.get(1) as Cbor, answer.get(2) as Cbor];
  need(of instanceof Uint8Array && Array.isArray(list) && list.length === keys.length, 'values');
  const values = list as readonly Cbor[];
  need(values.every((v) => v === null || (v instanceof Uint8Array && v.length > 0)), 'values');
  need(equal(of, nonce), 'nonce');
  for (const { space, reads } of said.spaces) need(space === chaincode || space === lifecycle || reads.length === 0, 'read-set', space);
  const reads = said.spaces.find((x) => x.space === chaincode)?.reads ?? [];
  need(!said.others && reads.length === keys.length, 'read-set', `${reads.length} of ${keys.length}`);
  return new Map(
    keys.map((key, i) => {
      const [read, version] = reads[i]!;
      need(read === key, 'read-set', read);
      const value = values[i] as Bytes | null;
      need((value === null) === (version === undefined), 'presence', key);
      return [key, value === null ? undefined : { value, version: version! }];
    }),
  );
}
