import type { DeviceState } from '../kept/registry';
import type { Tone } from '../parts/tones';

/** How a device's state is marked. */
export const toneOf: Readonly<Record<DeviceState, Tone>> = { active: 'living', revoked: 'refused', expired: 'ended' };
