import { refuse } from '../core/refusal';
export { sync } from './state.svelte';

/** Begins to send by itself, and to fill the sync state. Once per page. */
export function startSync(): () => void { throw refuse('internal'); }
/** Sends now, whatever the back-off says. */
export async function syncNow(): Promise<void> { throw refuse('internal'); }
/** Asks the browser to keep what is stored; the answer is in sync.persisted. */
export async function askToPersist(): Promise<boolean> { throw refuse('internal'); }
/** Shows the browser's install prompt, when sync.installable. */
export async function install(): Promise<boolean> { throw refuse('internal'); }
/** Reloads into the new version, when sync.update. */
export async function applyUpdate(): Promise<void> { throw refuse('internal'); }
