import type { Version } from './answer';
import type { Attested } from './attested';
import type { Bundle, Event } from './bundle';
import { bytesOf, equal, hex, sha256, type Bytes } from './bytes';
import type { Chain } from './chain';
import { body, endAt, isBefore, mayAt, recorded, type Devices, type Enrolled } from './devices';
import { need } from './fault';
import type { Asset, EventRecord } from './records';
import { isObject, type Json } from './json';
import type { Happened, Relation, Signer } from './report';
import { readEvent, readJws, registry, signedBy, signingInput, type Jws, type Said } from './said';
import { proves } from './tree';

const domain = bytesOf('rootline/head/v1\n');

/** Checks that the ledger holds the item, and that the events are all of its history, in order. */
export async function verifyItem(b: Bundle, attested: Attested): Promise<Asset> {
  const asset = attested.asset(b.subject);
  need(asset !== undefined, 'absent', b.subject);
  need(b.events.length === asset.seq, 'history-length', `${b.events.length} of ${asset.seq}`);
  let head: Bytes = new Uint8Array(32);
  for (const [i, e] of b.events.entries()) head = await sha256(domain, head, big(i + 1), await sha256(signingInput(e)));
  need(equal(head, asset.head), 'head', hex(head));
  return asset;
}

/** The 8 bytes of a number. */
function big(n: number): Bytes {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigUint64(0, BigInt(n));
  return b;
}

/** Checks each event of an item's history. */
export async function verifyHistory(b: Bundle, attested: Attested, devices: Devices, chain: Chain, net: string): Promise<readonly Happened[]> {
  const out: Happened[] = [];
  let before: Version = { block: 0, transaction: 0 };
  for (const [i, given] of b.events.entries()) {
    const e = await verifyEvent(i + 1, given, b.subject, attested, devices, chain, net);
    need(!isBefore(e, before), 'event-place', `event ${i + 1} was recorded before the one before it`);
    before = e;
    out.push(e);
  }
  const written = attested.version(`A/${b.subject}`)!;
  need(written.block === before.block && written.transaction === before.transaction, 'event-place', `the item was written in block ${written.block}`);
  devices.end();
  return out;
}

async function verifyEvent(seq: number, given: Event, subject: string, attested: Attested, devices: Devices, chain: Chain, net: string): Promise<Happened> {
  const event = readEvent(await readJws(given), net);
  need(event !== undefined, 'event', `event ${seq}`);
  const { jws, said } = event;
  const record = await recorded(attested, event, 'event-hash');
  const at = attested.version(`E/${said.id}`)!;
  const own = said.asset === subject;
  need(own === (record.subject === subject) && (!own || record.seq === seq), 'event-place', `event ${seq} is about ${record.subject}, number ${record.seq} of it`);
  const by = devices.get(jws.kid);
  need(by !== undefined, 'enrolment-missing', `of ${jws.kid}, which signed event ${seq}`);
  need(await signedBy(jws, by.record.key), 'event-signature', `event ${seq}`);
  let attestedBy: Enrolled | undefined;
  if (given.attestation === undefined) {
    mayAt(by, record.witnessed, at);
    devices.uses(by, record.witnessed);
  } else attestedBy = await attestation(given, said, jws, record, at, by, attested, devices, net);
  await included(given, said, attested);
  return {
    seq, said, relation: relationOf(said, subject), title: undefined, by: signer(by), attestedBy: attestedBy && signer(attestedBy), witnessed: record.witnessed, ...at,
    unseen: said.seen !== undefined && !sawTruly(said.seen, at, said.id, chain), list: given.inclusion?.list, deep: false,
  };
}

/** How an event is related to an item, by what was signed. */
function relationOf(s: Said, item: string): Relation {
  if (s.asset === item) return 'own';
  if (s.inputs.some((i) => i.asset === item)) return 'input';
  if (s.into.some((p) => p.asset === item)) return 'part';
  if (s.under === item) return 'under';
  if (s.refs.includes(item)) return 'referred';
  return s.rulebook === registry && s.asset === undefined && holds(s.data, item) ? 'act' : 'unnamed';
}

/** Whether a text in an act's data is the code of an item. */
function holds(v: Json | undefined, item: string): boolean {
  if (isObject(v)) return [...v.values()].some((e) => holds(e, item));
  return Array.isArray(v) ? (v as readonly Json[]).some((e) => holds(e, item)) : v === item;
}

/** What a report says of a device. */
export function signer({ record: { key: _, ...d } }: Enrolled): Signer {
  return d;
}

/** The act by which somebody of another organisation let an event in that came after its device's end. */
async function attestation(given: Event, inner: Said, jws: Jws, record: EventRecord, at: Version, by: Enrolled, attested: Attested, devices: Devices, net: string): Promise<Enrolled> {
  const act = readEvent(await readJws(given.attestation!), net);
  need(act !== undefined && act.said.rulebook === registry && act.said.action === 'attest', 'attestation', `of ${inner.id} cannot be read`);
  const own = await recorded(attested, act, 'attestation');
  const there = attested.version(`E/${act.said.id}`)!;
  const voucher = devices.get(act.jws.kid);
  const embedded = body(
    act.said,
    (r) => {
      const text = r.text('jws', '');
      r.text('reason', '');
      return text;
    },
    'attestation',
  );
  need(embedded === jws.compact, 'attestation', `of ${inner.id} embeds another event`);
  need(voucher !== undefined, 'enrolment-missing', `of ${act.jws.kid}, which vouched for ${inner.id}`);
  need(await signedBy(act.jws, voucher.record.key), 'event-signature', `the attestation of ${inner.id}`);
  need(voucher.record.organisation !== by.record.organisation, 'attestation', `of ${inner.id} is by its own organisation`);
  const same = there.block === at.block && there.transaction === at.transaction && own.witnessed === record.witnessed && own.subject === `E/${inner.id}`;
  need(same, 'attestation', `of ${inner.id} is of another event`);
  const end = endAt(by, at);
  need(end === 0 || inner.at < end, 'attestation', `${inner.id} says that it was signed after its device's end`);
  devices.uses(by, inner.at + 1);
  devices.uses(voucher, record.witnessed);
  mayAt(voucher, record.witnessed, at);
  return voucher;
}

/** The code's place on the list that it woke from. */
async function included(e: Event, said: Said, attested: Attested): Promise<void> {
  const i = e.inclusion;
  if (i === undefined) return;
  const list = attested.list(i.list);
  need(list !== undefined && (await proves(said.tag ?? said.asset ?? '', i.index, list.count, i.path, list.root)), 'inclusion', i.list);
}

/**
 * Whether the block that an event says it was signed after is one of the channel's. The ledger cannot know that: an event that
 * names another one is on it, and the report says so.
 */
function sawTruly(seen: NonNullable<Said['seen']>, at: Version, id: string, chain: Chain): boolean {
  if (seen.block >= at.block) return false;
  const hash = chain.hash(seen.block);
  need(hash !== undefined, 'header-missing', `block ${seen.block}, after which ${id} was signed`);
  return equal(hash, seen.hash);
}
