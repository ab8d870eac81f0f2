import type { Anchor } from './anchor';
import { verifyAnswer } from './answer';
import { Attested } from './attested';
import { readBundle, type Bundle } from './bundle';
import { bytesOf, equal, hex, join, order, sha256, type Bytes } from './bytes';
import { writeCbor } from './cbor';
import { Chain } from './chain';
import { verifyBlocks } from './deep';
import { Devices } from './devices';
import { verifiesLow } from './ecdsa';
import { Fault, need, type Code } from './fault';
import { signer, verifyHistory, verifyItem } from './history';
import { Nobody } from './membership';
import type { Report } from './report';
import { verifyRulebooks } from './rulebooks';
import { proves } from './tree';
import { validAt } from './x509';

/** What is asked of a proof beyond the anchor. */
export interface Asked {
  readonly code?: string | undefined;
  readonly nonce?: Bytes | undefined;
  readonly organisations?: number | undefined;
  /** In milliseconds. */
  readonly maxAge?: number | undefined;
  /** The time now, in milliseconds since 1970; it is not compared when it is not given. */
  readonly now?: number | undefined;
  /** The envelope of the anchor's block, for proofs that leave it out. */
  readonly configuration?: Bytes | undefined;
}

/** The codes of what is weaker than asked, in the order in which a report has them. */
export const weakerInOrder: readonly Code[] = ['not-pinned', 'fewer-organisations', 'stale'];

/** How far ahead the ledger's time may be of who verifies, in milliseconds. */
const skew = 600_000;

/** What is found before it is held against what was asked. */
type Found = Omit<Report, 'weaker' | 'pinned'>;

/** Verifies the file of a proof as docs/proof.md says. Throws Fault with the code that the command gives, too. */
export async function verify(file: Bytes, anchor: Anchor | undefined, asked: Asked = {}): Promise<Report> {
  const b = await readBundle(file);
  const chain = await Chain.verify(b, anchor, asked.configuration);
  const members = anchor?.members ?? chain.configs.at(-1)!.organisations;
  const n = members.length;
  const policy = { members, k: anchor?.k ?? Math.max(2, Math.floor((n + Math.floor((n - 1) / 3) + 2) / 2)), net: anchor?.net };
  const found = b.kind === 'set' ? await verifySet(b, chain, policy) : await verifyAttested(b, chain, policy);
  chain.end();
  const { now, maxAge } = asked;
  need(asked.code === undefined || asked.code === b.subject, 'other-subject', b.subject);
  need(asked.nonce === undefined || hex(asked.nonce) === found.nonce, 'nonce');
  need(now === undefined || found.at - now <= skew, 'future');
  const weaker: Code[] = [];
  if (anchor === undefined) weaker.push('not-pinned');
  if (asked.organisations !== undefined && asked.organisations > found.organisations.length) weaker.push('fewer-organisations');
  if (maxAge !== undefined && now !== undefined && now - found.at > maxAge) weaker.push('stale');
  return { ...found, pinned: anchor !== undefined, weaker };
}

/** Whose word counts. */
interface Policy {
  readonly members: readonly string[];
  readonly k: number;
  /** The ledger's id, where an anchor names it. */
  readonly net: string | undefined;
}

function vouching(organisations: readonly string[], policy: Policy): readonly string[] {
  const counted = organisations.filter((o) => policy.members.includes(o));
  need(counted.length >= policy.k, 'too-few-organisations', `${counted.length} of ${policy.k}`);
  return counted;
}

async function verifyAttested(b: Bundle, chain: Chain, policy: Policy): Promise<Found> {
  need(b.answers.every((a, i) => i === 0 || order(b.answers[i - 1]!, a) < 0), 'order', 'answers');
  const attested = new Attested();
  let [nonce, at, all]: [Bytes | undefined, number, readonly string[]] = [undefined, Number.POSITIVE_INFINITY, []];
  for (const payload of b.answers) {
    const a = await verifyAnswer(payload, chain.configs.at(-1)!, nonce);
    attested.add(a);
    all = nonce === undefined ? a.organisations : all.filter((o) => a.organisations.includes(o));
    nonce = a.nonce;
    at = Math.min(at, a.at);
  }
  need(attested.bare === undefined, 'unused', `answer ${attested.bare} says nothing that others do not`);
  const organisations = vouching(all, policy);
  const ledger = attested.ledger();
  need(ledger !== undefined, 'net', 'it was not founded');
  need(policy.net === undefined || policy.net === ledger.net, 'net', ledger.net);
  const seal = attested.seal();
  const titles = new Map<string, { readonly en: string; readonly zh: string }>();
  const found = {
    ...basis(b, chain), net: ledger.net, nonce: nonce && hex(nonce), organisations, members: policy.members, k: policy.k, titles, at,
    seal: seal && { block: attested.version('S/')!.block, ...seal }, rulebooks: await attested.rulebooks(),
  };
  if (b.kind === 'absence') {
    const lists = await absent(b, attested);
    return { ...found, lists, block: positions(attested, chain) };
  }
  const item = await verifyItem(b, attested);
  const devices = await Devices.verify(b, attested, chain, ledger.net);
  const history = await verifyHistory(b, attested, devices, chain, ledger.net);
  const { rulebooks, itemTitles, events } = await verifyRulebooks(b, attested, item, history, ledger.organisations.length);
  const block = positions(attested, chain);
  const deep = await verifyBlocks(b, chain, events, found.seal && attested.version('S/'));
  for (const o of new Set(events.flatMap((e) => [e.by.organisation, e.attestedBy?.organisation ?? e.by.organisation]))) {
    const title = attested.organisation(o)?.title;
    if (title !== undefined) titles.set(o, title);
  }
  return { ...found, ...deep, rulebooks: [...found.rulebooks, ...rulebooks], itemTitles, item, block, devices: devices.all().map(signer), unconfirmed: devices.unconfirmed };
}

/** What every report has. */
function basis(b: Bundle, chain: Chain) {
  const { sequence, block } = chain.configs.at(-1)!;
  return {
    configuration: { sequence, block },
    kind: b.kind, subject: b.subject, channel: chain.channel, pin: { block: chain.configs[0]!.block, hash: hex(chain.pinned) }, item: undefined, itemTitles: undefined, events: [], devices: [], lists: [], items: [], itemsProven: undefined, maker: undefined,
    headers: b.headers.length, deep: 0, submitted: undefined, unconfirmed: [], rulebooks: [], seal: undefined,
  };
}

/** Checks that each block in which a key was written is here; answers the newest. */
function positions(attested: Attested, chain: Chain): number {
  let newest = 0;
  for (const n of attested.blocks()) {
    chain.data(n);
    newest = Math.max(newest, n);
  }
  return newest;
}

/** A code that the ledger never recorded, and lists between whose codes it would be. */
async function absent(b: Bundle, attested: Attested): Promise<readonly string[]> {
  for (const space of ['A', 'T']) need(attested.version(`${space}/${b.subject}`) === undefined, 'present', `${space}/${b.subject}`);
  const subject = bytesOf(b.subject);
  for (const [i, n] of b.neighbours.entries()) {
    need(i === 0 || order(bytesOf(b.neighbours[i - 1]!.list), bytesOf(n.list)) < 0, 'order', 'neighbours');
    const list = attested.list(n.list);
    const { before, after } = n;
    const holds = (p: NonNullable<typeof before>): Promise<boolean> => proves(p.code, p.index, list!.count, p.path, list!.root);
    need(list !== undefined && (before !== undefined || after !== undefined), 'neighbours', n.list);
    need(before === undefined || (order(bytesOf(before.code), subject) < 0 && (await holds(before))), 'neighbours', n.list);
    need(after === undefined || (order(subject, bytesOf(after.code)) < 0 && (await holds(after))), 'neighbours', n.list);
    need((before?.index ?? -1) + 1 === (after?.index ?? list.count), 'neighbours', n.list);
  }
  return b.neighbours.map((n) => n.list);
}

const setDomain = bytesOf('rootline/set/v1\n');
const code = /^[0-9A-Z]{8,30}$/;

/** A list of items that gateways of several organisations signed. */
async function verifySet(b: Bundle, chain: Chain, policy: Policy): Promise<Found> {
  const set = b.set!;
  need(policy.net === undefined || policy.net === set.net, 'net', set.net);
  const hash = chain.hash(set.block);
  need(hash !== undefined, 'header-missing', `block ${set.block}, at which the set was made`);
  need(equal(hash, set.hash), 'set', `block ${set.block} has another hash`);
  for (const [i, x] of set.items.entries()) need(code.test(x.code) && x.seq > 0 && (i === 0 || x.code > set.items[i - 1]!.code), 'set', `item ${i}`);
  const signed = writeCbor([b.subject, [set.net, set.block, set.hash, set.made, set.maker, set.items.map((x) => [x.code, x.seq, x.head, x.proof ?? null])]]);
  const message = join(setDomain, await sha256(signed));
  const organisations: string[] = [];
  for (const [i, v] of b.voices.entries()) {
    let id;
    try {
      id = await chain.configs.at(-1)!.identity(v.identity);
    } catch (e) {
      if (e instanceof Nobody) throw new Fault('voice', `signature ${i}`);
      throw e;
    }
    const { point } = id.certificate;
    const holds = id.invalid === undefined && point !== undefined && (await verifiesLow(point, v.signature, message)) && id.chain.every((c) => validAt(c, set.made / 1000));
    need(holds, 'voice', `signature ${i}`);
    need(id.roles.some((r) => r === 'client' || r === 'peer'), 'voice-role', id.mspId);
    need(i === 0 || id.mspId > organisations[i - 1]!, 'order', 'signatures of the set');
    organisations.push(id.mspId);
  }
  need(organisations.includes(set.maker), 'maker', JSON.stringify(set.maker));
  return { ...basis(b, chain), net: set.net, nonce: undefined, organisations: vouching(organisations, policy), members: policy.members, k: policy.k, titles: new Map(), at: set.made, block: set.block, maker: set.maker, items: set.items };
}
