import { chaincode, readSubmitted } from './answer';
import type { Attested } from './attested';
import type { Bundle } from './bundle';
import { bytesOf, equal, hex, textOf, type Bytes } from './bytes';
import type { Chain } from './chain';
import { verifiesLow } from './ecdsa';
import { Fault, need } from './fault';
import { NotJson, readObject, type Json } from './json';
import { Nobody } from './membership';
import type { Device, EventRecord } from './records';
import { parseJws, pointOf, readEvent, Reader, readJws, registry, signedBy, thumbprint, type Jws, type Key, type Said } from './said';
import { validAt } from './x509';

/** A device whose way onto the ledger was shown. */
export interface Enrolled {
  readonly record: Device;
  /** Where its enrolment stands among the acts; -1 for one that a Fabric administrator confirmed. */
  readonly place: number;
  /** When its end was moved. */
  readonly renewed: number[];
  used: boolean;
}

interface Invitation {
  readonly key: Key;
  readonly role: string;
  readonly name: string;
  readonly by: Enrolled;
  readonly place: number;
  taken: boolean;
}

/** An act about devices that is on the ledger. */
interface Act {
  readonly said: Said;
  readonly jws: Jws;
  readonly record: EventRecord;
}

/** The devices whose way onto the ledger a proof shows. */
export class Devices {
  readonly #known = new Map<string, Enrolled>();
  readonly #invitations = new Map<string, Invitation>();
  /** Organisations whose record does not name the beginning of the ledger. */
  readonly unconfirmed: string[] = [];

  private constructor(
    private readonly attested: Attested,
    private readonly chain: Chain,
    private readonly net: string,
  ) {}

  /** Shows how each came: its organisation's Fabric administrator confirmed the first, administrators invited the others. */
  static async verify(b: Bundle, attested: Attested, chain: Chain, net: string): Promise<Devices> {
    const d = new Devices(attested, chain, net);
    let last = '';
    for (const [i, envelope] of b.confirms.entries()) {
      const organisation = await d.#confirm(envelope);
      need(i === 0 || organisation > last, 'order', 'confirms');
      last = organisation;
    }
    await d.#acts(b);
    return d;
  }

  get(kid: string): Enrolled | undefined {
    return this.#known.get(kid);
  }

  /** Marks a device, and those that let it in, as needed. */
  uses(d: Enrolled | undefined): void {
    for (let at = d; at !== undefined && !at.used; at = this.#known.get(at.record.invitedBy)) at.used = true;
  }

  /** Refuses devices that are there for nothing. */
  end(): void {
    for (const [kid, d] of this.#known) need(d.used, 'unused', `the enrolment of ${kid}`);
  }

  /** The transaction by which an organisation confirmed the founding and let in its first device. Answers whose it is. */
  async #confirm(raw: Bytes): Promise<string> {
    const call = await readSubmitted(raw);
    need(call !== undefined, 'confirm', 'it cannot be read');
    const { asked } = call;
    const [name, jws, ...more] = asked.args;
    const confirms = name !== undefined && equal(name, bytesOf('Confirm')) && jws !== undefined && more.length === 0;
    need(confirms && asked.channel === this.chain.channel && asked.called === chaincode && asked.specified === chaincode && call.sameId, 'confirm', 'it is another transaction');
    const act = readEvent(await parseJws(textOf(jws) ?? ''), this.net);
    need(act !== undefined && act.said.rulebook === registry && act.said.action === 'enrol', 'confirm', 'the enrolment in it cannot be read');
    const record = recorded(this.attested, act, 'act-hash');
    const block = this.attested.version(`E/${act.said.id}`)!.block;
    const config = this.chain.under(block);
    need(config !== undefined, 'pin', `block ${block} is from before the pinned one`);
    let by;
    try {
      by = await config.identity(asked.creator);
    } catch (e) {
      if (e instanceof Nobody) throw new Fault('confirm-admin', 'it is no member');
      throw e;
    }
    const { point } = by.certificate;
    need(point !== undefined && (await verifiesLow(point, call.signature, call.payload)), 'confirm-signature');
    need(by.admin && by.chain.every((c) => validAt(c, asked.at / 1000)), 'confirm-admin', by.mspId);
    const d = body(act.said, readEnrolment);
    await this.#enrolled({ ...act, record }, d, { organisation: by.mspId, role: 'admin', name: d.name, invitedBy: '' }, -1);
    this.#founded(by.mspId);
    return by.mspId;
  }

  /** Checks that an organisation confirmed this ledger's beginning. */
  #founded(mspId: string): void {
    const o = this.attested.organisation(mspId);
    need(o !== undefined && o.confirmed !== 0, 'confirm', `${mspId} did not confirm`);
    if (o.genesis === undefined || o.genesis.every((b) => b === 0)) this.unconfirmed.push(mspId);
    else need(this.chain.configs[0]!.block !== 0 || equal(o.genesis, this.chain.pinned), 'genesis', `${mspId} names ${hex(o.genesis)}`);
  }

  /** Checks an enrolment: signed with the key that it brings, and the device's record is what was invited. */
  async #enrolled(a: Act, d: Enrolment, as: Pick<Device, 'organisation' | 'role' | 'name' | 'invitedBy'>, place: number): Promise<void> {
    const { kid } = a.jws;
    need((await pointOf(d.key)) !== undefined && (await thumbprint(d.key)) === kid, 'act', `${a.said.id}: the key`);
    need(await signedBy(a.jws, d.key), 'act-signature', a.said.id);
    const got = this.attested.device(kid);
    const same =
      got !== undefined && got.kid === kid && got.key.x === d.key.x && got.key.y === d.key.y && got.key.kty === 'EC' && got.key.crv === 'P-256' &&
      got.organisation === as.organisation && got.role === as.role && got.name === as.name && got.invitedBy === as.invitedBy && got.since === a.record.witnessed;
    need(same && d.role === as.role && a.record.subject === `D/${kid}`, 'device', kid);
    need(!this.#known.has(kid), 'order', `the device ${kid} is enrolled twice`);
    this.#known.set(kid, { record: got, place, renewed: [], used: false });
  }

  async #acts(b: Bundle): Promise<void> {
    const ids: string[] = [];
    for (const [i, given] of b.acts.entries()) {
      const act = readEvent(await readJws(given), this.net);
      need(act !== undefined && act.said.rulebook === registry, 'act', `act ${i}`);
      const { id } = act.said;
      need(!ids.includes(id), 'order', `the act ${id} is there twice`);
      const a = { ...act, record: recorded(this.attested, act, 'act-hash') };
      const after = await this.#judged(a, i);
      need(ids.slice(after + 1).every((before) => before < id), 'order', 'acts');
      ids.push(id);
    }
    for (const i of this.#invitations.values()) need(i.taken, 'unused', `the invitation at ${i.place}`);
  }

  /** Verifies an act. Answers after which of those before it it has to stand. */
  #judged(a: Act, place: number): Promise<number> {
    switch (a.said.action) {
      case 'invite':
        return this.#invite(a, place);
      case 'enrol':
        return this.#enrol(a, place);
      case 'renew':
        return this.#renew(a);
      default:
        throw new Fault('act', `${a.said.id} is a ${a.said.action}`);
    }
  }

  /** The device that signed an act as an administrator of its organisation. */
  async #admin(a: Act): Promise<Enrolled> {
    const by = this.#known.get(a.jws.kid);
    need(by !== undefined, 'enrolment-missing', `of ${a.jws.kid}, which signed ${a.said.id}`);
    need(await signedBy(a.jws, by.record.key), 'act-signature', a.said.id);
    need(by.record.role === 'admin', 'invitation', `${by.record.kid} is a ${by.record.role}`);
    mayAt(by, a.record.witnessed);
    return by;
  }

  async #invite(a: Act, place: number): Promise<number> {
    const d = body(a.said, (r) => {
      const i = { key: r.key('key'), role: r.text('role', ''), name: r.text('name', '') };
      r.moment('expires');
      r.moment('until');
      return i;
    });
    const by = await this.#admin(a);
    need(a.record.subject === `I/${a.said.id}`, 'act', a.said.id);
    need(!this.#invitations.has(a.said.id), 'order', `${a.said.id} is there twice`);
    this.#invitations.set(a.said.id, { ...d, by, place, taken: false });
    return by.place;
  }

  async #enrol(a: Act, place: number): Promise<number> {
    const d = body(a.said, readEnrolment);
    const proof = await parseJws(d.proof);
    need(proof !== undefined && proof.typ === 'rootline-enrolment' && proof.net === this.net, 'enrolment-proof', a.said.id);
    const accepted = acceptedIn(proof.payload);
    need(accepted !== undefined, 'enrolment-proof', a.said.id);
    const i = this.#invitations.get(accepted.invitation);
    need(i !== undefined, 'invitation', `of ${a.said.id} is missing`);
    need(proof.kid === (await thumbprint(i.key)) && (await signedBy(proof, i.key)) && accepted.device === a.jws.kid
      && accepted.organisation === i.by.record.organisation, 'enrolment-proof', a.said.id);
    need(!i.taken, 'enrolment-proof', `${a.said.id}: the invitation was taken before`);
    i.taken = true;
    await this.#enrolled(a, d, { organisation: i.by.record.organisation, role: i.role, name: i.name, invitedBy: i.by.record.kid }, place);
    return i.place;
  }

  /** Notes that the end of a device was moved. */
  async #renew(a: Act): Promise<number> {
    const d = body(a.said, (r) => {
      const renewed = r.text('device', '');
      r.moment('until');
      return renewed;
    });
    const by = await this.#admin(a);
    const renewed = this.#known.get(d);
    need(renewed !== undefined, 'enrolment-missing', `of ${d}, which ${a.said.id} renews`);
    need(renewed.record.organisation === by.record.organisation && a.record.subject === `D/${d}`, 'invitation', a.said.id);
    renewed.renewed.push(a.record.witnessed);
    return Math.max(by.place, renewed.place);
  }
}

/** Checks that a device could sign at a witnessed time. Its end may have been moved since: then the proof has the act. */
export function mayAt(d: Enrolled, t: number): void {
  const { kid, since, until, revoked } = d.record;
  need(revoked === 0 || t <= revoked, 'device-revoked', kid);
  need(t >= since && (until === 0 || t <= until || d.renewed.some((at) => at >= t)), 'device-expired', kid);
}

/** Checks that an event is the one on the ledger. */
export function recorded(attested: Attested, e: { readonly said: Said; readonly jws: Jws }, unlike: 'act-hash' | 'event-hash' | 'attestation'): EventRecord {
  const r = attested.event(e.said.id);
  need(r !== undefined && equal(r.hash, e.jws.hash), unlike, e.said.id);
  return r;
}

interface Enrolment {
  readonly key: Key;
  readonly role: string;
  readonly proof: string;
  readonly name: string;
}

function readEnrolment(r: Reader): Enrolment {
  const e = { key: r.key('key'), role: r.text('role', ''), proof: r.text('proof', ''), name: r.text('name', '') };
  r.text('genesis', '');
  return e;
}

/** Reads the data of an act. */
export function body<T>(said: Said, read: (r: Reader) => T, code: 'act' | 'attestation' = 'act'): T {
  try {
    return whole(said.data, read);
  } catch (e) {
    if (e instanceof NotJson) throw new Fault(code, `${said.id}: its data`);
    throw e;
  }
}

function whole<T>(o: Json | undefined, read: (r: Reader) => T): T {
  const r = new Reader(o);
  const out = read(r);
  r.end();
  return out;
}

/** The device that the holder of an invitation's key let in. */
function acceptedIn(payload: Bytes): { device: string; organisation: string; invitation: string } | undefined {
  try {
    return whole(readObject(payload), (r) => ({ device: r.text('device', ''), organisation: r.text('organisation', ''), invitation: r.text('invitation', '') }));
  } catch (e) {
    if (e instanceof NotJson) return undefined;
    throw e;
  }
}
