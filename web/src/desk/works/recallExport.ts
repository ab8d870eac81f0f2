import type { Recall, Recalled } from '../../kept/recall';
import { standing } from '../../kept/recall';
import { text } from '../../words/language.svelte';
import { words } from '../../words/recall';
import { csv } from './csv';
import { here } from './here.svelte';
import { labelOf } from './label';
import type { WorksAsset } from './model';

const { say } = words;
const standings = { acknowledged: 'acknowledged', late: 'saysLate', overdue: 'saysOverdue', waiting: 'saysWaiting' } as const;

/** Everything that a recall says, as rows: the recall, its holders, what it froze. */
export function rowsOf(recall: Recall, items: readonly Recalled[], now: number): (string | number)[][] {
  const organisation = (id: string): string => text(here.organisation(id));
  return [
    [say('recall'), recall.id],
    [say('lot'), recall.asset],
    [say('ofWorks'), recall.rulebook],
    [say('reason'), recall.reason],
    [say('openedBy'), organisation(recall.organisation), recall.organisation],
    [say('opened'), recall.opened],
    [say('deadline'), recall.deadline],
    [say('holds'), recall.frozen, recall.named],
    ...(recall.closed ? [[say('closed'), recall.closed], [say('outcome'), recall.outcome ?? '']] : []),
    [],
    [say('holder'), '', say('assets'), say('acknowledged'), say('state')],
    ...recall.holders.map((h) => [organisation(h.organisation), h.organisation, h.assets, h.acknowledged ?? '', say(standings[standing(h, recall.deadline, now)])]),
    [],
    [say('item'), say('kind'), '', say('itemState'), say('via'), say('certainty'), say('frozen'), say('holder'), say('place')],
    ...items.map((r) => [
      r.asset.id, text(r.asset.kindTitle), labelOf(r.asset as WorksAsset) ?? '', text(r.asset.stateTitle), r.via ?? '',
      say(r.possible ? 'possible' : 'certain'), say(r.held ? 'frozen' : 'letGo'), organisation(r.asset.custodian), r.asset.place ?? '',
    ]),
  ];
}

export const recallCsv = (recall: Recall, items: readonly Recalled[], now: number): Blob => csv(rowsOf(recall, items, now));
