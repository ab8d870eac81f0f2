import * as api from '../core/api';
import { endSession } from '../kept/device';
import { store } from '../core/store';

const key = 'rootline.signedOut';

/** Whether the person signed out of the desk in this browser: its key stays, and signs nothing in until they come back. */
export const signedOut = (): boolean => store()?.getItem(key) === '1';

/** Ends the session here and at the gateway. Without a network the cookie is the gateway's to end later; the pages read nothing with it. */
export async function signOut(): Promise<void> {
  store()?.setItem(key, '1');
  await endSession();
  await api.request('/api/v1/session', { method: 'DELETE' }).catch(() => undefined);
}

export const signInAgain = (): void => store()?.removeItem(key);
