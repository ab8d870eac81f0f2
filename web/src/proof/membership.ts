import { equal, hex, sha256All, type Bytes } from './bytes';
import { Message, NotMessage } from './message';
import { NotDer } from './der';
import { canonical, issuedBy, pemBlock, readPem, validAt, type Certificate } from './x509';
import { readRevocations, type Revocations } from './crl';

/** The roles that Fabric's NodeOUs tell apart (msp.MSPRole). */
export type Role = 'admin' | 'client' | 'peer' | 'orderer';

/** An identity of an organisation. */
export interface Identity {
  readonly mspId: string;
  readonly certificate: Certificate;
  /** From the certificate to a root. */
  readonly chain: readonly Certificate[];
  /** Why it is no valid member, if it is none. */
  readonly invalid: 'revoked' | 'invalid' | undefined;
  readonly admin: boolean;
  readonly roles: readonly Role[];
}

/** The error of what is nobody's identity. */
export class Nobody extends Error {}

interface Unit {
  readonly name: string;
  /** The chain that must have issued its certificates; "" for any. */
  readonly certifiers: string;
}

/** The members of msp.FabricNodeOUs. */
const nodeFields: readonly (readonly [number, Role])[] = [[2, 'client'], [3, 'peer'], [4, 'admin'], [5, 'orderer']];

/** An authority's certificate may be on a server too; Go asks for that where purposes are named. */
const server = '1.3.6.1.5.5.7.3.1';
const anyPurpose = '2.5.29.37.0';
const longestChain = 8;
/** Roots and intermediate authorities of an organisation. */
const mostAuthorities = 16;
/** Signatures of certificates that are verified to find the chain of one. */
const mostChecks = 100;

/**
 * An organisation's membership rules, msp.FabricMSPConfig: whose certificates are its, and in which roles, as Fabric decides it
 * on channels with the capability V3_0 or V2_0 (msp/mspimplvalidate.go).
 */
export class Membership {
  #units: readonly Unit[] = [];
  readonly #nodes = new Map<Role, Unit>();
  #enforced = false;
  /** Certificates that have issued intermediate ones, and so issue no others. */
  readonly #inner = new Set<string>();
  #revocations: readonly Revocations[] = [];

  private constructor(
    readonly id: string,
    private readonly roots: readonly Certificate[],
    private readonly intermediates: readonly Certificate[],
    private readonly admins: readonly Bytes[],
  ) {}

  /** Reads msp.MSPConfig. Throws NotMessage or NotDer; Nobody where its own certificates do not hold together. */
  static async read(b: Bytes): Promise<Membership> {
    const outer = new Message(b);
    const config = new Message(outer.bytes(2));
    const crypto = new Message(config.message(8));
    const other = (n: number, name: string): boolean => crypto.text(n) !== '' && crypto.text(n) !== name;
    if (outer.number(1) !== 0n || other(1, 'SHA2') || other(2, 'SHA256')) throw new NotMessage();
    const m = new Membership(config.text(1), config.all(2).map(readPem), config.all(3).map(readPem), config.all(4));
    const authorities = [...m.roots, ...m.intermediates];
    if (m.roots.length === 0 || authorities.length > mostAuthorities || !authorities.every((c) => c.narrow)) throw new NotDer();
    for (const c of m.intermediates) {
      for (const [i, above] of (await m.#chain(c)).entries()) if (i > 0) m.#inner.add(hex(canonical(above)));
    }
    m.#revocations = config.all(5).map((r) => readRevocations(pemBlock(r) ?? r));
    m.#units = await Promise.all(config.all(7).map((u) => m.#unit(u)));
    const nodes = new Message(config.message(11));
    for (const [n, role] of nodeFields) if (nodes.has(n)) m.#nodes.set(role, await m.#unit(nodes.message(n)));
    m.#enforced = nodes.number(1) !== 0n && m.#nodes.size > 0;
    return m;
  }

  /** Reads msp.FabricOUIdentifier. */
  async #unit(b: Bytes): Promise<Unit> {
    const u = new Message(b);
    const certificate = u.bytes(1);
    return { name: u.text(2), certifiers: certificate.length === 0 ? '' : await certifiers(await this.#chain(readPem(certificate))) };
  }

  /** The one chain from a certificate to a root, as of the certificate's own beginning: so an expired one stays a member's. */
  async #chain(c: Certificate): Promise<readonly Certificate[]> {
    const chains = await this.#chains([c], c.notBefore + 1, { checks: 0 });
    if (chains.length !== 1) throw new Nobody();
    return chains[0]!;
  }

  async #chains(chain: readonly Certificate[], at: number, work: { checks: number }): Promise<readonly (readonly Certificate[])[]> {
    const last = chain.at(-1)!;
    if (chain.length > longestChain || !validAt(last, at) || !last.narrow || !forServers(last)) return [];
    const authorities = chain.length - 2; // that stand between the certificate and this one
    if (chain.length > 1 && last.authority?.paths !== undefined && authorities > last.authority.paths) return [];
    if (this.roots.some((r) => equal(r.raw, last.raw))) return [chain];
    const found: (readonly Certificate[])[] = [];
    for (const above of [...this.roots, ...this.intermediates]) {
      if (chain.some((c) => equal(c.raw, above.raw)) || !equal(last.issuer, above.subject)) continue;
      if (++work.checks > mostChecks) throw new Nobody();
      if (await issuedBy(last, above)) found.push(...(await this.#chains([...chain, above], at, work)));
    }
    return found;
  }

  /** Whose identity a certificate in PEM is. Throws Nobody. */
  async identity(pem: Bytes): Promise<Identity> {
    let certificate: Certificate;
    try {
      certificate = readPem(pem);
    } catch (e) {
      if (e instanceof NotDer) throw new Nobody();
      throw e;
    }
    const chain = await this.#chain(certificate);
    const invalid = await this.#flaw(certificate, chain);
    const roles = invalid === undefined && this.#enforced ? nodeFields.map(([, r]) => r).filter((r) => certificate.units.includes(this.#nodes.get(r)?.name ?? '')) : [];
    const named = this.admins.map(pemBlock).some((a) => a !== undefined && equal(a, certificate.raw));
    return { mspId: this.id, certificate, chain, invalid, admin: named || roles.includes('admin'), roles };
  }

  async #flaw(c: Certificate, chain: readonly Certificate[]): Promise<'revoked' | 'invalid' | undefined> {
    const issuer = chain[1];
    if (c.point === undefined || c.authority?.is === true || issuer === undefined) return 'invalid';
    if (this.#inner.has(hex(canonical(issuer)))) return 'invalid';
    for (const list of this.#revocations) if (await list.revokes(c, issuer)) return 'revoked';
    const by = await certifiers(chain.slice(1));
    if (this.#units.length > 0 && !this.#units.some((u) => u.certifiers === by && c.units.includes(u.name))) return 'invalid';
    if (!this.#enforced) return undefined;
    let count = 0;
    for (const name of c.units) {
      const node = [...this.#nodes.values()].find((n) => n.name === name);
      if (node === undefined) continue;
      if (node.certifiers !== '' && node.certifiers !== by) return 'invalid';
      count++;
    }
    return count === 1 ? undefined : 'invalid';
  }
}

/** Names a chain of certificates. */
const certifiers = async (chain: readonly Certificate[]): Promise<string> => hex(await sha256All(chain.map(canonical)));

const forServers = (c: Certificate): boolean => c.extendedUsages.length === 0 || c.extendedUsages.some((u) => u === server || u === anyPurpose);

/** Reads msp.SerializedIdentity. Throws NotMessage. */
export function readSerialized(b: Bytes): { readonly mspId: string; readonly pem: Bytes } {
  const m = new Message(b);
  return { mspId: m.text(1), pem: m.bytes(2) };
}

