import { readSigned } from '../read.svelte';

/** GET /api/v1/devices/{kid}/open: what a device still has open, as far as this gateway knows. */
export interface DeviceOpen {
  /** Taken here, and not on the ledger yet; since when. */
  readonly waiting: number;
  readonly since?: string;
  /** Refused here, and not recorded since. */
  readonly refused: number;
  /** More were refused than are kept. */
  readonly more: boolean;
}

export const openOf = (kid: string): Promise<DeviceOpen> => readSigned(`/api/v1/devices/${encodeURIComponent(kid)}/open`);
