import { area } from './language.svelte';

/** What every dialog has. */
export const words = area({ cancel: 'Cancel' }, { cancel: '取消' });
