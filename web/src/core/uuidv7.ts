const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Reports whether an id is a UUIDv7 in its one lower-case spelling. */
export const isEventId = (id: string): boolean => form.test(id);

let last = 0;
let counter = 0;

/**
 * Makes the id of an event: a UUIDv7 (RFC 9562) whose order follows this device's clock. Within a millisecond, and when
 * the clock is set back, a counter in rand_a keeps ids rising.
 */
export function newEventId(now = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  if (now > last) {
    last = now;
    counter = ((random[8]! << 8) | random[9]!) & 0x7ff; // the upper half of its room is left to count up
  } else if (++counter > 0xfff) {
    last += 1;
    counter = 0;
  }
  const time = last.toString(16).padStart(12, '0');
  const a = (0x7000 | counter).toString(16);
  random[0] = (random[0]! & 0x3f) | 0x80;
  const tail = Array.from(random.subarray(0, 8), (b) => b.toString(16).padStart(2, '0')).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-${a}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
