import { tagOf } from '../core/api';
import { meantCodes } from '../core/code';
import type { Code } from '../core/types';
import { findItem } from './works';

/**
 * The code that may have been meant by one that is not on record: the first of its corrections that an item, a lot or an issued
 * tag bears, as far as the gateway or what is kept here tells. It is to be offered, never taken. Null when there is none.
 */
export async function meantBy(code: string): Promise<Code | null> {
  for (const meant of meantCodes(code)) if ((await isItem(meant)) || (await isTag(meant))) return meant;
  return null;
}

const isItem = (code: Code): Promise<boolean> => findItem(code, { quiet: true }).then((found) => found !== undefined, () => false);

const isTag = (code: Code): Promise<boolean> =>
  globalThis.navigator?.onLine === false ? Promise.resolve(false) : tagOf(code).then(() => true, () => false);
