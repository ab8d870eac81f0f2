import type { Place } from '../../core/types';
import { chainage } from '../../map/chainage';

export { chainage };

/** From where to where a place lies along its line; nothing when it has no chainage. */
export const stretch = (p: Place): string => (p.chainage === undefined ? '' : `${chainage(p.chainage.from)}–${chainage(p.chainage.to)}`);
