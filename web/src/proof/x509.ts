import { equal, join, nameOf, textOf, type Bytes } from './bytes';
import { Der, NotDer, numberOf, tags, writeDer, writeInteger } from './der';
import { isLow, orderOfP256, readNumbers, toBytes, verifies } from './ecdsa';

/** A certificate (RFC 5280), as far as membership of a channel asks for it. */
export interface Certificate {
  /** All of it, and the part that is signed. */
  readonly raw: Bytes;
  readonly signedPart: Bytes;
  readonly serial: Bytes;
  /** The names in DER: they are compared byte by byte. */
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly commonName: string;
  /** The organisational units of the subject. */
  readonly units: readonly string[];
  /** Seconds since 1970, both included. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The point of a key on P-256; undefined for keys of another kind. */
  readonly point: Bytes | undefined;
  readonly signatureAlgorithm: string;
  readonly signature: Bytes;
  /** Undefined where the extension is missing. `paths` is how many authorities may stand between, if that is bounded. */
  readonly authority: { readonly is: boolean; readonly paths: number | undefined } | undefined;
  /** Bits as in RFC 5280, 4.2.1.3; undefined where the extension is missing. */
  readonly keyUsage: number | undefined;
  readonly extendedUsages: readonly string[];
  readonly subjectKeyId: Bytes | undefined;
  readonly authorityKeyId: Bytes | undefined;
  /**
   * Whether it is one that every implementation reads alike: a key on P-256, signed by ECDSA over SHA-256, no constraints on names
   * or policies, and nothing critical that is not known.
   */
  readonly narrow: boolean;
}

export const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const ecKey = '1.2.840.10045.2.1';
const p256 = '1.2.840.10045.3.1.7';
const commonName = '2.5.4.3';
const unitName = '2.5.4.11';
/** The bit keyCertSign. */
const signsCertificates = 5;

const extensions = {
  subjectKeyId: '2.5.29.14', keyUsage: '2.5.29.15', alternativeNames: '2.5.29.17', basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35', extendedUsage: '2.5.29.37',
} as const;

/** Extensions that change what other certificates are worth: constraints on names, and on policies. */
const constraining: ReadonlySet<string> = new Set(['2.5.29.30', '2.5.29.33', '2.5.29.36', '2.5.29.54']);

/** Reads a certificate in DER. Throws NotDer. */
export function readCertificate(raw: Bytes): Certificate {
  const outer = new Der(raw);
  const body = outer.inside(tags.sequence);
  outer.end();
  const signed = body.take(tags.sequence);
  const signedWith = body.take(tags.sequence);
  const signature = body.bits();
  body.end();

  const d = new Der(signed.body);
  const version = d.maybe(0xa0);
  if (version !== undefined && new Der(version.body).integer()[0]! > 2) throw new NotDer();
  const serial = d.integer();
  const namedAlgorithm = d.take(tags.sequence);
  if (!equal(namedAlgorithm.whole, signedWith.whole)) throw new NotDer();
  const issuer = d.take(tags.sequence);
  const validity = d.inside(tags.sequence);
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  const subject = d.take(tags.sequence);
  const point = readKey(d.inside(tags.sequence));
  d.maybe(0x81);
  d.maybe(0x82);
  const extra = d.maybe(0xa3);
  d.end();
  readNames(issuer.body);
  const names = readNames(subject.body);
  const signatureAlgorithm = new Der(namedAlgorithm.body).oid();
  const { strange, ...read } = readExtensions(extra?.body);
  const named = (oid: string): string[] => names.filter((n) => n.oid === oid).map((n) => n.value);
  return {
    raw, signedPart: signed.whole, serial, issuer: issuer.whole, subject: subject.whole, commonName: named(commonName).at(-1) ?? '', units: named(unitName),
    notBefore, notAfter, point, signatureAlgorithm, signature, ...read, narrow: point !== undefined && signatureAlgorithm === ecdsaWithSha256 && !strange,
  };
}

interface Name {
  readonly oid: string;
  readonly value: string;
}

function readNames(b: Bytes): readonly Name[] {
  const out: Name[] = [];
  for (const list = new Der(b); !list.ended; ) {
    for (const set = list.inside(tags.set); !set.ended; ) {
      const pair = set.inside(tags.sequence);
      const oid = pair.oid();
      out.push({ oid, value: readText(pair.next()) });
    }
  }
  return out;
}

/** A text of a name; a value of another type is none of the names that are asked for. */
function readText({ tag, body }: { tag: number; body: Bytes }): string {
  switch (tag) {
    case tags.utf8: {
      const s = textOf(body);
      if (s === undefined) throw new NotDer();
      return s;
    }
    case tags.printable:
    case tags.ia5:
    case tags.numeric:
      if (body.some((c) => c >= 0x80)) throw new NotDer();
      return textOf(body)!;
    case tags.t61:
      return Array.from(body, (c) => String.fromCharCode(c)).join('');
    default:
      return '';
  }
}

/** UTCTime or GeneralizedTime in the one form of RFC 5280, in seconds since 1970. */
function readTime(d: Der): number {
  const { tag, body } = d.next();
  const text = textOf(body) ?? '';
  const parts = (tag === tags.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : tag === tags.time ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^$/).exec(text);
  if (parts === null || parts.length < 7) throw new NotDer();
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number];
  const full = tag === tags.utcTime ? (year < 50 ? 2000 + year : 1900 + year) : year;
  const at = new Date(0);
  at.setUTCFullYear(full, month - 1, day);
  at.setUTCHours(hour, minute, second);
  const same = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && at.getUTCHours() === hour && at.getUTCMinutes() === minute && at.getUTCSeconds() === second;
  if (!same) throw new NotDer();
  return at.getTime() / 1000;
}

/** The point of a key on P-256; undefined for a key of another kind. */
function readKey(d: Der): Bytes | undefined {
  const kind = d.inside(tags.sequence);
  const oid = kind.oid();
  const curve = oid === ecKey && kind.tag === tags.oid ? kind.oid() : undefined;
  const key = d.bits();
  d.end();
  return curve === p256 && key.length === 65 && key[0] === 4 ? key : undefined;
}

type Extensions = Pick<Certificate, 'authority' | 'keyUsage' | 'extendedUsages' | 'subjectKeyId' | 'authorityKeyId'> & {
  /** Whether there are others that are critical or constraining. */
  readonly strange: boolean;
};

function readExtensions(b: Bytes | undefined): Extensions {
  const out = {
    authority: undefined as Certificate['authority'], keyUsage: undefined as number | undefined, extendedUsages: [] as string[],
    subjectKeyId: undefined as Bytes | undefined, authorityKeyId: undefined as Bytes | undefined, strange: false,
  };
  if (b === undefined) return out;
  const seen = new Set<string>();
  for (const list = new Der(b).inside(tags.sequence); !list.ended; ) {
    const e = list.inside(tags.sequence);
    const oid = e.oid();
    const critical = e.tag === tags.boolean && e.boolean();
    const value = e.take(tags.octets).body;
    if (seen.has(oid)) throw new NotDer();
    seen.add(oid);
    const d = new Der(value);
    switch (oid) {
      case extensions.basicConstraints: {
        const inner = d.inside(tags.sequence);
        const is = inner.tag === tags.boolean && inner.boolean();
        out.authority = { is, paths: inner.tag === tags.integer ? Number(numberOf(inner.integer())) : undefined };
        break;
      }
      case extensions.keyUsage: {
        const { body } = d.take(tags.bits);
        out.keyUsage = 0;
        for (let i = 0; i < 9; i++) if (((body[1 + (i >> 3)] ?? 0) >> (7 - (i & 7))) & 1) out.keyUsage |= 1 << i;
        break;
      }
      case extensions.extendedUsage:
        for (const inner = d.inside(tags.sequence); !inner.ended; ) out.extendedUsages.push(inner.oid());
        break;
      case extensions.subjectKeyId:
        out.subjectKeyId = d.take(tags.octets).body;
        break;
      case extensions.authorityKeyId:
        out.authorityKeyId = d.inside(tags.sequence).maybe(0x80)?.body;
        break;
      case extensions.alternativeNames:
        break;
      default:
        out.strange ||= critical || constraining.has(oid);
    }
  }
  return out;
}

/** Certificates recur in every configuration and answer: each text is read once. */
const known = new Map<string, Certificate>();
const mostKnown = 1024;
const longestKnown = 16 << 10;

/** Reads the first certificate of a text in PEM. Throws NotDer. */
export function readPem(pem: Bytes): Certificate {
  const name = nameOf(pem);
  let c = known.get(name);
  if (c !== undefined) return c;
  const block = pemBlock(pem);
  if (block === undefined) throw new NotDer();
  c = readCertificate(block);
  if (known.size >= mostKnown) known.clear();
  if (pem.length <= longestKnown) known.set(name, c);
  return c;
}

/** The bytes of the first block of a text in PEM; undefined when there is none. */
export function pemBlock(pem: Bytes): Bytes | undefined {
  const found = /(?:^|\n)-----BEGIN ([^\n-]*)-----[ \t]*\r?\n([A-Za-z0-9+/=\r\n]*?)-----END \1-----/.exec(textOf(pem) ?? '');
  if (found === null) return undefined;
  try {
    return Uint8Array.from(atob(found[2]!.replace(/[\r\n]/g, '')), (c) => c.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Whether the certificate was issued by the one that is named, by its key. */
export async function issuedBy(c: Certificate, by: Certificate): Promise<boolean> {
  if (!equal(c.issuer, by.subject) || by.point === undefined) return false;
  if (by.authority?.is !== true) return false;
  if (by.keyUsage !== undefined && ((by.keyUsage >> signsCertificates) & 1) === 0) return false;
  return signedBy(by, c.signatureAlgorithm, c.signedPart, c.signature);
}

/** Whether an authority's key made a signature: ECDSA over SHA-256. */
export async function signedBy(by: Certificate, algorithm: string, signed: Bytes, signature: Bytes): Promise<boolean> {
  if (algorithm !== ecdsaWithSha256 || by.point === undefined) return false;
  const numbers = readNumbers(signature, true);
  const bytes = numbers && toBytes(numbers);
  return bytes !== undefined && verifies(by.point, bytes, signed);
}

export const validAt = (c: Certificate, seconds: number): boolean => c.notBefore <= seconds && seconds <= c.notAfter;

/**
 * A certificate with the signature on it in its low form: it is the same one whichever form that has, since anybody can turn
 * one into the other (Fabric, msp/cert.go).
 */
export function canonical(c: Certificate): Bytes {
  const numbers = readNumbers(c.signature, false);
  if (numbers === undefined || c.signatureAlgorithm !== ecdsaWithSha256) return c.raw;
  const s = isLow(numbers) ? numbers.s : orderOfP256 - numbers.s;
  return join(c.signedPart, writeDer(tags.sequence, join(writeInteger(numbers.r), writeInteger(s))));
}
