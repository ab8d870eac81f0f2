/** Tells the other tabs, and the service worker, that what is kept has changed. */
export type Change = 'queue' | 'device' | 'places' | 'taken' | 'sending' | 'idle';

const channelName = 'rootline-kept';
const listeners = new Set<(c: Change) => void>();
let channel: BroadcastChannel | undefined;

function connect(): BroadcastChannel | undefined {
  if (channel === undefined && typeof BroadcastChannel !== 'undefined') {
    channel = new BroadcastChannel(channelName);
    channel.onmessage = (e: MessageEvent<Change>) => hear(e.data);
    // In Node, an open channel would keep a test run alive.
    (channel as { unref?: () => void }).unref?.();
  }
  return channel;
}

const hear = (change: Change): void => {
  for (const listener of [...listeners]) listener(change);
};

/** Tells every tab, this one too. */
export function announce(change: Change): void {
  connect()?.postMessage(change);
  hear(change);
}

/** Hears of changes in any tab. Returns the end of it. */
export function onChange(listener: (change: Change) => void): () => void {
  connect();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
