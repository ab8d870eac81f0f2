import * as api from '../core/api';
import { encode } from '../core/base64url';
import type { Device, Invitation, PublicKey } from '../core/device';
import { checkEvent, eventOf } from '../core/event';
import { instant } from '../core/instant';
import { signJws } from '../core/jws';
import { isRefusal, Refusal, refuse } from '../core/refusal';
import type { DeviceView, EventBody, Page, Text } from '../core/types';
import { newEventId } from '../core/uuidv7';
import { withSession } from './device';

/** Seconds that an act of the registry waits for the ledger. */
const wait = 30;

export interface Offer {
  readonly role: string;
  /** A pseudonym, 1 to 40 characters. */
  readonly name: string;
  /** When the offer ends, and the device that takes it; without an end, absent. Milliseconds since 1970. */
  readonly expires: number;
  readonly until?: number | undefined;
}

/** What the link of an invitation carries; `k` is its one-time key. */
export type Token = Omit<Invitation, 'gateway'>;

/** An invitation that was made. One that is not confirmed may be on the ledger or come there: its key exists nowhere else. */
export interface Made {
  readonly token: Token;
  readonly confirmed: boolean;
}

/** Offers a role to whoever gets the token that it answers. Throws Refusal: the ledger's own, no-crypto. */
export async function invite(admin: Device, offer: Offer): Promise<Made> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { x, y, d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  if (x === undefined || y === undefined || d === undefined) throw refuse('no-crypto');
  const key: PublicKey = { kty: 'EC', crv: 'P-256', x, y };
  const { role, name } = offer;
  const expires = instant(offer.expires);
  const invitation = await newEventId(admin.kid);
  const confirmed = await registryAct(admin, 'invite', { key, role, name, expires, ...(offer.until !== undefined && { until: instant(offer.until) }) }, invitation).then(
    () => true,
    (e: unknown) => {
      if (isRefusal(e, 'not-confirmed')) return false;
      throw e;
    },
  );
  return { token: { k: d, net: admin.net, invitation, organisation: admin.organisation, role, name, expires }, confirmed };
}

/** The link of an invitation, as readInvitation takes it apart. */
export const invitationLink = (origin: string, token: Token): string =>
  `${origin}/enrol#${encode(new TextEncoder().encode(JSON.stringify(token)))}`;

/** Moves the end of a device; without one it has none. */
export const renew = (admin: Device, kid: string, until: number | undefined): Promise<void> =>
  act(admin, 'renew', { device: kid, ...(until !== undefined && { until: instant(until) }) });

/** Ends a device for good, from the next block on. */
export const revoke = (admin: Device, kid: string, reason: string): Promise<void> => act(admin, 'revoke', { device: kid, reason });

/** Ends an invitation that nobody took yet: its link lets nobody in from the next block on. */
export const revokeInvitation = (admin: Device, invitation: string): Promise<void> => act(admin, 'revoke', { invitation });

/** Vouches for an event that another organisation's device signed before its end: it is then recorded under its own id. */
export const attest = (device: Device, jws: string, reason: string): Promise<void> => act(device, 'attest', { jws, reason });

async function act(admin: Device, action: string, data: object): Promise<void> {
  await registryAct(admin, action, data);
}

/**
 * Signs an act of the registry and waits until the ledger has it: such an act is done with a network or not at all. Answers
 * the id of its event, which may be given: one of this device. Throws Refusal: the ledger's own, not-confirmed.
 */
export async function registryAct(admin: Device, action: string, data: object, given?: string): Promise<string> {
  const id = given ?? (await newEventId(admin.kid));
  const event: EventBody = {
    ...eventOf({ asset: '', action, rulebook: 'registry@1' }, { id, at: instant(Date.now()) }),
    data,
  };
  checkEvent(event);
  const [status] = await api.submit([{ jws: await signJws(admin, 'rootline-event', admin.net, event) }], wait).catch((e: unknown) => {
    throw isRefusal(e) && noAnswer(e.code) ? refuse('not-confirmed', {}, e) : e;
  });
  if (status?.status === 'refused') throw Refusal.of(status.error ?? refuse('internal').shape());
  if (status?.status !== 'committed') throw refuse('not-confirmed');
  return event.id;
}

/** The request may have arrived all the same. */
const noAnswer = (code: string): boolean => code === 'unreachable' || code === 'not-a-gateway' || code.startsWith('http-');

export type DeviceState = 'active' | 'revoked' | 'expired';

/** A device with its state when the gateway answered. */
export interface ListedDevice extends DeviceView {
  readonly state: DeviceState;
  /** The pseudonym of the device that invited it. */
  readonly invitedByName?: string;
  /** The newest event that it signed. */
  readonly last?: { readonly id: string; readonly asset?: string; readonly action: string; readonly actionTitle: Text; readonly at: string; readonly witnessed: string; readonly block: number };
  /** Who ended it, and why. */
  readonly revocation?: { readonly event: string; readonly by: string; readonly byName?: string; readonly reason?: string; readonly block: number };
}

export interface DeviceFilter {
  readonly organisation: string;
  readonly role?: string;
  readonly state?: DeviceState | '';
  /** Part of the pseudonym, or the beginning of the kid. */
  readonly q?: string;
  /** A column that the gateway sorts by; '' is by the kids. */
  readonly order?: string;
}

/** A page of the devices of an organisation, of one role and state or all. Throws Refusal. */
export const deviceList = (f: DeviceFilter, cursor?: string): Promise<Page<ListedDevice>> =>
  list('/api/v1/devices', { organisation: f.organisation, role: f.role, state: f.state, q: f.q, order: f.order, cursor });

/** One device. Throws Refusal: not-found, unreachable. */
export const deviceOf = async (kid: string): Promise<ListedDevice> =>
  (await (await withSession(() => api.request(`/api/v1/devices/${encodeURIComponent(kid)}`))).json()) as ListedDevice;

export type InvitationState = 'open' | 'taken' | 'revoked' | 'expired';

/** An invitation with its state when the gateway answered. Its key is in its link only. */
export interface ListedInvitation {
  /** The id of the event that invites. */
  readonly event: string;
  readonly kid: string;
  readonly role: string;
  readonly name: string;
  readonly expires: string;
  readonly until?: string;
  readonly state: InvitationState;
  readonly invitedByName?: string;
}

/** A page of the own organisation's invitations. Only an admin's session gets them. Throws Refusal. */
export const invitationList = (state: InvitationState | 'all', cursor?: string): Promise<Page<ListedInvitation>> =>
  list('/api/v1/invitations', { state, cursor });

async function list<T>(path: string, wanted: Readonly<Record<string, string | undefined>>): Promise<Page<T>> {
  const query = new URLSearchParams({ limit: '50' });
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined && value !== '') query.set(name, value);
  const response = await withSession(() => api.request(`${path}?${query.toString()}`));
  return (await response.json()) as Page<T>;
}
