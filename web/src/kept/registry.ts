import * as api from '../core/api';
import { encode } from '../core/base64url';
import type { Device, PublicKey } from '../core/device';
import { checkEvent, eventOf } from '../core/event';
import { instant } from '../core/instant';
import { signJws } from '../core/jws';
import { Refusal, refuse } from '../core/refusal';
import type { DeviceView, EventBody, Page } from '../core/types';
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

/**
 * Offers a role to whoever opens the link that it answers. The one-time key is in the link and nowhere else. Throws
 * Refusal: the ledger's own, unreachable, not-final.
 */
export async function invite(admin: Device, offer: Offer): Promise<string> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { x, y, d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  if (x === undefined || y === undefined || d === undefined) throw refuse('no-crypto');
  const key: PublicKey = { kty: 'EC', crv: 'P-256', x, y };
  const { role, name } = offer;
  const expires = instant(offer.expires);
  await act(admin, 'invite', { key, role, name, expires, ...(offer.until !== undefined && { until: instant(offer.until) }) });
  return invitationLink(location.origin, { k: d, net: admin.net, organisation: admin.organisation, role, name, expires });
}

/** The link of an invitation, as readInvitation takes it apart. */
export const invitationLink = (origin: string, token: object): string =>
  `${origin}/enrol#${encode(new TextEncoder().encode(JSON.stringify(token)))}`;

/** Moves the end of a device; without one it has none. */
export const renew = (admin: Device, kid: string, until: number | undefined): Promise<void> =>
  act(admin, 'renew', { device: kid, ...(until !== undefined && { until: instant(until) }) });

/** Ends a device for good, from the next block on. */
export const revoke = (admin: Device, kid: string, reason: string): Promise<void> => act(admin, 'revoke', { device: kid, reason });

/** Signs an act of the registry and waits until the ledger has it: such an act is done with a network or not at all. */
async function act(admin: Device, action: string, data: object): Promise<void> {
  const event: EventBody = {
    ...eventOf({ asset: '', action, rulebook: 'registry@1' }, { id: newEventId(), at: instant(Date.now()) }),
    data,
  };
  checkEvent(event);
  const [status] = await api.submit([{ jws: await signJws(admin, 'rootline-event', admin.net, event) }], wait);
  if (status?.status === 'refused') throw Refusal.of(status.error ?? refuse('internal').shape());
  if (status?.status !== 'committed') throw refuse('not-final');
}

export type DeviceState = 'active' | 'revoked' | 'expired';

/** A device with its state when the gateway answered. */
export interface ListedDevice extends DeviceView {
  readonly state: DeviceState;
}

/** A page of the devices of an organisation, of one state or all. */
export async function deviceList(organisation: string, state: DeviceState | '', cursor?: string): Promise<Page<ListedDevice>> {
  const query = new URLSearchParams({ organisation, limit: '50', ...(state !== '' && { state }), ...(cursor !== undefined && { cursor }) });
  const response = await withSession(() => api.request(`/api/v1/devices?${query.toString()}`));
  return (await response.json()) as Page<ListedDevice>;
}
