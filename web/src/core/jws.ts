import { decode, encode, encodeText } from './base64url';
import type { PublicKey } from './device';
import { sha256 } from './hash';
import { signBytes, verifyBytes, type Signer } from './keys';

/** The values of the header "typ": each message can be mistaken for no other. */
export type Typ = 'rootline-event' | 'rootline-sign-in' | 'rootline-enrolment';

/** The protected header: these four members and no others. */
export interface Header {
  readonly alg: 'ES256';
  readonly typ: string;
  readonly kid: string;
  readonly net: string;
}

export interface Signed {
  readonly header: Header;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** What was signed: header and payload in base64url with a dot between. */
  readonly input: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Makes a JWS of a value for the ledger called net. */
export async function signJws(signer: Signer, typ: Typ, net: string, value: object): Promise<string> {
  const header: Header = { alg: 'ES256', typ, kid: signer.kid, net };
  const input = `${encodeText(JSON.stringify(header))}.${encodeText(JSON.stringify(value))}`;
  return `${input}.${encode(await signBytes(signer.key, bytesOf(input)))}`;
}

/** Takes a compact JWS apart and checks its form and header; undefined when it is none of ours. */
export function parseJws(compact: string): Signed | undefined {
  const [head, body, tail, ...more] = compact.split('.');
  if (!head || !body || tail === undefined || more.length > 0) return undefined;
  const [header, payload, signature] = [decode(head), decode(body), decode(tail)];
  if (header === undefined || payload === undefined || signature?.length !== 64) return undefined;
  const read = readHeader(header);
  return read && { header: read, payload, input: `${head}.${body}`, signature };
}

function readHeader(bytes: Uint8Array): Header | undefined {
  const value = readJson(bytes);
  if (value === undefined || Object.keys(value).sort().join() !== 'alg,kid,net,typ' || value.alg !== 'ES256') return undefined;
  const full = ['typ', 'kid', 'net'].every((name) => typeof value[name] === 'string' && value[name] !== '');
  return full ? (value as unknown as Header) : undefined;
}

/** Reads an object; undefined when the bytes hold none. The gateway's reader is stricter, and decides. */
export function readJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Checks the signature with the key that the caller trusts. */
export const verifyJws = (signed: Signed, key: PublicKey): Promise<boolean> => verifyBytes(key, signed.signature, bytesOf(signed.input));

/** The SHA-256 of what was signed: the event's hash on the ledger. */
export const hashOf = (signed: Signed): Promise<string> => sha256(bytesOf(signed.input));

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
