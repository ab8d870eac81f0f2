import { nameOf, type Bytes } from './bytes';
import { Der, NotDer, numberOf, tags } from './der';

/** The order of P-256. */
export const orderOfP256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const algorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Keys recur: each is looked at once. A point that is none is remembered too. */
const keys = new Map<string, Promise<CryptoKey | undefined>>();
const mostKeys = 4096;

function keyOf(point: Bytes): Promise<CryptoKey | undefined> {
  const name = nameOf(point);
  let key = keys.get(name);
  if (key === undefined) {
    key = crypto.subtle.importKey('raw', point, curve, false, ['verify']).then(
      (k) => k,
      () => undefined,
    );
    if (keys.size >= mostKeys) keys.clear();
    keys.set(name, key);
  }
  return key;
}

/** Whether a point in its uncompressed form is one on P-256. */
export const isPoint = async (point: Bytes): Promise<boolean> => point.length === 65 && point[0] === 4 && (await keyOf(point)) !== undefined;

/** Verifies r and s, of 32 bytes each, by a point on P-256 over the SHA-256 of a message. */
export async function verifies(point: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  if (point.length !== 65 || point[0] !== 4 || signature.length !== 64) return false;
  const key = await keyOf(point);
  return key !== undefined && crypto.subtle.verify(algorithm, key, signature, message);
}

/** r and s of an ECDSA signature in DER. Bytes after it are the caller's matter. */
export interface Numbers {
  readonly r: bigint;
  readonly s: bigint;
}

/** Reads a signature in DER; undefined when it is none. Fabric passes over bytes that follow; `whole` refuses them. */
export function readNumbers(der: Bytes, whole: boolean): Numbers | undefined {
  try {
    const outer = new Der(der);
    const pair = outer.inside(tags.sequence);
    const [r, s] = [pair.integer(), pair.integer()];
    if (whole) {
      pair.end();
      outer.end();
    }
    if (r[0]! >= 0x80 || s[0]! >= 0x80) return undefined;
    const numbers = { r: numberOf(r), s: numberOf(s) };
    return numbers.r > 0n && numbers.s > 0n ? numbers : undefined;
  } catch (e) {
    if (e instanceof NotDer) return undefined;
    throw e;
  }
}

/** Whether s is in the lower half: Fabric knows a signature in one form only. */
export const isLow = ({ s }: Numbers): boolean => s <= orderOfP256 / 2n;

/** r and s as WebCrypto takes them; undefined when one is too large. */
export function toBytes({ r, s }: Numbers): Bytes | undefined {
  if (r >= orderOfP256 || s >= orderOfP256) return undefined;
  const digits = r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0');
  return Uint8Array.from(digits.match(/../g)!, (d) => Number.parseInt(d, 16));
}

/** Verifies a signature in DER as Fabric does, with a low S; nothing that is not looked at may be in it or follow it. */
export async function verifiesLow(point: Bytes, der: Bytes, message: Bytes): Promise<boolean> {
  const numbers = readNumbers(der, true);
  if (numbers === undefined || !isLow(numbers)) return false;
  const signature = toBytes(numbers);
  return signature !== undefined && verifies(point, signature, message);
}
