import * as api from '../core/api';
import { isRefusal } from '../core/refusal';
import type { Due, RulebookView, Text } from '../core/types';
import { repeatable, type Actor } from '../works/allowed';
import { withSession } from './device';
import { keptPlaces } from './places';
import { awaited } from './stood';

/** How long the gateway may take, in milliseconds, before what is kept here answers. */
const patience = 4_000;

/** A walk that a person may begin: what is done, at which place, and on how many. */
export interface WalkAhead {
  /** Its name, with its version or without. */
  readonly rulebook: string;
  readonly kind: string;
  readonly kindTitle: Text;
  readonly action: string;
  readonly title: Text;
  readonly place: string;
  readonly placeTitle: Text;
  readonly count: number;
}

/** The walks among what waits: nobody walks what belongs to no place. */
export const walksIn = (due: readonly Due[]): WalkAhead[] =>
  due.flatMap(({ rulebook, kind, kindTitle, actions, places }) =>
    actions
      .filter((a) => a.walk)
      .flatMap((a) =>
        places.filter((p) => p.place).map((p) => ({ rulebook, kind, kindTitle, action: a.name, title: a.title, place: p.place, placeTitle: p.title, count: p.count })),
      ),
  );

/** The walks that wait for a person: by the gateway, or where it does not answer, at the places that are kept here whole. */
export async function walksAhead(actor: Actor, books: readonly RulebookView[]): Promise<WalkAhead[]> {
  if (globalThis.navigator?.onLine !== false) {
    try {
      return walksIn((await withSession(() => api.waiting({ timeout: patience }))).due);
    } catch (e) {
      if (!isRefusal(e)) throw e;
    }
  }
  const walks = repeatable(actor, books).filter((a) => a.action.walk);
  const list: WalkAhead[] = [];
  for (const { place } of walks.length === 0 ? [] : (await keptPlaces()).filter((p) => p.done)) {
    for (const walk of walks) {
      const { rulebook, kind, action } = walk;
      const count = (await awaited(place.id, walk, actor)).length;
      if (count > 0) list.push({ rulebook: rulebook.book, kind: kind.name, kindTitle: kind.title, action: action.name, title: action.title, place: place.id, placeTitle: place.title, count });
    }
  }
  return list;
}
