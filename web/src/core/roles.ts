import type { Text } from './types';

/**
 * The roles that the registry itself knows, as package rootline names them; all others are words of the rulebooks. No other
 * module names a role.
 */
const admin = 'admin';
const manager = 'manager';
const importer = 'importer';

/** Who has a role: a device, or nobody. */
type Holder = { readonly role: string } | undefined;

/** Invites, renews and revokes for its organisation, and votes for it. */
export const adminRole = admin;
export const adminTitle: Text = { en: 'Administrator', zh: '管理员' };

export const isAdmin = (who: Holder): boolean => who?.role === admin;

/** Plans the works: draws places, issues plans. */
export const isManager = (who: Holder): boolean => who?.role === manager;

/** Who issues rolls of blank tags. */
export const issuesRolls = (who: Holder): boolean => isAdmin(who) || isManager(who);

/** Brings in tables and prints labels, and may do nothing else by itself: the gateway knows it as one who prints. */
export const importsOnly = (who: Holder): boolean => who?.role === importer;

/** Works at a desk: has a use for pages that others seldom open. */
export const isOffice = issuesRolls;

/** The roles that an organisation can invite into: its own and the administrator's. */
export const invitable = (own: readonly string[] | undefined): string[] => [...new Set([...(own ?? []), admin])];
