import { kept } from './db';
import { keepPlace } from './places';
import { currentRulebooks } from './rulebooks';

/** Milliseconds after which what is kept is fetched anew by itself. */
const age = 6 * 3_600_000;

/** Finishes downloads that were cut, and brings up to date what is old. Nothing on a line that the person wants to spare. */
export async function refreshKept(): Promise<void> {
  await currentRulebooks();
  const spare = (globalThis.navigator as { connection?: { saveData?: boolean } } | undefined)?.connection?.saveData === true;
  for (const { id, done, asOf } of await (await kept()).getAll('keeping')) {
    if (!done || (!spare && Date.now() - asOf > age)) await keepPlace(id);
  }
}
