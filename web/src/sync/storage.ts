/** What the browser says of the room for this page, in bytes. */
export interface Room {
  readonly used: number;
  readonly total: number;
  /** Less than a tenth, or less than 50 MiB, is left. */
  readonly low: boolean;
}

const little = 50 << 20;

/** Undefined where the browser does not tell. */
export async function room(): Promise<Room | undefined> {
  const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.().catch(() => undefined)) ?? {};
  if (usage === undefined || quota === undefined) return undefined;
  return { used: usage, total: quota, low: quota - usage < Math.max(little, quota / 10) };
}

/** Whether the browser promised to keep what is stored when the phone runs short; undefined where it does not tell. */
export async function persisted(): Promise<boolean | undefined> {
  return globalThis.navigator?.storage?.persisted?.().catch(() => undefined);
}

/** Asks for that promise. Some browsers ask the person, most decide by themselves: an installed app gets it. */
export async function persist(): Promise<boolean> {
  return (await globalThis.navigator?.storage?.persist?.().catch(() => false)) ?? false;
}
