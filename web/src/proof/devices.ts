import { adminRole, isAdmin } from '../core/roles';
import { isEventIdOf } from '../core/uuidv7';
import { chaincode, readSubmitted, type Version } from './answer';
import type { Attested } from './attested';
import type { Bundle } from './bundle';
import { bytesOf, equal, hex, order, textOf, type Bytes } from './bytes';
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
  /** Where on the ledger it came in. */
  readonly enrolled: Version;
  /** Where its record was written last: where it was revoked, if it was. */
  readonly written: Version;
  /** The act by which an administrator invited it. */
  readonly invited: Signed | undefined;
  /** The act that moved its end. */
  renewed: Signed | undefined;
  used: boolean;
}

/** An act that an administrator's device signed. */
interface Signed {
  readonly by: Enrolled;
  readonly witnessed: number;
  readonly at: Version;
  used: boolean;
}

interface Invitation {
  readonly key: Key;
  readonly role: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly act: Signed;
  readonly place: number;
  taken: boolean;
}

/** An act about devices that is on the ledger. */
interface Act {
  readonly said: Said;
  readonly jws: Jws;
  readonly record: EventRecord;
  readonly at: Version;
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

  /** Those that are here, by organisation and kid. */
  all(): readonly Enrolled[] {
    const name = ({ record: d }: Enrolled): string => `${d.organisation}\0${d.kid}`;
    return [...this.#known.values()].sort((a, b) => order(bytesOf(name(a)), bytesOf(name(b))));
  }

  /** Marks a device that signed at a time as needed, and the acts that let it in, with those who signed them. */
  uses(d: Enrolled, t: number): void {
    if (over(d, t)) this.#takes(d.renewed);
    if (d.used) return;
    d.used = true;
    this.#takes(d.invited);
  }

  #takes(a: Signed | undefined): void {
    if (a === undefined || a.used) return;
    a.used = true;
    this.uses(a.by, a.witnessed);
  }

  /** Refuses devices that are there for nothing. */
  end(): void {
    for (const [kid, d] of this.#known) {
      need(d.used, 'unused', `the enrolment of ${kid}`);
      need(d.renewed === undefined || d.renewed.used, 'unused', `the renewal of ${kid}`);
    }
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
    const record = await recorded(this.attested, act, 'act-hash');
    const at = this.attested.version(`E/${act.said.id}`)!;
    const { block } = at;
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
    await this.#enrolled({ ...act, record, at }, d, { organisation: by.mspId, role: adminRole, name: d.name, invitedBy: '' }, undefined, -1);
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
  async #enrolled(a: Act, d: Enrolment, as: Pick<Device, 'organisation' | 'role' | 'name' | 'invitedBy'>, invited: Signed | undefined, place: number): Promise<void> {
    const { kid } = a.jws;
    need((await pointOf(d.key)) !== undefined && (await thumbprint(d.key)) === kid, 'act', `${a.said.id}: the key`);
    need(await signedBy(a.jws, d.key), 'act-signature', a.said.id);
    const got = this.attested.device(kid);
    const same =
      got !== undefined && got.kid === kid && got.key.x === d.key.x && got.key.y === d.key.y && got.key.kty === 'EC' && got.key.crv === 'P-256' &&
      got.organisation === as.organisation && got.role === as.role && got.name === as.name && got.invitedBy === as.invitedBy && got.since === a.record.witnessed;
    need(same && d.role === as.role && a.record.subject === `D/${kid}`, 'device', kid);
    need(!this.#known.has(kid), 'order', `the device ${kid} is enrolled twice`);
    const written = this.attested.version(`D/${kid}`)!;
    this.#known.set(kid, { record: got, place, enrolled: a.at, written, invited, renewed: undefined, used: false });
  }

  async #acts(b: Bundle): Promise<void> {
    const ids: string[] = [];
    const signed: Signed[] = [];
    for (const [i, given] of b.acts.entries()) {
      const act = readEvent(await readJws(given), this.net);
      need(act !== undefined && act.said.rulebook === registry, 'act', `act ${i}`);
      const { id } = act.said;
      need(!ids.includes(id), 'order', `the act ${id} is there twice`);
      const record = await recorded(this.attested, act, 'act-hash');
      const a = { ...act, record, at: this.attested.version(`E/${id}`)! };
      const after = await this.#judged(a, i, signed);
      need(ids.slice(after + 1).every((before) => before < id), 'order', 'acts');
      ids.push(id);
    }
    // What moved the end of who signed an act may stand behind it.
    for (const a of signed) mayAt(a.by, a.witnessed, a.at);
    for (const i of this.#invitations.values()) need(i.taken, 'unused', `the invitation at ${i.place}`);
  }

  /** Verifies an act. Answers after which of those before it it has to stand. */
  #judged(a: Act, place: number, signed: Signed[]): Promise<number> {
    switch (a.said.action) {
      case 'invite':
        return this.#invite(a, place, signed);
      case 'enrol':
        return this.#enrol(a, place);
      case 'renew':
        return this.#renew(a, signed);
      default:
        throw new Fault('act', `${a.said.id} is a ${a.said.action}`);
    }
  }

  /** The device that signed an act as an administrator of its organisation. */
  async #admin(a: Act, signed: Signed[]): Promise<Signed> {
    const by = this.#known.get(a.jws.kid);
    need(by !== undefined, 'enrolment-missing', `of ${a.jws.kid}, which signed ${a.said.id}`);
    need(await signedBy(a.jws, by.record.key), 'act-signature', a.said.id);
    need(isAdmin(by.record), 'invitation', `${by.record.kid} is a ${by.record.role}`);
    const act = { by, witnessed: a.record.witnessed, at: a.at, used: false };
    signed.push(act);
    return act;
  }

  async #invite(a: Act, place: number, signed: Signed[]): Promise<number> {
    const d = body(a.said, (r) => {
      const i = { key: r.key('key'), role: r.text('role', ''), name: r.text('name', '') };
      const expires = r.moment('expires');
      r.moment('until');
      return { ...i, expires };
    });
    const act = await this.#admin(a, signed);
    need(a.record.subject === `I/${a.said.id}`, 'act', a.said.id);
    need(d.expires > a.record.witnessed, 'invitation', `${a.said.id} had ended before it was recorded`);
    need(!this.#invitations.has(a.said.id), 'order', `${a.said.id} is there twice`);
    this.#invitations.set(a.said.id, { ...d, act, place, taken: false });
    return act.by.place;
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
      && accepted.organisation === i.act.by.record.organisation, 'enrolment-proof', a.said.id);
    need(!i.taken, 'enrolment-proof', `${a.said.id}: the invitation was taken before`);
    need(a.record.witnessed <= i.expires, 'invitation', `${a.said.id}: recorded after the invitation's end`);
    i.taken = true;
    const { organisation, kid } = i.act.by.record;
    await this.#enrolled(a, d, { organisation, role: i.role, name: i.name, invitedBy: kid }, i.act, place);
    return i.place;
  }

  /** Notes that the end of a device was moved. */
  async #renew(a: Act, signed: Signed[]): Promise<number> {
    const d = body(a.said, (r) => {
      const renewed = r.text('device', '');
      r.moment('until');
      return renewed;
    });
    const act = await this.#admin(a, signed);
    const { by } = act;
    const renewed = this.#known.get(d);
    need(renewed !== undefined, 'enrolment-missing', `of ${d}, which ${a.said.id} renews`);
    need(renewed.record.organisation === by.record.organisation && a.record.subject === `D/${d}`, 'invitation', a.said.id);
    need(renewed.renewed === undefined, 'unused', `a second renewal of ${d}`);
    renewed.renewed = act;
    return Math.max(by.place, renewed.place);
  }
}

/**
 * Checks that a device could sign what was witnessed at a time and stands at a place on the ledger. Whether it was enrolled and
 * not revoked goes by places: times are what submitters say, to a few minutes. Its end is a time, which may have been moved since:
 * then the proof has the act.
 */
export function mayAt(d: Enrolled, t: number, at: Version): void {
  const { kid, revoked } = d.record;
  need(revoked === 0 || !isBefore(d.written, at), 'device-revoked', kid);
  need(!isBefore(at, d.enrolled) && (!over(d, t) || movedAfter(d, at)), 'device-expired', kid);
}

/** Whether one place on the ledger comes before another. What one transaction wrote has one place. */
export const isBefore = (x: Version, y: Version): boolean => x.block < y.block || (x.block === y.block && x.transaction < y.transaction);

/** Whether a time is after the device's end as it is now. */
const over = ({ record: { until } }: Enrolled, t: number): boolean => until !== 0 && t > until;

/** Whether the device's end was moved later than something on the ledger, or with it. */
const movedAfter = ({ renewed }: Enrolled, at: Version): boolean => renewed !== undefined && !isBefore(renewed.at, at);

/** The device's end as it was at a place on the ledger; 0 for none, and where it was moved since. */
export function endAt(d: Enrolled, at: Version): number {
  const revoked = isBefore(d.written, at) ? d.record.revoked : 0;
  const until = movedAfter(d, at) ? 0 : d.record.until;
  return revoked === 0 || (until !== 0 && until < revoked) ? until : revoked;
}

/** Checks that an event is the one on the ledger, and that its id is one of the key that it names. */
export async function recorded(attested: Attested, e: { readonly said: Said; readonly jws: Jws }, unlike: 'act-hash' | 'event-hash' | 'attestation'): Promise<EventRecord> {
  const r = attested.event(e.said.id);
  need(r !== undefined && equal(r.hash, e.jws.hash), unlike, e.said.id);
  need(await isEventIdOf(e.jws.kid, e.said.id), 'id-of-another-key', e.said.id);
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
