/** How a list is sorted, and how it is sorted anew: the address keeps it. */
export interface Sorting {
  /** As the gateway calls it; a '-' before it turns it round. */
  readonly order: string;
  readonly sort: (by: string) => void;
}

/** The columns of items that the gateway can sort by, in the order in which they are offered. */
export const itemOrders = ['changed', 'code', 'kind', 'state', 'place', 'custodian'] as const;

/** So for places, people and refusals. */
export const placeOrders = ['id', 'title', 'parent', 'kind'] as const;
export const deviceOrders = ['name', 'organisation', 'role'] as const;
export const refusalOrders = ['at', 'device'] as const;

/** Times begin with the last, all else with the first. */
const begins = (by: string): string => (by === 'changed' || by === 'recorded' || by === 'at' ? `-${by}` : by);

/** The order after a column's head was pressed. */
export const pressed = (order: string, by: string): string => (order === begins(by) ? turned(order) : begins(by));

const turned = (order: string): string => (order.startsWith('-') ? order.slice(1) : `-${order}`);

/** What a column's head says of the order; a column that the list is not sorted by says 'none'. */
export function directionOf(order: string, by: string): 'ascending' | 'descending' | 'none' {
  return order === by ? 'ascending' : order === `-${by}` ? 'descending' : 'none';
}

/** The order in an address; one that nobody knows is the usual one. */
export const orderOf = (asked: string | null, orders: readonly string[], usual: string): string =>
  asked !== null && orders.some((o) => asked === o || asked === `-${o}`) ? asked : usual;
