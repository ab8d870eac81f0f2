import * as api from '../core/api';
import type { Device, Invitation, Session } from '../core/device';
import { checkEvent, eventOf } from '../core/event';
import { instant } from '../core/instant';
import { signJws } from '../core/jws';
import { newKey, nonce } from '../core/keys';
import { isRefusal, Refusal, refuse } from '../core/refusal';
import type { EventBody, EventStatus } from '../core/types';
import { newEventId } from '../core/uuidv7';
import { announce } from './changes';
import { getMeta, kept, write, type Enrolling } from './db';
import { learnLedger } from './ledger';

export { readInvitation } from '../core/invitation';

const registry = 'registry@1';
/** Seconds that the gateway is asked to wait for the ledger, and how long an enrolment waits in all. */
const enrolWait = 20;
const enrolPatience = 60_000;
/** How long a sign-in may take to arrive; a gateway takes at most five minutes. */
const signInLife = 120_000;

/**
 * Makes the key, accepts the invitation with it, and keeps it once the ledger has it. Opening the same invitation again
 * after a broken connection goes on where it was. Throws Refusal: the ledger's own (invitation-used, unknown-invitation …),
 * wrong-net, not-final, unreachable.
 */
export async function enrol(invitation: Invitation): Promise<Device> {
  const ledger = await learnLedger();
  if (ledger.net !== invitation.net) throw refuse('wrong-net');
  const pending = await begin(invitation);
  const status = await delivered(pending.jws);
  if (status.status === 'refused') {
    const error = status.error ?? refuse('internal').shape();
    // What may pass by itself leaves the key: the next try goes on with it.
    if (!passing.has(error.code)) await write(['enrolling'], (tx) => tx.objectStore('enrolling').delete(pending.once));
    throw Refusal.of(error);
  }
  if (status.status !== 'committed') throw refuse('not-final');
  return keepDevice(pending);
}

/** Refusals that say nothing about the event: Go's Code.Passing. */
export const passing: ReadonlySet<string> = new Set([
  'busy', 'too-many-requests', 'device-share-full', 'organisation-share-full', 'storage-full', 'evidence-quota-full', 'not-ready', 'upgrade-needed',
  'not-judged-here', 'transaction-time', 'internal',
]);

/** The enrolment of an invitation, made now or found from an earlier try. The key is kept before anybody hears of it. */
async function begin(invitation: Invitation): Promise<Enrolling> {
  const { oneTimeKey } = await import('../core/onetime');
  const once = await oneTimeKey(invitation.k);
  const earlier = await (await kept()).get('enrolling', once.kid);
  if (earlier !== undefined) return earlier;
  const ends = Date.parse(invitation.expires);
  if (ends < Date.now() + api.clockAhead) throw refuse('invitation-expired', { at: invitation.expires });
  const key = await newKey();
  const proof = await signJws(once, 'rootline-enrolment', invitation.net, { device: key.kid, organisation: invitation.organisation, invitation: invitation.invitation });
  const event: EventBody = {
    ...eventOf({ asset: '', action: 'enrol', rulebook: registry }, { id: await newEventId(key.kid), at: instant(Date.now()) }),
    data: { key: key.publicKey, role: invitation.role, proof },
  };
  checkEvent(event);
  const { k: _secret, ...offer } = invitation;
  const pending: Enrolling = {
    once: once.kid, invitation: offer, kid: key.kid, key: key.key, publicKey: key.publicKey,
    jws: await signJws(key, 'rootline-event', invitation.net, event),
  };
  await write(['enrolling'], (tx) => tx.objectStore('enrolling').put(pending));
  return pending;
}

async function delivered(jws: string): Promise<EventStatus> {
  const until = Date.now() + enrolPatience;
  for (;;) {
    const [status] = await api.submit([{ jws }], enrolWait);
    if (status === undefined) throw refuse('not-a-gateway');
    if (status.status === 'refused' || status.status === 'committed' || Date.now() > until) return status;
    await new Promise((r) => setTimeout(r, 500));
  }
}

async function keepDevice(p: Enrolling): Promise<Device> {
  const { net, organisation, role, name } = p.invitation;
  const device: Device = { kid: p.kid, net, organisation, role, name, key: p.key, publicKey: p.publicKey, enrolled: instant(Date.now()) };
  await write(['devices', 'enrolling', 'meta'], async (tx) => {
    await tx.objectStore('devices').put(device);
    await tx.objectStore('meta').put(device.kid, 'current');
    await tx.objectStore('enrolling').delete(p.once);
  });
  announce('device');
  return device;
}

/** The device that signs here; undefined before enrolment. */
export async function currentDevice(): Promise<Device | undefined> {
  const db = await kept();
  const kid = await getMeta('current');
  return kid === undefined ? undefined : db.get('devices', kid);
}

/** All devices of this browser, newest first. A browser's keys belong to its gateway's origin. */
export async function devices(): Promise<Device[]> {
  const all = await (await kept()).getAll('devices');
  return all.sort((a, b) => b.enrolled.localeCompare(a.enrolled));
}

/** Makes another of this browser's devices the one that signs. Throws Refusal no-device. */
export async function chooseDevice(kid: string): Promise<Device> {
  const device = await write(['devices', 'meta'], async (tx) => {
    const found = await tx.objectStore('devices').get(kid);
    if (found === undefined) throw refuse('no-device');
    await tx.objectStore('meta').put(kid, 'current');
    await tx.objectStore('meta').delete('session');
    return found;
  });
  announce('device');
  return device;
}

/** Throws the key away for good. What it signed stays in the queue. */
export async function forget(kid: string): Promise<void> {
  await write(['devices', 'meta'], async (tx) => {
    await tx.objectStore('devices').delete(kid);
    if ((await tx.objectStore('meta').get('current')) !== kid) return;
    await tx.objectStore('meta').delete('current');
    await tx.objectStore('meta').delete('session');
    const left = (await tx.objectStore('devices').getAll()).sort((a, b) => b.enrolled.localeCompare(a.enrolled));
    if (left[0] !== undefined) await tx.objectStore('meta').put(left[0].kid, 'current');
  });
  announce('device');
}

/**
 * Lets the device in to read what is not public; the gateway sets a cookie. Throws Refusal; that the device was revoked or
 * has expired is remembered, and so is that it is good again.
 */
export async function signIn(device: Device): Promise<Session> {
  try {
    const response = await api.request('/api/v1/session', { method: 'POST', json: { jws: await challenge(device) } });
    const { device: kid, organisation, role, name, expires } = (await response.json()) as Session;
    const session: Session = { device: kid, organisation, role, name, expires };
    await remember(device, session);
    return session;
  } catch (e) {
    await noteEnd(device.kid, e);
    throw e;
  }
}

/** The message that lets the device in, at this origin and nowhere else, once. */
const challenge = (device: Device): Promise<string> =>
  signJws(device, 'rootline-sign-in', device.net, {
    origin: globalThis.location.origin,
    nonce: nonce(),
    expires: instant(Date.now() + api.clockAhead + signInLife),
  });

async function remember(device: Device, session: Session): Promise<void> {
  const known = await api.deviceOf(device.kid).catch(() => undefined);
  await write(['devices', 'meta'], async (tx) => {
    await tx.objectStore('meta').put(session, 'session');
    const now = await tx.objectStore('devices').get(device.kid);
    if (now === undefined) return;
    const { revoked: _over, until: _before, ...rest } = now;
    const until = known === undefined ? now.until : known.until;
    await tx.objectStore('devices').put({
      ...rest, organisation: session.organisation, role: session.role, name: session.name, ...(until !== undefined && { until }),
    });
  });
  announce('device');
}

/**
 * Remembers that a device came to its end, when an error says so. Answers whether it did. The refusal of an event does not say
 * when that was: the present is kept for it until the gateway, asked to let the device in, names the ledger's time.
 */
export async function noteEnd(kid: string, e: unknown): Promise<boolean> {
  const code = isRefusal(e) ? e.code : (e as { code?: unknown } | undefined)?.code;
  if (code !== 'device-revoked' && code !== 'device-expired') return false;
  const ended = (e as { ended?: unknown }).ended;
  const told = typeof ended === 'string' ? ended : undefined;
  let asks: Device | undefined;
  const noted = await write(['devices', 'meta'], async (tx) => {
    const device = await tx.objectStore('devices').get(kid);
    if (device === undefined) return false;
    await tx.objectStore('meta').delete('session');
    const before = device.revoked?.code === code ? device.revoked.at : undefined;
    if (before === undefined && told === undefined) asks = device;
    const at = told ?? before ?? instant(Date.now());
    if (at !== before) await tx.objectStore('devices').put({ ...device, revoked: { code, at } });
    return true;
  });
  if (noted) announce('device');
  if (asks !== undefined) await signIn(asks).catch(() => undefined);
  return noted;
}

/** Forgets the session that is known here; the device stays. */
export async function endSession(): Promise<void> {
  await write(['meta'], async (tx) => void (await tx.objectStore('meta').delete('session')));
}

/** Runs a call that needs a session: signs in before it when none is known to hold, and once more when the gateway asks. */
export async function withSession<T>(call: () => Promise<T>): Promise<T> {
  const device = await currentDevice();
  if (device === undefined) throw refuse('no-device');
  const session = await getMeta('session');
  const holds = session?.device === device.kid && Date.parse(session.expires) > Date.now() + api.clockAhead + 60_000;
  if (!holds) await signIn(device);
  try {
    return await call();
  } catch (e) {
    if (await noteEnd(device.kid, e)) throw e;
    // Signing in again helps, or says why it does not: the answer to a HEAD has no body that could.
    if (!isRefusal(e) || !holds || (e.status !== 401 && e.code !== 'http-403')) throw e;
    await signIn(device);
    return call();
  }
}

/** From how many days before its end a device is asked to be renewed. */
const noticeDays = 14;

/** Whole days until a device ends by itself, when that is near; 0 on the last day, undefined when it is far or never. */
export function endsIn(device: Device, now = Date.now()): number | undefined {
  if (device.until === undefined) return undefined;
  const days = Math.floor((Date.parse(device.until) - now) / 86_400_000);
  return days < noticeDays ? Math.max(0, days) : undefined;
}
