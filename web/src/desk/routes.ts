import type { Route } from '../field/routes';
import { auditRoutes } from './audit/routes';
import { importRoutes } from './import/routes';
import { worksRoutes } from './works/routes';

/** Every page of the desk. `open` ones are read without signing in. */
export const routes: readonly Route[] = [
  { path: '', open: true, load: () => import('./OverviewPage.svelte') },
  { path: 'plan', load: () => import('./plan/PlanPage.svelte') },
  { path: 'items', load: () => import('./ItemsPage.svelte') },
  { path: 'events', load: () => import('./EventsPage.svelte') },
  { path: 'labels', load: () => import('./labels/LabelsPage.svelte') },
  { path: 'lots', load: () => import('./LotsPage.svelte') },
  { path: 'item/:code', open: true, load: () => import('./ItemPage.svelte') },
  { path: 'map', load: () => import('./map/MapPage.svelte') },
  { path: 'places', load: () => import('./PlacesPage.svelte') },
  { path: 'place/*id', open: true, load: () => import('./PlacePage.svelte') },
  { path: 'people', load: () => import('./PeoplePage.svelte') },
  { path: 'device/:kid', load: () => import('./DevicePage.svelte') },
  { path: 'blocks', open: true, load: () => import('./BlocksPage.svelte') },
  { path: 'block/:number', open: true, load: () => import('./BlockPage.svelte') },
  { path: 'transaction/:id', open: true, load: () => import('./TransactionPage.svelte') },
  { path: 'findings', load: () => import('./FindingsPage.svelte') },
  { path: 'rulebooks', open: true, load: () => import('./RulebooksPage.svelte') },
  { path: 'rulebook/:name', open: true, load: () => import('./RulebookPage.svelte') },
  { path: 'compare/:from/:to', load: () => import('./ComparePage.svelte') },
  { path: 'search', open: true, load: () => import('./SearchPage.svelte') },
  ...auditRoutes,
  ...importRoutes,
  ...worksRoutes,
];
