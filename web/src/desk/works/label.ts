import { words } from '../../words/strip';
import { nameOf, type WorksAsset } from './model';

/** What people call it: "Layer 2", "Panel 1", a mark; undefined when only its code tells it from others. */
export function labelOf(item: WorksAsset): string | undefined {
  const layer = item.fields?.layer;
  return typeof layer === 'number' ? words.say('layerN', { n: layer }) : nameOf(item);
}
