import type { Route } from '../app/routing';
import { auditRoutes } from './audit/routes';
import { importRoutes } from './import/routes';
import { worksRoutes } from './works/routes';

/** Every page of the desk. `open` ones are read without signing in. */
export const routes: readonly Route[] = [
  { path: '', open: true, load: () => import('./figures/OverviewPage.svelte') },
  { path: 'plan', load: () => import('./plan/PlanPage.svelte') },
  { path: 'items', load: () => import('./lists/ItemsPage.svelte') },
  { path: 'events', load: () => import('./lists/EventsPage.svelte') },
  { path: 'labels', load: () => import('./labels/LabelsPage.svelte') },
  { path: 'lots', load: () => import('./lists/LotsPage.svelte') },
  { path: 'item/:code', open: true, load: () => import('./item/ItemPage.svelte') },
  { path: 'map', load: () => import('./map/MapPage.svelte') },
  { path: 'places', load: () => import('./places/PlacesPage.svelte') },
  { path: 'place/*id', open: true, load: () => import('./places/PlacePage.svelte') },
  { path: 'people', load: () => import('./people/PeoplePage.svelte') },
  { path: 'device/:kid', load: () => import('./people/DevicePage.svelte') },
  { path: 'blocks', open: true, load: () => import('./chain/BlocksPage.svelte') },
  { path: 'block/:number', open: true, load: () => import('./chain/BlockPage.svelte') },
  { path: 'transaction/:id', open: true, load: () => import('./chain/TransactionPage.svelte') },
  { path: 'refusals', load: () => import('./refusals/RefusalsPage.svelte') },
  { path: 'findings', load: () => import('./chain/FindingsPage.svelte') },
  { path: 'rulebooks', open: true, load: () => import('./rulebooks/RulebooksPage.svelte') },
  { path: 'rulebook/:name', open: true, load: () => import('./rulebooks/RulebookPage.svelte') },
  { path: 'write/:name', load: () => import('./rulebooks/editor/EditPage.svelte') },
  { path: 'compare/:from/:to', load: () => import('./rulebooks/ComparePage.svelte') },
  { path: 'contracts', load: () => import('./money/ContractsPage.svelte') },
  { path: 'contract/:code', load: () => import('./money/ContractPage.svelte') },
  { path: 'search', open: true, load: () => import('./search/SearchPage.svelte') },
  ...auditRoutes,
  ...importRoutes,
  ...worksRoutes,
];
