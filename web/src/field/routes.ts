import type { Route } from '../app/routing';

/** Every screen of the field app, each loaded when it is first opened and kept for use without a network. */
export const routes: readonly Route[] = [
  { path: '', tab: 'home', load: () => import('./home/HomeScreen.svelte') },
  { path: 'scan', tab: 'home', early: true, load: () => import('./home/ScanScreen.svelte') },
  { path: 'item/:code', early: true, load: () => import('./item/ItemScreen.svelte') },
  { path: 'item/:code/:action', early: true, load: () => import('./item/ActScreen.svelte') },
  { path: 'new/:code/:book/:kind/:action', load: () => import('./item/ActScreen.svelte') },
  { path: 'begin', load: () => import('./item/NewScreen.svelte') },
  { path: 'begin/:book/:kind/:action', load: () => import('./item/NewScreen.svelte') },
  { path: 'unseen/:code', load: () => import('./series/SeriesChoice.svelte') },
  { path: 'unseen/:code/:book/:kind/:action', load: () => import('./item/ActScreen.svelte') },
  { path: 'do', load: () => import('./series/SeriesChoice.svelte') },
  { path: 'do/:book/:kind/:action', load: () => import('./series/SeriesScreen.svelte') },
  { path: 'queue', tab: 'queue', open: true, load: () => import('./queue/QueueScreen.svelte') },
  { path: 'lot/:code', load: () => import('./lot/LotScreen.svelte') },
  { path: 'tag/:code', load: () => import('./item/TagScreen.svelte') },
  { path: 'near', tab: 'near', load: () => import('./home/NearScreen.svelte') },
  { path: 'more', tab: 'more', load: () => import('./more/MoreScreen.svelte') },
  { path: 'audit', tab: 'more', load: () => import('./more/AuditScreen.svelte') },
  { path: 'people', tab: 'more', load: () => import('./more/PeopleScreen.svelte') },
  { path: 'queue/:id', tab: 'queue', open: true, load: () => import('./queue/QueuedScreen.svelte') },
];
