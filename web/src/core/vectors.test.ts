import { describe, expect, it } from 'vitest';
import type { PublicKey } from './device';
import { checkEvent, eventOf, type Draft } from './event';
import { readInvitation } from './invitation';
import { hashOf, parseJws, readJson, signJws, verifyJws } from './jws';
import { newKey, nonce, thumbprint } from './keys';
import { encode } from './base64url';
import { oneTimeKey } from './onetime';
import type { EventBody } from './types';
import { isEventIdOf, newEventId } from './uuidv7';
import go from './testdata/go.json?raw';
import page from './testdata/page.json?raw';

// web/vectors_test.go is the other side: see there. UPDATE=1 writes page.json anew.

interface Vectors {
  k: string;
  key: PublicKey;
  kid: string;
  link?: string;
  net: string;
  events: string[];
  hashes: string[];
  device: PublicKey;
  enrolment: string;
  signIn: string;
}

const files: Readonly<Record<string, string>> = { go, page };
const net = '0123456789abcdef0123456789abcdef';
const hash = '5f'.repeat(32);
const inviting = '019a0000-0000-7000-8000-000000000001';

const full: Draft = {
  asset: '9520001T7H2K9QF3ABCD', action: 'plant', rulebook: 'forestation@1',
  place: { lat: 38912345, lon: -115912345, accuracy: 5 },
  evidence: [{ sha256: hash, type: 'image/jpeg', size: 5 }],
  inputs: [{ asset: '9520001L7H2K9QF3ABCD', amount: 3 }],
  data: { crew: '七队 <C7> & \u2028', height: 0 },
  prev: hash,
};

async function make(): Promise<Vectors> {
  const k = encode(crypto.getRandomValues(new Uint8Array(32)).fill(0, 0, 1));
  const once = await oneTimeKey(k);
  const device = await newKey();
  const at = '2026-03-12T08:15:00Z';
  const drafts = [full, ...Array.from({ length: 20 }, () => ({ asset: full.asset, action: 'water', rulebook: 'forestation@1' }))];
  const events: string[] = [];
  for (const draft of drafts) {
    const event = eventOf(draft, { id: await newEventId(once.kid), at, seen: { block: 812, hash } });
    checkEvent(event);
    events.push(await signJws(once, 'rootline-event', net, event));
  }
  const proof = await signJws(once, 'rootline-enrolment', net, { device: device.kid, organisation: 'ContractorMSP', invitation: inviting });
  const enrolment = { id: await newEventId(device.kid), action: 'enrol', rulebook: 'registry@1', at, data: { key: device.publicKey, role: 'planter', proof } };
  return {
    k, key: once.publicKey, kid: once.kid, net, events,
    hashes: await Promise.all(events.map((e) => hashOf(parseJws(e)!))),
    device: device.publicKey,
    enrolment: await signJws(device, 'rootline-event', net, enrolment),
    signIn: await signJws(device, 'rootline-sign-in', net, { origin: 'https://works.example', nonce: nonce(), expires: '2026-03-12T08:15:00Z' }),
  };
}

if (import.meta.env.UPDATE) {
  const { writeFileSync } = (await import('node:fs' as string)) as { writeFileSync(to: URL, text: string): void };
  writeFileSync(new URL('./testdata/page.json', import.meta.url), `${JSON.stringify(await make(), null, 2)}\n`);
}

describe.each(['go', 'page'])('vectors of %s', (side) => {
  const v = JSON.parse(files[side]!) as Vectors;

  it('have the key that follows from the private number', async () => {
    expect(await oneTimeKey(v.k)).toMatchObject({ publicKey: v.key, kid: v.kid });
    expect(await thumbprint(v.key)).toBe(v.kid);
  });

  it('have events whose signatures and hashes are right', async () => {
    for (const [i, compact] of v.events.entries()) {
      const signed = parseJws(compact)!;
      expect(signed.header).toEqual({ alg: 'ES256', typ: 'rootline-event', kid: v.kid, net: v.net });
      expect(await verifyJws(signed, v.key)).toBe(true);
      expect(await verifyJws(signed, v.device)).toBe(false);
      expect(await hashOf(signed)).toBe(v.hashes[i]);
      const event = readJson(signed.payload) as unknown as EventBody;
      expect(() => checkEvent(event)).not.toThrow();
      expect(await isEventIdOf(v.kid, event.id)).toBe(true);
    }
  });

  it('have an enrolment that both keys signed', async () => {
    const signed = parseJws(v.enrolment)!;
    const event = readJson(signed.payload) as unknown as EventBody;
    const { key, proof } = event.data as { key: PublicKey; proof: string };
    expect(key).toEqual(v.device);
    expect(await isEventIdOf(await thumbprint(v.device), event.id)).toBe(true);
    expect(await verifyJws(signed, v.device)).toBe(true);
    expect(await verifyJws(parseJws(proof)!, v.key)).toBe(true);
    expect(readJson(parseJws(proof)!.payload)).toEqual({ device: await thumbprint(v.device), organisation: 'ContractorMSP', invitation: inviting });
  });

  it.runIf(v.link !== undefined)('have an invitation that can be read', () => {
    expect(readInvitation(v.link!)).toEqual({
      k: v.k, net: v.net, invitation: inviting, organisation: 'ContractorMSP', role: 'planter', name: 'C7', expires: '2036-03-12T08:15:00Z', gateway: 'https://works.example',
    });
  });
});

describe('what is none of ours', () => {
  const good = (JSON.parse(go) as Vectors).events[1]!;
  const [head, body, tail] = good.split('.') as [string, string, string];
  const with_ = (header: object): string => `${encode(new TextEncoder().encode(JSON.stringify(header)))}.${body}.${tail}`;
  it.each([
    ['nothing', ''], ['two parts', `${head}.${body}`], ['four parts', `${good}.x`], ['padding', `${good}=`], ['a short signature', `${head}.${body}.AAAA`],
    ['alg none', with_({ alg: 'none', typ: 't', kid: 'k', net: 'n' })], ['one header more', with_({ alg: 'ES256', typ: 't', kid: 'k', net: 'n', jwk: {} })],
    ['no net', with_({ alg: 'ES256', typ: 't', kid: 'k' })],
  ])('%s', (_, compact) => expect(parseJws(compact)).toBeUndefined());
});
