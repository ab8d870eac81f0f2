import type { Screen } from '../../app/routing';


/** The pages of audits, for the desk's table of routes. */
export const auditRoutes: readonly { readonly path: string; readonly load: () => Promise<{ default: Screen }> }[] = [
  { path: 'audit', load: () => import('./AuditPage.svelte') },
  { path: 'inventory', load: () => import('./InventoryPage.svelte') },
];
