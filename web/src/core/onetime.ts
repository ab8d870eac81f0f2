import { p256 } from '@noble/curves/nist.js';
import { decode, encode } from './base64url';
import type { PublicKey } from './device';
import { thumbprint, type NewKey } from './keys';
import { refuse } from './refusal';

/**
 * The one-time key of an invitation, from its bare private number. Its public point has to be calculated: WebCrypto takes
 * no JWK without it, and only some browsers take a PKCS#8 without it. Only the enrolment loads this file.
 * Throws Refusal not-an-invitation.
 */
export async function oneTimeKey(k: string): Promise<NewKey> {
  const scalar = decode(k);
  if (scalar?.length !== 32 || !p256.utils.isValidSecretKey(scalar)) {
    throw refuse('not-an-invitation', { reason: { en: 'its key is damaged', zh: '其密钥已损坏' } });
  }
  const point = p256.getPublicKey(scalar, false); // 0x04, then both coordinates
  const publicKey: PublicKey = { kty: 'EC', crv: 'P-256', x: encode(point.subarray(1, 33)), y: encode(point.subarray(33)) };
  const key = await crypto.subtle.importKey('jwk', { ...publicKey, d: k }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  return { kid: await thumbprint(publicKey), key, publicKey };
}
