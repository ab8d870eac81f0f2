import table from '../../../proof/unproven.json';
import type { Report } from './report';

/** Something that no proof of a kind can show. */
export interface Limit {
  readonly name: string;
  readonly says: { readonly en: string; readonly zh: string };
}

/** What a proof of a kind cannot show: the lines of proof/unproven.json, which the command prints, too. */
export const unproven = (kind: Report['kind']): readonly Limit[] => table.filter((l) => l.kinds.includes(kind)).map(({ name, says }) => ({ name, says }));
