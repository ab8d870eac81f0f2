import { adminRole, adminTitle } from '../core/roles';
import * as api from '../core/api';
import type { Device, Invitation } from '../core/device';
import { isRefusal, refusalOf, refuse, type Refusal } from '../core/refusal';
import type { Text } from '../core/types';
import { currentDevice, enrol, passing, readInvitation } from '../kept/device';
import { learnLedger } from '../kept/ledger';

/** Where the taking of an invitation stands. */
export type Stage = 'reading' | 'empty' | 'insecure' | 'offered' | 'taking' | 'done' | 'failed';

/** Refusals after which the same invitation may still be taken. */
const mayPass = (r: Refusal): boolean => passing.has(r.code) || ['unreachable', 'not-final', 'not-a-gateway', 'device-storage-full', 'storage-broken'].includes(r.code);

/** An invitation on its way to a device. The link keeps it until it is taken or refused for good. */
export class Enrolment {
  stage = $state<Stage>('reading');
  invitation = $state.raw<Invitation | undefined>(undefined);
  refusal = $state.raw<Refusal | undefined>(undefined);
  /** Whether another try can help. */
  again = $state(false);
  device = $state.raw<Device | undefined>(undefined);
  /** Whom the browser is already enrolled as. */
  earlier = $state.raw<Device | undefined>(undefined);
  #net: string | undefined;
  #organisations = $state.raw<ReadonlyMap<string, Text>>(new Map());
  #roles = $state.raw<ReadonlyMap<string, Text>>(new Map());

  /** What organisations and roles are called; their ids until that is known. */
  organisation = (id: string): Text => this.#organisations.get(id) ?? { en: id, zh: id };
  role = (id: string): Text => this.#roles.get(id) ?? { en: id, zh: id };

  async read(link: string): Promise<void> {
    this.refusal = undefined;
    this.invitation = undefined;
    if (!isSecureContext || globalThis.crypto?.subtle === undefined) {
      this.stage = 'insecure';
      return;
    }
    if (new URL(link).hash.length < 2) {
      this.stage = 'empty';
      return;
    }
    try {
      this.invitation = readInvitation(link);
      this.stage = 'offered';
      this.earlier = await currentDevice();
      await this.#learnNames();
      this.#mayBeTaken(this.invitation);
    } catch (e) {
      this.#fail(e);
    }
  }

  /** What cannot be taken is said before a key is made for it. Without an answer of the gateway, taking it tells. */
  #mayBeTaken({ net, expires }: Invitation): void {
    if (this.stage !== 'offered') return;
    if (this.#net !== undefined && this.#net !== net) throw refuse('wrong-net');
    if (Date.parse(expires) < Date.now() + api.clockAhead) throw refuse('invitation-expired', { at: expires });
  }

  async take(): Promise<void> {
    if (this.invitation === undefined || this.stage === 'taking') return;
    this.stage = 'taking';
    try {
      this.device = await enrol(this.invitation);
      this.stage = 'done';
    } catch (e) {
      this.#fail(e);
    }
    // A key that was used or refused has no business in the address any longer.
    if (this.stage === 'done' || !this.again) history.replaceState(null, '', location.pathname);
  }

  #fail(e: unknown): void {
    this.refusal = refusalOf(e);
    this.again = this.invitation !== undefined && mayPass(this.refusal);
    this.stage = 'failed';
  }

  /** Names are a comfort: without them the ids are shown. */
  async #learnNames(): Promise<void> {
    try {
      const [ledger, books] = await Promise.all([learnLedger(), api.rulebookList()]);
      this.#net = ledger.net;
      this.#organisations = new Map(ledger.organisations.map((o) => [o.mspId, o.title]));
      this.#roles = new Map([[adminRole, adminTitle], ...books.flatMap((b) => b.roles.map((r): [string, Text] => [r.name, r.title]))]);
    } catch (e) {
      if (!isRefusal(e)) throw e;
    }
  }
}
