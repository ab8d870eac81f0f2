import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Device } from '../core/device';
import { readInvitation } from '../core/invitation';
import { invitationLink, invite, revoke } from './registry';

it('makes a link that the enrolment reads', () => {
  const token = { k: 'A'.repeat(43), net: 'n1', invitation: '019a0000-0000-7000-8000-000000000001', organisation: 'ContractorMSP', role: 'planter', name: '班组 7', expires: '2026-03-12T10:00:00Z' };
  expect(readInvitation(invitationLink('https://works.example:8443', token))).toEqual({ ...token, gateway: 'https://works.example:8443' });
});

describe('an act whose end nobody heard of', () => {
  let admin: Device;
  beforeAll(async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    admin = { key: privateKey, publicKey: { kty: 'EC', crv: 'P-256', x: '', y: '' }, kid: 'K'.repeat(43), net: 'n1', organisation: 'ContractorMSP', role: 'admin', name: 'A1', enrolled: '2026-03-01T00:00:00Z' };
  });
  afterEach(() => vi.unstubAllGlobals());

  const silent = (): Promise<Response> => Promise.reject(new TypeError('no network'));
  const late = (): Promise<Response> => Promise.resolve(Response.json({ results: [{ status: 'submitted' }] }, { status: 202 }));
  const offer = { role: 'planter', name: 'C7', expires: Date.parse('2026-03-12T10:00:00Z') };

  it.each([['no answer', silent], ['no final answer', late]])('%s: a revocation is not said to be kept', async (_, answer) => {
    vi.stubGlobal('fetch', answer);
    await expect(revoke(admin, 'D'.repeat(43), 'lost')).rejects.toMatchObject({ code: 'not-confirmed' });
  });

  it.each([['no answer', silent], ['no final answer', late]])('%s: the only key of an invitation is not lost', async (_, answer) => {
    vi.stubGlobal('fetch', answer);
    const made = await invite(admin, offer);
    expect([made.confirmed, made.token.k.length, made.token.name]).toEqual([false, 43, 'C7']);
  });

  it('a refusal stays one', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ results: [{ status: 'refused', error: { code: 'wrong-role', says: { en: 'no', zh: '不' } } }] })));
    await expect(invite(admin, offer)).rejects.toMatchObject({ code: 'wrong-role' });
  });
});
