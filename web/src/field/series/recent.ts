import { getMeta, setMeta } from '../../kept/db';
import type { AllowedAction } from '../../works/allowed';

/** How many series are remembered. */
const most = 4;

/** What a series does, without the rulebook's version: it is the same work under the next one. */
export const seriesName = (a: AllowedAction): string => `${a.rulebook.book}/${a.kind.name}/${a.action.name}`;

/** The series of this phone, the last one first. */
export const recentSeries = async (): Promise<readonly string[]> => (await getMeta('series')) ?? [];

/** Remembers that a series was begun. */
export async function noteSeries(a: AllowedAction): Promise<void> {
  const name = seriesName(a);
  await setMeta('series', [name, ...(await recentSeries()).filter((n) => n !== name)].slice(0, most));
}
