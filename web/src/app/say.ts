import { localTime, number } from '../words/time';
import type { Instant } from '../core/types';
import { words } from '../words/app';
import { speech } from '../words/language.svelte';

const { say } = words;

/** "3 h": how long something lasted, in its largest unit. */
export function age(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return say('seconds', { n: s });
  if (s < 3600) return say('minutes', { n: Math.floor(s / 60) });
  if (s < 48 * 3600) return say('hours', { n: Math.floor(s / 3600) });
  return say('days', { n: Math.floor(s / 86400) });
}

/** "3 h ago". */
export const ago = (then: number, now: number): string => (now - then < 10_000 ? say('justNow') : say('ago', { age: age(now - then) }));

/** A moment in the reader's zone. */
export const when = (at: number | string): string =>
  localTime((typeof at === 'number' ? new Date(at).toISOString() : at) as Instant, speech.language);

/** Bytes, roughly. */
export function room(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${number(Math.round(bytes / 1e6))} MB` : `${number(Math.ceil(bytes / 1e3))} kB`;
}
