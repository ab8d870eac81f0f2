import type { RefusalShape } from '../core/refusal';
import type { AssetView, EventView, Place, Text } from '../core/types';

/**
 * How far a captured event has come. waiting: not sent yet, or it waits for an earlier one of the same thing. sending: on
 * its way. sent: the gateway has it, the ledger not yet. refused: the ledger's answer is no. held: an earlier one of the
 * same thing was refused. committed: on the ledger; such events leave the queue and are listed by committed().
 */
export type QueueState = 'waiting' | 'sending' | 'sent' | 'committed' | 'refused' | 'held';

/** One signed event on its way to the ledger. */
export interface Queued {
  /** The event's id, a UUIDv7. */
  readonly id: string;
  readonly asset: string;
  readonly kind?: string;
  readonly action: string;
  /** What the person did, in words: the action's title. */
  readonly title: Text;
  readonly rulebook: string;
  readonly jws: string;
  /** When it was captured, in milliseconds since 1970. */
  readonly at: number;
  readonly state: QueueState;
  /** Hashes of the photos that go before it. */
  readonly photos: readonly string[];
  /** Why it was refused, in the rule's own words. */
  readonly error?: RefusalShape;
  /** The earlier event of the same thing that it waits for; the first of them. */
  readonly after?: string;
  readonly transaction?: string;
  readonly block?: number;
  /** How often it was sent. */
  readonly tries: number;
  /** A person has to look at it: it was refused, or is held because of one that was. */
  readonly attention?: boolean;
  /** Its place in the queue. */
  readonly order: number;
  /** Until when the person may take it back, in milliseconds since 1970; it is not sent before. */
  readonly rests?: number;
  /** The kid of the device that signed it: another's after an import. */
  readonly device: string;
}

/** What stays of an event after the ledger committed it. */
export interface Committed {
  readonly id: string;
  readonly asset: string;
  readonly kind?: string;
  readonly action: string;
  readonly title: Text;
  readonly at: number;
  readonly transaction?: string;
  readonly block?: number;
}

/** A code that was scanned or typed on this device. */
export interface Scan {
  readonly n: number;
  readonly code: string;
  readonly at: number;
  /** False for a code that the gateway does not know. */
  readonly known: boolean;
  /** The asset that it led to: another code than its own for a tag. Absent, too, when nobody could be asked. */
  readonly asset?: string;
}

/** An item as it is shown: as the gateway or this device has it, with what this device's unsent events will make of it. */
export interface FoundItem {
  readonly item: AssetView;
  /** True when it comes from this device, because no gateway answered in time. */
  readonly kept: boolean;
  /** When the gateway said so, in milliseconds since 1970. */
  readonly asOf: number;
  /** Own events about it that the ledger has not committed, oldest first. Those refused or held are not applied. */
  readonly own: readonly Queued[];
  /** True when own events changed what is shown: "planted, waiting to be sent". */
  readonly ahead: boolean;
}

export interface ItemLife {
  /** Newest first. */
  readonly events: readonly EventView[];
  readonly own: readonly Queued[];
  readonly kept: boolean;
  readonly asOf: number;
}

export interface Near {
  readonly item: AssetView;
  readonly metres: number;
}

/** A place whose items are kept on this device. */
export interface KeptPlace {
  readonly place: Place;
  /** How many items are kept so far. */
  readonly items: number;
  readonly done: boolean;
  /** When the last page came, in milliseconds since 1970. */
  readonly asOf: number;
}

export interface KeepProgress {
  readonly place: string;
  readonly items: number;
  /** The number of items that are planned there, where the plan says. */
  readonly planned?: number;
  readonly done: boolean;
}
