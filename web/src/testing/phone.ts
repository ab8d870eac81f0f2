import 'fake-indexeddb/auto';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Device } from '../core/device';
import { sha256 } from '../core/hash';
import { newKey } from '../core/keys';
import type { Attachment } from '../core/types';
import { destroyKept, write } from '../kept/db';
import { FakeGateway } from './gateway';

/** A fresh gateway and an empty phone for each test. */
export function phone(): { gateway: FakeGateway } {
  const it = { gateway: new FakeGateway() };
  beforeEach(async () => {
    it.gateway = new FakeGateway();
    vi.stubGlobal('location', { origin: 'https://works.example' });
    vi.stubGlobal('navigator', { onLine: true });
    vi.stubGlobal('fetch', it.gateway.fetch);
    await destroyKept();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    await destroyKept();
  });
  return it;
}

/** A device that the ledger knows and that signs here. */
export async function enrolled(gateway: FakeGateway, role = 'planter'): Promise<Device> {
  const key = await newKey();
  gateway.devices.set(key.kid, { key: key.publicKey, role });
  const device: Device = { ...key, net: gateway.net, organisation: 'OwnerMSP', role, name: 'C7', enrolled: new Date().toISOString() };
  await write(['devices', 'meta'], async (tx) => {
    await tx.objectStore('devices').put(device);
    await tx.objectStore('meta').put(device.kid, 'current');
  });
  return device;
}

/** A photo of that many bytes; each seed another. */
export async function photo(seed: number, size = 2000): Promise<Attachment> {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 0xff);
  bytes.set(new TextEncoder().encode(String(seed)));
  const blob = new Blob([bytes], { type: 'image/jpeg' });
  return { sha256: await sha256(blob), type: 'image/jpeg', size, blob };
}

export const codeOf = (n: number): string => `9520001T${String(n).padStart(8, '0')}`;

/** A generator of the same numbers for the same seed, so that a failure can be repeated. */
export function chance(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
