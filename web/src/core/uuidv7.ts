const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Reports whether an id is a UUIDv7 in its one lower-case spelling. */
export const isEventId = (id: string): boolean => form.test(id);

let last = 0;
let counter = 0;
const counterEnd = 1 << 18;

/**
 * Makes the id of an event that the key named kid will sign: rootline.NewEventID, where it is said of what it consists. Its order
 * follows this device's clock; within a millisecond, and when the clock is set back, a counter keeps ids rising. Another
 * tab with the same key may, very rarely, make the same one.
 */
export function newEventId(kid: string, now = Date.now()): Promise<string> {
  counter += 1;
  if (now > last || counter >= counterEnd) {
    last = Math.max(now, last + 1);
    counter = crypto.getRandomValues(new Uint32Array(1))[0]! >>> 14;
  }
  return eventIdAt(kid, last, counter);
}

/** Makes the id of a key for a time and a counter of 18 bits, always the same one. */
export const eventIdAt = (kid: string, time: number, count: number): Promise<string> =>
  completed(kid, `${time.toString(16).padStart(12, '0')}7${hex(count >>> 6, 3)}${hex(0x80 | (count & 0x3f), 2)}`);

/** Reports whether an event with this id may be signed by the key named kid: rootline.EventIDOf. */
export async function isEventIdOf(kid: string, id: string): Promise<boolean> {
  return isEventId(id) && (await completed(kid, id.replaceAll('-', '').slice(0, 18))) === id;
}

/** The id whose first 9 bytes are these: the others follow from them and the key. */
async function completed(kid: string, free: string): Promise<string> {
  const own = Uint8Array.from(free.match(/../g)!, (b) => Number.parseInt(b, 16));
  const named = new TextEncoder().encode(`rootline-event-id${kid}`);
  const all = new Uint8Array([...named, ...own]);
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  const digits = free + Array.from(sum.subarray(0, 7), (b) => hex(b, 2)).join('');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
