import { area } from './language.svelte';

/** What the usual kinds of places are called: Place.kind of the API. */
export const words = area(
  {
    project: 'Project', section: 'Section', plot: 'Plot', compartment: 'Compartment', area: 'Area', levee: 'Levee', road: 'Road', building: 'Building', storey: 'Storey', yard: 'Yard',
  },
  {
    project: '项目', section: '区段', plot: '小班', compartment: '林班', area: '区域', levee: '堤防', road: '道路', building: '建筑', storey: '楼层', yard: '场地',
  },
);

/** The usual kinds, in the order in which they are offered. */
export const usualKinds = Object.keys(words.en) as readonly (keyof typeof words.en)[];

/** What a kind of place is called in the reader's language. The works may have made others: those are read as they were named. */
export function placeKind(kind: string): string {
  const usual = usualKinds.find((k) => k === kind);
  return usual === undefined ? (kind.charAt(0).toUpperCase() + kind.slice(1)).replaceAll('-', ' ') : words.say(usual);
}
