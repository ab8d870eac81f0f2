import { describe, expect, it } from 'vitest';
import { encode } from '../core/base64url';
import type { Invitation } from '../core/device';
import { oneTimeKey } from '../core/onetime';
import { newEventId } from '../core/uuidv7';
import { phone } from '../testing/phone';
import { kept } from './db';
import { chooseDevice, currentDevice, devices, endsIn, enrol, forget, signIn, withSession } from './device';
import { capture } from './queue';

const it_ = phone();

async function invited(role = 'planter'): Promise<Invitation> {
  const k = encode(crypto.getRandomValues(new Uint8Array(32)).fill(1, 0, 1));
  const once = await oneTimeKey(k);
  const invitation = await newEventId('an admin');
  it_.gateway.invitations.set(invitation, { key: once.publicKey, role });
  return { k, net: it_.gateway.net, invitation, organisation: 'OwnerMSP', role, name: 'C7', expires: '2036-01-01T00:00:00Z', gateway: 'https://works.example' };
}

describe('enrolment', () => {
  it('makes a key that cannot be read out, and keeps it', async () => {
    const device = await enrol(await invited());
    expect(it_.gateway.devices.get(device.kid)).toMatchObject({ role: 'planter', key: device.publicKey });
    const keptDevice = (await currentDevice())!;
    expect(keptDevice).toMatchObject({ kid: device.kid, net: it_.gateway.net, role: 'planter', name: 'C7' });
    expect(keptDevice.key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', keptDevice.key)).rejects.toThrow();
    expect(await (await kept()).count('enrolling')).toBe(0);
  });

  it('goes on where it was when the answer was lost: the invitation is used up, the key is not lost', async () => {
    const invitation = await invited();
    it_.gateway.drop = ({ path }) => (path.startsWith('/api/v1/events') ? 'answer' : undefined);
    await expect(enrol(invitation)).rejects.toMatchObject({ code: 'unreachable' });
    expect(await currentDevice()).toBeUndefined();
    it_.gateway.drop = () => undefined;
    const device = await enrol(invitation);
    expect([...it_.gateway.devices.keys()]).toEqual([device.kid]);
  });

  it('is refused in the ledger’s words, and leaves no key', async () => {
    const invitation = await invited();
    await enrol(invitation);
    await expect(enrol(invitation)).rejects.toMatchObject({ code: 'invitation-used' });
    expect(await devices()).toHaveLength(1);
    expect(await (await kept()).count('enrolling')).toBe(0);
    await expect(enrol({ ...(await invited()), organisation: 'ContractorMSP' })).rejects.toMatchObject({ code: 'other-inviter' });
    await expect(enrol({ ...(await invited()), invitation: await newEventId('an admin') })).rejects.toMatchObject({ code: 'unknown-invitation' });
    await expect(enrol({ ...(await invited()), net: 'other' })).rejects.toMatchObject({ code: 'wrong-net' });
    await expect(enrol({ ...(await invited()), expires: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'invitation-expired' });
    await expect(enrol({ ...(await invited()), k: 'AAAA' })).rejects.toMatchObject({ code: 'not-an-invitation' });
  });

  it('a second device signs next; the first can be chosen again or forgotten', async () => {
    const first = await enrol(await invited());
    const second = await enrol(await invited('supervisor'));
    expect((await currentDevice())!.kid).toBe(second.kid);
    await chooseDevice(first.kid);
    expect((await currentDevice())!.role).toBe('planter');
    await forget(first.kid);
    expect((await currentDevice())!.kid).toBe(second.kid);
    await expect(chooseDevice(first.kid)).rejects.toMatchObject({ code: 'no-device' });
  });
});

describe('a session', () => {
  it('begins with a message signed for this origin, and learns the device’s end', async () => {
    const device = await enrol(await invited());
    const until = new Date(Date.now() + 3.5 * 86_400_000).toISOString();
    it_.gateway.devices.get(device.kid)!.until = until;
    expect(await signIn(device)).toMatchObject({ device: device.kid, role: 'planter' });
    expect((await currentDevice())!.until).toBe(until);
    expect(endsIn((await currentDevice())!)).toBe(3);
    expect(endsIn({ ...device, until: '2099-01-01T00:00:00Z' })).toBeUndefined();
  });

  it('is not begun anew for each call', async () => {
    await enrol(await invited());
    for (let i = 0; i < 5; i++) await withSession(async () => undefined);
    expect(it_.gateway.nonces.size).toBe(1);
  });

  it('an expired device is told, and is good again once it is renewed', async () => {
    const device = await enrol(await invited());
    const known = it_.gateway.devices.get(device.kid)!;
    known.until = '2020-01-01T00:00:00Z';
    await expect(signIn(device)).rejects.toMatchObject({ code: 'device-expired' });
    expect((await currentDevice())!.revoked).toMatchObject({ code: 'device-expired' });
    await expect(capture({ asset: '9520001T00000001', action: 'select', rulebook: 'forestation@1' }, [], { en: 'x', zh: 'x' })).rejects.toMatchObject({ code: 'device-expired' });
    known.until = '2099-01-01T00:00:00Z';
    await signIn(device);
    expect((await currentDevice())!.revoked).toBeUndefined();
  });
});
