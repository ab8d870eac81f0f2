import { encode } from './base64url';
import type { PublicKey } from './device';
import { refuse } from './refusal';

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const es256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A key that signs, with what it is called. */
export interface Signer {
  readonly kid: string;
  readonly key: CryptoKey;
}

export interface NewKey extends Signer {
  readonly publicKey: PublicKey;
}

/** Makes a P-256 key that no script can read out again. Throws Refusal no-crypto. */
export async function newKey(): Promise<NewKey> {
  if (globalThis.crypto?.subtle === undefined) throw refuse('no-crypto');
  const pair = await crypto.subtle.generateKey(curve, false, ['sign', 'verify']);
  const publicKey = await publicKeyOf(pair.publicKey);
  return { kid: await thumbprint(publicKey), key: pair.privateKey, publicKey };
}

async function publicKeyOf(key: CryptoKey): Promise<PublicKey> {
  const { x, y } = await crypto.subtle.exportKey('jwk', key);
  if (x === undefined || y === undefined) throw refuse('no-crypto');
  return { kty: 'EC', crv: 'P-256', x, y };
}

/** The RFC 7638 thumbprint in base64url: the "kid". */
export async function thumbprint(key: PublicKey): Promise<string> {
  const canonical = `{"crv":"${key.crv}","kty":"${key.kty}","x":"${key.x}","y":"${key.y}"}`;
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical))));
}

/** ECDSA over SHA-256, as the 64 bytes r‖s that JWS wants; WebCrypto gives just these. */
export async function signBytes(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(es256, key, bytes));
}

/** Checks a signature of signBytes; false also for what is no key on the curve. */
export async function verifyBytes(key: PublicKey, signature: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const imported = await crypto.subtle.importKey('jwk', { ...key }, curve, false, ['verify']);
    return await crypto.subtle.verify(es256, imported, signature, bytes);
  } catch {
    return false;
  }
}

/** Random bytes in base64url. */
export const nonce = (bytes = 16): string => encode(crypto.getRandomValues(new Uint8Array(bytes)));

