import { store } from '../../core/store';

/** A list as somebody wants to find it again: its filter, order and columns, by a name. */
export interface View {
  /** The page that it is of: items, lots, events. */
  readonly page: string;
  readonly name: string;
  /** What stands in the address behind the page. */
  readonly query: string;
}

const key = 'rootline.views';
/** The most views of one page, and the longest name. */
export const mostViews = 20;
export const longestName = 40;

/** The query of a list as a view keeps it: in one order, without the row that is open. */
export function queryOf(values: Readonly<Record<string, string>>): string {
  const { at: _open, ...rest } = values;
  const query = new URLSearchParams(Object.entries(rest).filter(([, v]) => v !== ''));
  query.sort();
  return query.toString();
}

export const viewAddress = (v: View): string => `#/${v.page}${v.query === '' ? '' : `?${v.query}`}`;

/** The views that this browser keeps; none where it keeps nothing. */
export function views(): View[] {
  try {
    const list: unknown = JSON.parse(store()?.getItem(key) ?? '[]');
    return Array.isArray(list) ? list.filter(isView) : [];
  } catch {
    return [];
  }
}

const isView = (v: unknown): v is View => typeof v === 'object' && v !== null && ['page', 'name', 'query'].every((n) => typeof (v as Record<string, unknown>)[n] === 'string');

const same = (a: View, b: View): boolean => a.page === b.page && a.name === b.name;

/** Keeps a view; one of its name on the page gives way. `before` is the one that is renamed. Answers all, or undefined when the browser does not keep it. */
export function keepView(view: View, before?: View): View[] | undefined {
  const all = views();
  const at = before === undefined ? -1 : all.findIndex((v) => same(v, before));
  const others = all.filter((v, i) => i === at || !same(v, view));
  return put(at < 0 ? [...others, view] : others.map((v) => (before !== undefined && same(v, before) ? view : v)));
}

export const dropView = (view: View): View[] | undefined => put(views().filter((v) => !same(v, view)));

function put(all: View[]): View[] | undefined {
  try {
    store()?.setItem(key, JSON.stringify(all));
    return store() === null ? undefined : all;
  } catch {
    return undefined;
  }
}
