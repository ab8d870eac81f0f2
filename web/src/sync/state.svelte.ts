import type { RefusalShape } from '../core/refusal';

/** How the sending stands. One object for the whole page; components read it, the sync writes it. */
class SyncState {
  /** What the browser says; a network that leads nowhere counts as online until a request fails. */
  online = $state(true);
  /** Something is being sent right now, by this tab, another one or the service worker. */
  sending = $state(false);
  /** Signed and not yet at the gateway. */
  waiting = $state(0);
  /** At the gateway, not yet committed. */
  sent = $state(0);
  refused = $state(0);
  held = $state(0);
  /** When the oldest event that is not committed and not refused was captured, in milliseconds since 1970. */
  oldest = $state<number | undefined>(undefined);
  /** Whether the browser promised not to throw away what is kept; undefined before it was asked. */
  persisted = $state<boolean | undefined>(undefined);
  /** Bytes; `low` when less than a tenth or less than 50 MiB is left. */
  quota = $state.raw<{ used: number; total: number; low: boolean } | undefined>(undefined);
  /** When the next attempt starts by itself, in milliseconds since 1970. */
  retryAt = $state<number | undefined>(undefined);
  /** Why the last attempt ended early. */
  trouble = $state.raw<RefusalShape | undefined>(undefined);
  /** The current device was revoked or has expired: signing is over. */
  ended = $state.raw<{ code: 'device-revoked' | 'device-expired'; at: string } | undefined>(undefined);
  /** Days until the current device ends by itself, when that is near. */
  endsIn = $state<number | undefined>(undefined);
  /** Milliseconds by which this device's clock is behind the gateway's; negative when ahead. */
  clock = $state(0);
  /** The browser offers to install the app: call install(). */
  installable = $state(false);
  /** A new version is ready: call applyUpdate() when no form is half filled. */
  update = $state(false);
}

export const sync = new SyncState();
