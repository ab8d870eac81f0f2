// The page's side of the service worker and of being installed. What there is to tell goes to the callbacks.

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
  readonly userChoice: Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

const workerPath = '/worker.js';
/** The tag under which the browser wakes the worker when the network is back. */
export const syncTag = 'rootline-queue';

let offered: InstallPrompt | undefined;
let registration: ServiceWorkerRegistration | undefined;
let reloading = false;

/** Tells whether the browser offers to install the app. Returns the end of it. */
export function watchInstall(tell: (installable: boolean) => void): () => void {
  const before = (e: Event): void => {
    e.preventDefault(); // the field app shows the offer where it does not disturb
    offered = e as InstallPrompt;
    tell(true);
  };
  const installed = (): void => {
    offered = undefined;
    tell(false);
  };
  addEventListener('beforeinstallprompt', before);
  addEventListener('appinstalled', installed);
  return () => {
    removeEventListener('beforeinstallprompt', before);
    removeEventListener('appinstalled', installed);
  };
}

/** Shows the browser's own question. Answers whether the app was installed. */
export async function install(): Promise<boolean> {
  const prompt = offered;
  if (prompt === undefined) return false;
  offered = undefined;
  await prompt.prompt();
  return (await prompt.userChoice).outcome === 'accepted';
}

/**
 * Starts the service worker, which makes the app open without a network. Tells when a newer version waits; it takes over
 * only on takeUpdate, so that no half filled form is lost.
 */
export async function startWorker(newer: () => void): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const { serviceWorker } = navigator;
  const controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (reloading) location.reload();
    else if (controlled) newer(); // another tab took the update; this one reloads when its person says so
  });
  registration = await serviceWorker.register(workerPath, { scope: '/', updateViaCache: 'none' }).catch(() => undefined);
  if (registration === undefined) return;
  const { installing, waiting } = registration;
  if (waiting !== null && controlled) newer();
  const follow = (worker: ServiceWorker | null): void =>
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && serviceWorker.controller !== null) newer();
    });
  follow(installing);
  registration.addEventListener('updatefound', () => follow(registration?.installing ?? null));
}

/** Looks whether there is a newer version. */
export const lookForUpdate = (): Promise<unknown> => registration?.update().catch(() => undefined) ?? Promise.resolve();

/** Reloads into the newer version. */
export async function takeUpdate(): Promise<void> {
  reloading = true;
  const waiting = registration?.waiting ?? (await navigator.serviceWorker?.getRegistration('/'))?.waiting;
  if (waiting) waiting.postMessage({ type: 'SKIP_WAITING' });
  else location.reload();
}

/** Asks the browser to wake the worker when there is a network, also after this page was closed. */
export async function wakeLater(): Promise<boolean> {
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  if (sync === undefined) return false;
  return sync.register(syncTag).then(
    () => true,
    () => false, // the person or the browser does not allow it
  );
}
