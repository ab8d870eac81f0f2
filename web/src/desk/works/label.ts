import type { KindView } from '../../core/types';
import { words } from '../../words/strip';
import { layerOf, nameOf } from '../../works/shows';
import { here } from './here.svelte';
import type { WorksAsset } from './model';

/** What people call it: "Layer 2", "Panel 1", a mark; undefined when only its code tells it from others. */
export function labelOf(item: WorksAsset, kind: KindView | undefined = here.kind(item)): string | undefined {
  const layer = layerOf(item, kind);
  return layer === undefined ? nameOf(item, kind) : words.say('layerN', { n: layer });
}
