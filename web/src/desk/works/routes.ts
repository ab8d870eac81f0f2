import type { Screen } from '../../field/routes';

/** The pages of the works, for the desk's table of routes: ":name" is one part of the address, "*name" all that follows. */
export const worksRoutes: readonly { readonly path: string; readonly load: () => Promise<{ default: Screen }> }[] = [
  { path: 'recalls', load: () => import('./RecallsPage.svelte') },
  { path: 'recalls/open/:code', load: () => import('./RecallOpenPage.svelte') },
  { path: 'recall/:id', load: () => import('./RecallPage.svelte') },
];
