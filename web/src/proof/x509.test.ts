import { describe, expect, it } from 'vitest';
import authorityPem from './testdata/authority.pem?raw';
import ordererPem from './testdata/orderer.pem?raw';
import { bytesOf, equal, join, type Bytes } from './bytes';
import { Der, NotDer, tags, writeDer, writeInteger } from './der';
import { isLow, isPoint, orderOfP256, readNumbers, toBytes, verifies, verifiesLow } from './ecdsa';
import { canonical, issuedBy, pemBlock, readCertificate, readPem, validAt, type Certificate } from './x509';

// Certificates of the synthetic stories' network (story/recorded): an authority's, and one that it issued to an orderer.
const authority = readPem(bytesOf(authorityPem));
const orderer = readPem(bytesOf(ordererPem));

describe('a certificate', () => {
  it('says whose it is, of whom, and for what', () => {
    expect([orderer.commonName, orderer.units, orderer.authority?.is ?? false]).toEqual(['orderer.contractor.rootline.example', ['orderer'], false]);
    expect([authority.commonName, authority.units, authority.authority?.is]).toEqual(['ca.contractor.rootline.example', [], true]);
    expect(equal(orderer.issuer, authority.subject) && equal(orderer.authorityKeyId!, authority.subjectKeyId!)).toBe(true);
    expect(new Date(authority.notBefore * 1000).toISOString()).toBe('2026-11-28T21:23:00.000Z');
    expect([validAt(authority, authority.notBefore), validAt(authority, authority.notBefore - 1), validAt(authority, authority.notAfter), validAt(authority, authority.notAfter + 1)]).toEqual([true, false, true, false]);
  });

  it('was issued by its authority and by nobody else', async () => {
    expect(await issuedBy(orderer, authority)).toBe(true);
    expect(await issuedBy(authority, authority)).toBe(true);
    expect(await issuedBy(authority, orderer)).toBe(false);
    expect(await issuedBy(orderer, { ...authority, authority: { is: false, paths: undefined } })).toBe(false);
    expect(await issuedBy(orderer, { ...authority, keyUsage: 1 })).toBe(false);
    expect(await issuedBy(orderer, { ...authority, subject: orderer.subject })).toBe(false);
  });

  it('is refused, or not issued by its authority, with any bit flipped', async () => {
    const raw = pemBlock(bytesOf(ordererPem))!;
    for (let i = 0; i < raw.length * 8; i++) {
      const flipped = raw.slice();
      flipped[i >> 3]! ^= 1 << (i & 7);
      let read: Certificate | undefined;
      try {
        read = readCertificate(flipped);
      } catch (e) {
        expect(e).toBeInstanceOf(NotDer);
      }
      if (read !== undefined) expect(await issuedBy(read, authority), `bit ${i}`).toBe(false);
    }
  });

  it('is the same one with its signature in the other form', () => {
    const { r, s } = readNumbers(orderer.signature, true)!;
    const other = { ...orderer, signature: signature(r, orderOfP256 - s) };
    expect(canonical(other)).toEqual(canonical(orderer));
    expect(canonical(orderer)).not.toEqual(canonical(authority));
  });

  it('is read from PEM alone', () => {
    for (const text of ['', 'no certificate', '-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) expect(() => readPem(bytesOf(text))).toThrow(NotDer);
  });
});

const signature = (r: bigint, s: bigint): Bytes => writeDer(tags.sequence, join(writeInteger(r), writeInteger(s)));

describe('a signature', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const message = bytesOf('planted');
  const made = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, message));
  const numberOf = (b: Bytes): bigint => b.reduce((n, v) => n * 256n + BigInt(v), 0n);
  const [r, s] = [numberOf(made.subarray(0, 32)), numberOf(made.subarray(32))];
  const [low, high] = s <= orderOfP256 / 2n ? [s, orderOfP256 - s] : [orderOfP256 - s, s];

  it('holds in its low form only, as Fabric has it', async () => {
    expect(await verifiesLow(point, signature(r, low), message)).toBe(true);
    expect(await verifiesLow(point, signature(r, high), message)).toBe(false);
    expect([isLow({ r, s: low }), isLow({ r, s: high })]).toEqual([true, false]);
    expect(await verifies(point, toBytes({ r, s: high })!, message)).toBe(true); // a device's may have either
  });

  it('does not hold over anything else, by another key, or cut', async () => {
    expect(await verifiesLow(point, signature(r, low), bytesOf('plantec'))).toBe(false);
    expect(await verifiesLow(authority.point!, signature(r, low), message)).toBe(false);
    expect(await verifiesLow(point, signature(r, low).subarray(0, -1), message)).toBe(false);
    expect(await verifies(point, made.subarray(1), message)).toBe(false);
    const off = point.slice();
    off[64]! ^= 1;
    expect([await isPoint(point), await isPoint(off), await isPoint(point.subarray(1)), await verifies(off, made, message)]).toEqual([true, false, false, false]);
  });

  it('is read in its one spelling', () => {
    const good = signature(r, low);
    expect(readNumbers(join(good, Uint8Array.of(0)), true)).toBeUndefined();
    expect(readNumbers(join(good, Uint8Array.of(0)), false)).toEqual({ r, s: low });
    for (const [x, y] of [[0n, low], [r, 0n]] as const) expect(readNumbers(signature(x, y), true)).toBeUndefined();
    expect(readNumbers(writeDer(tags.sequence, join(writeDer(tags.integer, Uint8Array.of(0, 1)), writeInteger(low))), false)).toBeUndefined();
    expect(readNumbers(writeDer(tags.sequence, join(writeDer(tags.integer, Uint8Array.of(0xff)), writeInteger(low))), false)).toBeUndefined();
    expect(toBytes({ r, s: orderOfP256 })).toBeUndefined();
  });
});

describe('DER', () => {
  it.each([['a length that is longer than it need be', [4, 0x81, 1, 0]], ['no definite length', [0x30, 0x80, 0, 0]], ['what ends early', [4, 2, 0]], ['a tag of several bytes', [0x1f, 1, 0]], ['lengths of five bytes', [4, 0x85, 0, 0, 0, 0, 1, 0]], ['nothing', []]])(
    'refuses %s', (_, b) => expect(() => new Der(Uint8Array.from(b)).next()).toThrow(NotDer));

  it('writes what it reads', () => {
    for (const n of [0n, 127n, 128n, 255n, 256n, 1n << 64n]) expect(new Der(writeInteger(n)).integer().reduce((v, b) => v * 256n + BigInt(b), 0n)).toBe(n);
    for (const n of [0, 127, 128, 255, 256, 65536]) expect(new Der(writeDer(4, new Uint8Array(n))).take(4).body).toHaveLength(n);
  });

  it('reads object identifiers', () => {
    expect(new Der(Uint8Array.from([6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])).oid()).toBe('1.2.840.10045.4.3.2');
    expect(() => new Der(Uint8Array.from([6, 2, 0x80, 1])).oid()).toThrow(NotDer);
  });
});
