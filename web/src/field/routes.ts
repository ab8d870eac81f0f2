import type { Component } from 'svelte';

/** What a screen gets: the parts of the address that the route names, and what follows its question mark. */
export interface ScreenProps {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export type Screen = Component<ScreenProps>;

export interface Route {
  /** After the "#/". ":name" stands for one part, "*name" for all that follows. */
  readonly path: string;
  /** Which tab is lit. */
  readonly tab?: 'home' | 'near' | 'queue' | 'more';
  /** Reached without a device too: everything else leads to how one enrols. */
  readonly open?: boolean;
  /** Loaded ahead of its first use: it lies between a scan and its record. */
  readonly early?: boolean;
  readonly load: () => Promise<{ default: Screen }>;
}

/** Every screen of the field app, each loaded when it is first opened and kept for use without a network. */
export const routes: readonly Route[] = [
  { path: '', tab: 'home', load: () => import('./HomeScreen.svelte') },
  { path: 'scan', tab: 'home', early: true, load: () => import('./ScanScreen.svelte') },
  { path: 'item/:code', early: true, load: () => import('./ItemScreen.svelte') },
  { path: 'item/:code/:action', early: true, load: () => import('./ActScreen.svelte') },
  { path: 'new/:code/:book/:kind/:action', load: () => import('./ActScreen.svelte') },
  { path: 'do', load: () => import('./SeriesChoice.svelte') },
  { path: 'do/:kind/:action', load: () => import('./SeriesScreen.svelte') },
  { path: 'queue', tab: 'queue', open: true, load: () => import('./QueueScreen.svelte') },
  { path: 'lot/:code', load: () => import('./LotScreen.svelte') },
  { path: 'tag/:code', load: () => import('./TagScreen.svelte') },
  { path: 'near', tab: 'near', load: () => import('./NearScreen.svelte') },
  { path: 'more', tab: 'more', load: () => import('./MoreScreen.svelte') },
  { path: 'people', tab: 'more', load: () => import('./PeopleScreen.svelte') },
  { path: 'queue/:id', tab: 'queue', open: true, load: () => import('./QueuedScreen.svelte') },
];
