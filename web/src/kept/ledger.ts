import * as api from '../core/api';
import type { LedgerView } from '../core/types';
import { getMeta, setMeta } from './db';

/** Asks the gateway for the ledger and keeps the answer: events name the block that the device has seen. Throws Refusal. */
export async function learnLedger(limits?: api.Limits): Promise<LedgerView> {
  const view = await api.ledger(limits);
  await setMeta('ledger', { view, asOf: Date.now() });
  return view;
}

/** The ledger as it was last told; undefined before the first time. */
export const knownLedger = async (): Promise<LedgerView | undefined> => (await getMeta('ledger'))?.view;
