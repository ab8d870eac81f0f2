import { bytesOf, equal, join, nameOf, none, sha256, type Bytes } from './bytes';
import type { Signatures } from './bundle';
import { NotDer, tags, writeDer, writeInteger } from './der';
import { verifiesLow } from './ecdsa';
import { Membership, Nobody, readSerialized, type Identity } from './membership';
import { entry, fieldsOf, Message, NotMessage, writeMember } from './message';
import { readPem, type Certificate } from './x509';

/** The error of a configuration that cannot be read, or of a kind that is not verified here. */
export class NotConfig extends Error {}

/** An orderer that takes part in the consensus. */
interface Consenter {
  readonly number: number;
  readonly mspId: string;
  readonly pem: Bytes;
}

interface Group {
  readonly groups: ReadonlyMap<string, Group>;
  readonly values: ReadonlyMap<string, Bytes>;
}

const deepest = 8;
const mostGroups = 1000;
/** common.HeaderType. */
const typeConfig = 1;

/** A block's header as it is hashed and signed: number, previous hash and data hash in DER. */
export const headerOf = (number: number, previous: Bytes, data: Bytes): Bytes =>
  writeDer(tags.sequence, join(writeInteger(BigInt(number)), writeDer(tags.octets, previous), writeDer(tags.octets, data)));

/** An envelope of a block, common.Envelope, in the one form that it has; undefined for anything else. */
export function readEnvelope(b: Bytes): { readonly payload: Bytes; readonly signature: Bytes } | undefined {
  try {
    const m = new Message(b, 2);
    const e = { payload: m.bytes(1), signature: m.bytes(2) };
    return equal(b, join(writeMember(1, e.payload), writeMember(2, e.signature))) ? e : undefined;
  } catch (e) {
    if (e instanceof NotMessage) return undefined;
    throw e;
  }
}

/** A configuration of the channel: who its members and its orderers are. */
export class Config {
  readonly #identities = new Map<string, Promise<Identity>>();
  readonly #orderers = new Map<Consenter, Promise<Certificate | undefined>>();

  private constructor(
    readonly channel: string,
    /** Counts the configurations of the channel, from 0 in block 0. */
    readonly sequence: number,
    /** The number of the block that holds it. */
    readonly block: number,
    private readonly consenters: readonly Consenter[],
    private readonly memberships: ReadonlyMap<string, Membership>,
    /** The MSP ids of the organisations that take part in the application, ascending. */
    readonly organisations: readonly string[],
  ) {}

  /** Reads the configuration that a block's one envelope holds. Throws NotConfig. */
  static async read(block: number, envelope: Bytes): Promise<Config> {
    try {
      return await readConfig(block, envelope, (...all) => new Config(...all));
    } catch (e) {
      if (e instanceof NotMessage || e instanceof NotDer || e instanceof Nobody) throw new NotConfig();
      throw e;
    }
  }

  /** How many orderers sign a block: any two quorums have an honest one in common while less than a third lie. */
  get quorum(): number {
    const n = this.consenters.length;
    return Math.floor((n + Math.floor((n - 1) / 3) + 2) / 2);
  }

  /** Whose identity of an organisation of the application a msp.SerializedIdentity is. It may be revoked or expired. Throws Nobody. */
  identity(serialized: Bytes): Promise<Identity> {
    const name = nameOf(serialized);
    let known = this.#identities.get(name);
    if (known === undefined) {
      known = this.#find(serialized);
      this.#identities.set(name, known);
    }
    return known;
  }

  /** Whether the transaction that an envelope holds was submitted by a valid member of the channel, an orderer's organisation too, who signed it. */
  async submitted(raw: Bytes): Promise<boolean> {
    const envelope = readEnvelope(raw)!;
    const creator = new Message(headersOf(envelope.payload).signature).bytes(1);
    try {
      const { mspId, pem } = readSerialized(creator);
      const id = await this.memberships.get(mspId)?.identity(pem);
      return id?.invalid === undefined && id?.certificate.point !== undefined && (await verifiesLow(id.certificate.point, envelope.signature, envelope.payload));
    } catch (e) {
      if (e instanceof Nobody || e instanceof NotMessage) return false;
      throw e;
    }
  }

  async #find(serialized: Bytes): Promise<Identity> {
    let read;
    try {
      read = readSerialized(serialized);
    } catch (e) {
      if (e instanceof NotMessage) throw new Nobody();
      throw e;
    }
    const m = this.memberships.get(read.mspId);
    const id = await m?.identity(read.pem);
    const canonical = join(writeMember(1, bytesOf(read.mspId)), writeMember(2, read.pem));
    if (id === undefined || id.invalid === 'invalid' || !this.organisations.includes(id.mspId) || !equal(canonical, serialized)) throw new Nobody();
    return id;
  }

  /** The number of the orderer whose signature on a block's header this is; undefined when it is nobody's. SmartBFT's orderers sign the value, their identifier (common.IdentifierHeader) and the header. */
  async signer(value: Bytes, identifier: Bytes, signature: Bytes, header: Bytes): Promise<number | undefined> {
    const named = identified(identifier);
    const o = this.consenters.find((c) => c.number === named);
    if (o === undefined) return undefined;
    let looked = this.#orderers.get(o);
    if (looked === undefined) this.#orderers.set(o, (looked = this.#certificate(o)));
    const certificate = await looked;
    if (certificate?.point === undefined) return undefined;
    return (await verifiesLow(certificate.point, signature, join(value, identifier, header))) ? named : undefined;
  }

  /** An orderer's certificate, which has to be valid by the rules of its organisation. */
  async #certificate(o: Consenter): Promise<Certificate | undefined> {
    const m = this.memberships.get(o.mspId);
    try {
      if (m === undefined) {
        const alone = readPem(o.pem);
        return alone.narrow ? alone : undefined;
      }
      const id = await m.identity(o.pem);
      return id.invalid === undefined ? id.certificate : undefined;
    } catch (e) {
      if (e instanceof Nobody || e instanceof NotDer) return undefined;
      throw e;
    }
  }
}

/** The number in common.IdentifierHeader; undefined when it has none, or no nonce. */
function identified(b: Bytes): number | undefined {
  try {
    const m = new Message(b);
    return m.has(2) ? m.uint32(1) : undefined;
  } catch (e) {
    if (e instanceof NotMessage) return undefined;
    throw e;
  }
}

/** The number of the block with the configuration under which a block was signed, as its orderers wrote it: common.OrdererBlockMetadata. Throws NotMessage. */
export const lastConfig = (s: Signatures): number => Number(new Message(new Message(s.value).message(1)).number(1));

/** The channel header and the signature header of a payload. Throws NotMessage. */
function headersOf(payload: Bytes): { readonly channel: Bytes; readonly signature: Bytes } {
  const m = new Message(payload);
  for (const part of m.all(1)) new Message(part); // each is read by itself
  const header = new Message(m.message(1));
  return { channel: header.bytes(1), signature: header.bytes(2) };
}

/** Whether an envelope is one that holds a configuration, as peers take it: of no epoch, with a creator and a nonce. */
export function isConfig(raw: Bytes): boolean {
  const envelope = readEnvelope(raw);
  if (envelope === undefined) return false;
  try {
    const { channel, signature } = headersOf(envelope.payload);
    const [header, by] = [new Message(channel), new Message(signature)];
    header.text(4);
    header.text(5);
    for (const time of header.all(3)) new Message(time);
    return header.int32(1) === typeConfig && header.number(6) === 0n && by.bytes(1).length > 0 && by.bytes(2).length > 0;
  } catch (e) {
    if (e instanceof NotMessage) return false;
    throw e;
  }
}

type Make = (channel: string, sequence: number, block: number, consenters: readonly Consenter[], memberships: ReadonlyMap<string, Membership>, organisations: readonly string[]) => Config;

async function readConfig(block: number, raw: Bytes, make: Make): Promise<Config> {
  const envelope = readEnvelope(raw);
  if (envelope === undefined) throw new NotConfig();
  const payload = new Message(envelope.payload);
  const header = new Message(new Message(payload.message(1)).bytes(1));
  if (header.int32(1) !== typeConfig) throw new NotConfig();
  const config = new Message(new Message(payload.bytes(2)).message(1));
  const root = readGroup(config.message(2), 0, { count: 0 });
  const able = (g: Group, ...versions: readonly string[]): boolean => versions.some((v) => capabilities(g).has(v));
  if (!able(root, 'V3_0', 'V2_0', 'V1_4_3') || !able(at(root, 'Application'), 'V2_0', 'V2_5')) throw new NotConfig();
  const memberships = new Map<string, Membership>();
  const organisations: string[] = [];
  for (const part of ['Application', 'Orderer']) {
    for (const group of at(root, part).groups.values()) {
      const value = group.values.get('MSP');
      if (value === undefined) continue;
      const m = await Membership.read(value);
      memberships.set(m.id, m);
      if (part === 'Application') organisations.push(m.id);
    }
  }
  return make(header.text(4), Number(config.number(1)), block, readConsenters(at(root, 'Orderer')), memberships, organisations.sort());
}

/** The capabilities that a group asks for: each stands for a version of the rules. What cannot be read is none. */
function capabilities(g: Group): ReadonlySet<string> {
  const out = new Set<string>();
  try {
    for (const f of fieldsOf(g.values.get('Capabilities') ?? none)) if (f.number === 1 && f.bytes !== undefined) out.add(entry(f.bytes)[0]);
  } catch (e) {
    if (!(e instanceof NotMessage)) throw e;
  }
  return out;
}

function readConsenters(orderer: Group): readonly Consenter[] {
  const kind = new Message(orderer.values.get('ConsensusType') ?? new Uint8Array(0)).text(1);
  if (kind !== 'BFT') throw new NotConfig();
  const all = new Message(orderer.values.get('Orderers') ?? new Uint8Array(0)).all(1).map((b) => {
    const m = new Message(b);
    return { number: m.uint32(1), mspId: m.text(4), pem: m.bytes(5) };
  });
  if (all.length === 0 || new Set(all.map((c) => c.number)).size < all.length) throw new NotConfig();
  return all;
}

/** Reads common.ConfigGroup, as far as it is used. */
function readGroup(b: Bytes, depth: number, seen: { count: number }): Group {
  if (depth > deepest || ++seen.count > mostGroups) throw new NotConfig();
  const m = new Message(b);
  const groups = new Map(m.all(2).map(entry).map(([name, value]) => [name, readGroup(value, depth + 1, seen)]));
  const values = new Map(m.all(3).map(entry).map(([name, value]) => [name, new Message(value).bytes(2)]));
  return { groups, values };
}

/** The group of a name; an empty one when there is none. */
const at = (g: Group, name: string): Group => g.groups.get(name) ?? { groups: new Map(), values: new Map() };

/** The SHA-256 of a block's header. */
export const blockHash = (number: number, previous: Bytes, data: Bytes): Promise<Bytes> => sha256(headerOf(number, previous, data));
