/**
 * The longest pause within one scan, in milliseconds. A scanner needs ten from key to key; a phone that is busy takes them
 * later. Where no field takes text, nobody types a code by hand.
 */
const quick = 300;
/** Fewer keys than any code has are no scan. */
const fewest = 8;

/**
 * Finds what a hand scanner types: many keys in quick succession, ended by Enter. Keys that go into a text field are not
 * looked at: there the field takes them.
 */
export class HandScanner {
  #text = '';
  #last = 0;
  readonly #onscan: (text: string) => void;

  constructor(onscan: (text: string) => void) {
    this.#onscan = onscan;
  }

  /** Takes a key at a time in milliseconds. Answers true when it ended a scan, so that Enter presses nothing else. */
  key(key: string, at: number): boolean {
    const slow = at - this.#last > quick;
    this.#last = at;
    if (key === 'Enter') {
      const text = this.#text;
      this.#text = '';
      if (slow || text.length < fewest) return false;
      this.#onscan(text);
      return true;
    }
    if (key.length !== 1) return false; // Shift and the like
    this.#text = slow ? key : this.#text + key;
    return false;
  }
}

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=button],[type=checkbox],[type=radio],[type=file]),textarea,select'));

/** Listens on the whole page. The function that it returns stops it. */
export function listen(onscan: (text: string) => void): () => void {
  const scanner = new HandScanner(onscan);
  const take = (e: KeyboardEvent): void => {
    if (e.ctrlKey || e.altKey || e.metaKey || takesText(e.target)) return;
    if (scanner.key(e.key, e.timeStamp)) e.preventDefault();
  };
  addEventListener('keydown', take, true);
  return () => removeEventListener('keydown', take, true);
}
