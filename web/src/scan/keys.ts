/**
 * The longest pause within one scan, in milliseconds. A scanner needs ten from key to key; a phone that is busy takes them
 * later. Where no field takes text, nobody types a code by hand.
 */
const quick = 300;
/** The longest pause after which keys may still belong together. */
const long = 3000;
/** Fewer keys than any code has are no scan. */
const fewest = 8;

/**
 * Finds what a hand scanner types: many keys in quick succession, ended by Enter. Keys that go into a text field are not
 * looked at: there the field takes them.
 */
export class HandScanner {
  #text = '';
  /** There was a pause within: half of a code is not taken for a code. */
  #torn = false;
  #last = 0;
  readonly #onscan: (text: string) => void;

  constructor(onscan: (text: string) => void) {
    this.#onscan = onscan;
  }

  /** Takes a key at a time in milliseconds. Answers true when it ended a scan, so that Enter presses nothing else. */
  key(key: string, at: number): boolean {
    const pause = at - this.#last;
    this.#last = at;
    if (key === 'Enter') {
      const [text, torn] = [this.#text, this.#torn];
      [this.#text, this.#torn] = ['', false];
      if (torn || pause > quick || text.length < fewest) return false;
      this.#onscan(text);
      return true;
    }
    if (key.length !== 1) return false; // Shift and the like
    if (pause > long) [this.#text, this.#torn] = ['', false];
    else if (pause > quick && this.#text !== '') this.#torn = true;
    this.#text += key;
    return false;
  }
}

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=button],[type=checkbox],[type=radio],[type=file]),textarea,select'));

/** Who listens; a scan is the last one's. */
const ears: object[] = [];

/** Listens on the whole page, unless somebody listens who came later. The function that it returns stops it. */
export function listen(onscan: (text: string) => void): () => void {
  const scanner = new HandScanner(onscan);
  ears.push(scanner);
  const take = (e: KeyboardEvent): void => {
    if (e.ctrlKey || e.altKey || e.metaKey || takesText(e.target) || ears.at(-1) !== scanner) return;
    if (scanner.key(e.key, e.timeStamp)) e.preventDefault();
  };
  addEventListener('keydown', take, true);
  return () => {
    removeEventListener('keydown', take, true);
    const at = ears.indexOf(scanner);
    if (at >= 0) ears.splice(at, 1);
  };
}
