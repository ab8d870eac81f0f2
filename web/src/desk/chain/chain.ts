import { path, readSigned } from '../read.svelte';
import { number } from '../time';
import { here } from '../works/here.svelte';

/** GET /api/v1/transactions/{id} */
export interface TransactionView {
  readonly id: string;
  readonly block: number;
  readonly index: number;
  readonly code: number;
  readonly codeName: string;
  readonly valid: boolean;
  readonly chaincode?: string;
  readonly function?: string;
  /** MSP ids. */
  readonly creator: string;
  readonly endorsers: readonly string[];
  readonly time: string;
  readonly verdict?: 'agreed' | 'disputed' | 'quarantined' | 'unjudged';
  /** Their ids. Absent where there are none, and for guests, who are not told. */
  readonly events?: readonly string[];
  /** The events in it that were recorded before, each with the block that did: they have no effect in it. Not for guests. */
  readonly repeated?: readonly { readonly id: string; readonly block?: number }[];
}

/** GET /api/v1/blocks/{number} */
export interface BlockView {
  readonly number: number;
  readonly hash: string;
  readonly previous: string;
  readonly dataHash: string;
  readonly time: string;
  readonly transactions: readonly TransactionView[];
}

/** Throws Refusal. */
export const blockOf = (number: number): Promise<BlockView> => readSigned(path(`/api/v1/blocks/${number}`));

/** Throws Refusal. */
export const transactionOf = (id: string): Promise<TransactionView> => readSigned(path(`/api/v1/transactions/${encodeURIComponent(id)}`));

/** The blocks up to one, the newest first. Throws Refusal. */
export const blocksTo = (last: number, count: number): Promise<BlockView[]> =>
  Promise.all(Array.from({ length: Math.min(count, last + 1) }, (_, i) => blockOf(last - i)));

/** How many events transactions hold, as it is shown: a dash for guests, who are not told. */
export const eventCount = (transactions: readonly TransactionView[]): string =>
  here.device === undefined ? '–' : number(transactions.reduce((n, t) => n + (t.events?.length ?? 0), 0));

/** A signature of Fabric with the certificate that it is by. */
export interface SignatureView {
  readonly mspId: string;
  /** As RFC 2253 writes it; '' where there is no certificate. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly from?: string;
  readonly until?: string;
  /** Base64. */
  readonly signature: string;
  /** It is by the certificate's key; checked by the gateway now. */
  readonly holds: boolean;
}

/** GET /api/v1/blocks/{number}/signatures */
export interface BlockSignatures {
  readonly number: number;
  readonly hash: string;
  /** The peer holds the block that the gateway applied. */
  readonly same: boolean;
  readonly orderers: readonly SignatureView[];
  readonly transactions: readonly { readonly id: string; readonly index: number; readonly creator?: SignatureView; readonly endorsements: readonly SignatureView[] }[];
}

/** Read again from the organisation's peer. Needs a session. Throws Refusal. */
export const signaturesOf = (number: number): Promise<BlockSignatures> => readSigned(path(`/api/v1/blocks/${number}/signatures`));
