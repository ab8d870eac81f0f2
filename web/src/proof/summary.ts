import { instant } from '../core/instant';
import { hex, type Bytes } from './bytes';
import { isObject, type Json } from './json';
import type { Asset, List, Value } from './records';
import type { Happened, Report, Signer, Text } from './report';
import type { Said } from './said';
import { unproven } from './unproven';

/** JSON as it is written. */
type Written = number | boolean | null | string | readonly Written[] | { readonly [name: string]: Written };

/** A report as `rootline verify --json` prints it: the same names, digests, moments and identifiers, in the same form. */
export function summaryOf(r: Report): Written {
  return object({
    kind: r.kind, subject: r.subject, channel: r.channel, net: r.net, pin: { block: r.pin.block, hash: r.pin.hash }, pinned: r.pinned,
    configuration: { sequence: r.configuration.sequence, block: r.configuration.block }, date: instant(r.at), nonce: r.nonce,
    organisations: r.organisations, members: r.members, k: r.k, seal: r.seal === undefined ? null : { block: r.seal.block, witnessed: instant(r.seal.witnessed) },
    submitted: r.submitted, headers: r.headers, deep: r.deep, genesisNotRecorded: filled(r.unconfirmed),
    item: r.item && assetOf(r.subject, r.item), events: filled(r.events.map((e) => eventOf(e, r.subject))), itemTitles: r.itemTitles && { kind: text(r.itemTitles.kind), state: text(r.itemTitles.state) }, ownEvents: r.item && r.events.filter((e) => e.relation === 'own').length, devices: filled(r.devices.map(deviceOf)),
    rulebooks: filled(r.rulebooks.map((b) => (object({ name: b.name, sha256: b.sha256, title: b.title && text(b.title) })))), lists: filled(r.lists),
    items: filled(r.items.map((i) => object({ code: i.code, seq: i.seq, head: hash(i.head), proof: i.proof && hash(i.proof) }))), itemsProven: r.itemsProven, maker: r.maker,
    weaker: r.weaker, unproven: unproven(r.kind).map((l) => ({ name: l.name, says: { en: l.says.en, zh: l.says.zh } })),
  });
}

const text = (t: Text): Written => ({ en: t.en, zh: t.zh });

/** An object of what is there. */
const object = (members: Readonly<Record<string, Written | undefined>>): Written =>
  Object.fromEntries(Object.entries(members).filter((m): m is [string, Written] => m[1] !== undefined));

const filled = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

/** A hash; the one of nothing but zeros stands for none. */
const hash = (b: Bytes): string => (b.every((v) => v === 0) ? '' : hex(b));

const some = <T extends number | boolean>(v: T): T | undefined => v || undefined;

const moment = (ms: number): string | undefined => (ms === 0 ? undefined : instant(ms));

const list = (l: List | undefined): Written | undefined => l && { count: l.count, root: hash(l.root) };

const position = (p: Asset['position']): Written | undefined => p && object({ lat: p.lat, lon: p.lon, accuracy: some(p.accuracy) });

function assetOf(id: string, a: Asset): Written {
  return object({
    id, kind: a.kind, rulebook: a.rulebook, state: a.state, maker: a.maker, custodian: a.custodian, place: a.place, position: position(a.position), lot: a.lot,
    quantity: a.quantity && { total: a.quantity.total, left: a.quantity.left }, list: list(a.list), usedBy: a.usedBy,
    parents: filled(a.parents.map((p) => object({ asset: p.asset, amount: p.amount, possible: some(p.possible) }))), under: a.under,
    children: a.children.size === 0 ? undefined : Object.fromEntries(a.children),
    tallies: a.tallies.size === 0 ? undefined : Object.fromEntries([...a.tallies].map(([name, t]) => [name, object({ values: filled(t.values.map(({ value, count }) => ({ value, count }))), beyond: some(t.beyond) })])),
    pending: a.pending && {
      action: a.pending.action, agreed: hash(a.pending.agreed), base: hash(a.pending.base),
      signatures: a.pending.signatures.map((s) => ({ role: s.role, organisation: s.organisation, device: s.device, event: s.event, head: hash(s.head) })),
    },
    frozen: filled(a.frozen.map((f) => object({ recall: f.recall, via: f.via, possible: some(f.possible) }))), released: filled(a.released), claim: a.claim,
    fields: a.fields.size === 0 ? undefined : Object.fromEntries([...a.fields].map(([name, v]) => [name, valueOf(v)])), seq: a.seq, head: hash(a.head), changed: instant(a.changed),
  });
}

function valueOf(v: Value): Written {
  if (v instanceof Map) return Object.fromEntries([...(v as ReadonlyMap<string, Value>)].map(([name, one]) => [name, valueOf(one)]));
  return Array.isArray(v) ? (v as readonly Value[]).map(valueOf) : (v as Written);
}

function eventOf(e: Happened, item: string): Written {
  const s = e.said;
  return object({
    seq: e.seq, id: s.id, asset: s.asset, relation: e.relation, wrote: e.relation === 'own' ? undefined : `A/${item}`, action: s.action, title: e.title && text(e.title), rulebook: s.rulebook, at: instant(s.at), witnessed: instant(e.witnessed), block: e.block,
    transaction: e.transaction, device: e.by.kid, attestedBy: e.attestedBy?.kid, seen: e.unseen ? undefined : s.seen?.block, seenIsFalse: some(e.unseen), list: e.list,
    deep: e.deep, event: saidOf(s),
  });
}

/** What was signed. */
function saidOf(s: Said): Written {
  return object({
    id: s.id, asset: s.asset, kind: s.kind, under: s.under, action: s.action, rulebook: s.rulebook, at: instant(s.at), place: position(s.place),
    evidence: filled(s.evidence.map((f) => ({ sha256: f.sha256, type: f.type, size: f.size }))), amount: some(s.amount),
    inputs: filled(s.inputs.map((i) => ({ asset: i.asset, amount: i.amount }))), refs: filled(s.refs), list: list(s.list),
    into: filled(s.into.map((l) => ({ asset: l.asset, list: list(l.list)! }))), tag: s.tag, replaces: s.replaces, corrects: s.corrects,
    data: s.data === undefined ? undefined : writtenOf(s.data), seen: s.seen && { block: s.seen.block, hash: hash(s.seen.hash) }, prev: s.prev && (hash(s.prev) || undefined),
  });
}

function writtenOf(v: Json): Written {
  if (isObject(v)) return Object.fromEntries([...v].map(([name, e]) => [name, writtenOf(e)]));
  return Array.isArray(v) ? (v as readonly Json[]).map(writtenOf) : (v as Written);
}

const deviceOf = (d: Signer): Written =>
  object({ kid: d.kid, name: d.name, organisation: d.organisation, role: d.role, invitedBy: d.invitedBy || undefined, since: instant(d.since), until: moment(d.until), revoked: moment(d.revoked) });
