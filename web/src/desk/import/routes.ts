import type { Route } from '../../app/routing';


/** The pages of imports, for the desk's table of routes. */
export const importRoutes: readonly Route[] = [
  { path: 'import', load: () => import('./ImportPage.svelte') },
  { path: 'import/:id', load: () => import('./JobPage.svelte') },
];
