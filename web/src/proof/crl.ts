import { equal, type Bytes } from './bytes';
import { Der, tags } from './der';
import { signedBy, type Certificate } from './x509';

const authorityKeyId = '2.5.29.35';

/** A list of revoked certificates (RFC 5280, 5). */
export interface Revocations {
  /** Whether the list is of the certificate's issuer, and names the certificate. */
  readonly revokes: (c: Certificate, issuer: Certificate) => Promise<boolean>;
}

/** Reads a list in DER. Throws NotDer. */
export function readRevocations(raw: Bytes): Revocations {
  const outer = new Der(raw);
  const body = outer.inside(tags.sequence);
  outer.end();
  const signed = body.take(tags.sequence);
  const algorithm = new Der(body.take(tags.sequence).body).oid();
  const signature = body.bits();
  body.end();
  const d = new Der(signed.body);
  if (d.tag === tags.integer) d.integer();
  d.take(tags.sequence);
  d.take(tags.sequence);
  d.next();
  if (d.tag === tags.utcTime || d.tag === tags.time) d.next();
  const serials: Bytes[] = [];
  if (d.tag === tags.sequence) {
    for (const list = d.inside(tags.sequence); !list.ended; ) serials.push(list.inside(tags.sequence).integer());
  }
  let key: Bytes | undefined;
  const extra = d.maybe(0xa0);
  if (extra !== undefined) {
    for (const list = new Der(extra.body).inside(tags.sequence); !list.ended; ) {
      const e = list.inside(tags.sequence);
      const oid = e.oid();
      if (e.tag === tags.boolean) e.boolean();
      const value = e.take(tags.octets).body;
      if (oid === authorityKeyId) key = new Der(value).inside(tags.sequence).maybe(0x80)?.body;
    }
  }
  return {
    revokes: async (c, issuer) =>
      equal(key ?? new Uint8Array(0), issuer.subjectKeyId ?? new Uint8Array(0)) && serials.some((s) => equal(s, c.serial)) && (await signedBy(issuer, algorithm, signed.whole, signature)),
  };
}
