import table from '../../../proof/codes.json';

const names = [
  'too-large', 'magic', 'outer-hash', 'deflate', 'cbor', 'form', 'version', 'unknown-field', 'not-yet', 'anchor', 'order',
  'unused', 'pin', 'configuration', 'last-config', 'block-signatures', 'channel', 'answer-form', 'proposal-hash',
  'transaction-id', 'creator', 'chaincode', 'function', 'status', 'writes', 'read-set', 'endorsement', 'endorser',
  'endorser-role', 'endorser-revoked', 'endorser-expired', 'organisation-twice', 'too-few-organisations', 'values',
  'presence', 'nonce', 'answers-differ', 'not-attested', 'record', 'net', 'genesis', 'header-missing', 'block-data',
  'block-event', 'confirm', 'confirm-signature', 'confirm-admin', 'act', 'act-hash', 'act-signature', 'enrolment-missing',
  'enrolment-proof', 'invitation', 'device', 'device-revoked', 'device-expired', 'history-length', 'head', 'event',
  'event-hash', 'id-of-another-key', 'event-place', 'event-signature', 'attestation', 'inclusion', 'rulebook', 'present', 'absent', 'neighbours', 'set',
  'voice', 'voice-role', 'maker', 'pack', 'part-missing', 'part-hash', 'part-state', 'other-subject', 'future', 'not-pinned', 'fewer-organisations', 'stale',
] as const;

/** Why a proof is refused, or what it is weaker in than was asked: the codes of proof/codes.json, which the command has too. */
export type Code = (typeof names)[number];

/** What stands in the table of codes: the exit that the command has for it, and what it means. */
export interface Described {
  readonly code: string;
  readonly exit: number;
  readonly says: { readonly en: string; readonly zh: string };
}

export const codes: ReadonlyMap<string, Described> = new Map(table.map((d) => [d.code, d]));

/** The codes that are given here. */
export const given: readonly string[] = names;

/** The error of a proof that is refused. The detail is for who looks into it, in English. */
export class Fault extends Error {
  constructor(
    readonly code: Code,
    readonly detail = '',
  ) {
    super(detail === '' ? code : `${code}: ${detail}`);
  }

  /** What the code means. */
  get says(): Described['says'] {
    return codes.get(this.code)?.says ?? { en: this.code, zh: this.code };
  }
}

/** Throws unless it holds. */
export function need(holds: boolean, code: Code, detail = ''): asserts holds {
  if (!holds) throw new Fault(code, detail);
}
