import type { Screen } from '../../app/routing';


/** The pages of the works, for the desk's table of routes: ":name" is one part of the address, "*name" all that follows. */
export const worksRoutes: readonly { readonly path: string; readonly load: () => Promise<{ default: Screen }> }[] = [
  { path: 'works', load: () => import('./WorksPage.svelte') },
  { path: 'new', load: () => import('./NewPage.svelte') },
  { path: 'new/:book/:kind/:action', load: () => import('./NewPage.svelte') },
  { path: 'works/:code', load: () => import('./BreakdownPage.svelte') },
  { path: 'levee/*place', load: () => import('./LeveePage.svelte') },
  { path: 'building/*place', load: () => import('./BuildingPage.svelte') },
  { path: 'ancestry/:code', load: () => import('./AncestryPage.svelte') },
  { path: 'recalls', load: () => import('./RecallsPage.svelte') },
  { path: 'recalls/open/:code', load: () => import('./RecallOpenPage.svelte') },
  { path: 'recall/:id', load: () => import('./RecallPage.svelte') },
];
