/** What Go's rootline.Shown replaces; the joiners stay, and so do line ends and tabs. */
const deceives = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const harmless = new Set(['\n', '\t', '\r', '\u200c', '\u200d']);

const number = (c: string): string => `[U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;

/**
 * A text as it may be shown to people: characters that turn the order of others, or that show nothing and may do something,
 * stand as their numbers, "[U+202E]". What is signed and stored is not changed by it.
 */
export const shown = (text: string): string => text.replace(deceives, (c) => (harmless.has(c) ? c : number(c)));

/** Attributes that people see or hear. */
const spoken = ['title', 'aria-label', 'placeholder', 'alt', 'label'];
/** Elements whose text is no text of the page, or is what somebody is writing. */
const silent = new Set(['SCRIPT', 'STYLE', 'TEXTAREA']);

/** Shows the texts of a part of the page as they may be shown. */
function look(node: Node): void {
  if (node.nodeType === 3) {
    const given = node.nodeValue ?? '';
    const safe = silent.has(node.parentNode?.nodeName ?? '') ? given : shown(given);
    if (safe !== given) node.nodeValue = safe;
    return;
  }
  if (node.nodeType !== 1 || silent.has(node.nodeName)) return;
  const element = node as Element;
  for (const name of spoken) {
    const given = element.getAttribute(name);
    if (given !== null && shown(given) !== given) element.setAttribute(name, shown(given));
  }
  for (const child of node.childNodes) look(child);
}

/**
 * Keeps the whole page so, before each paint, whoever puts a text there: none of our own words turns the order of others, so
 * whatever does was written by somebody. Answers how to end it.
 */
export function keepShown(root: Element): () => void {
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'childList') change.addedNodes.forEach(look);
      else if (change.type === 'characterData') look(change.target);
      else {
        const name = change.attributeName ?? '';
        const given = (change.target as Element).getAttribute(name);
        if (given !== null && shown(given) !== given) (change.target as Element).setAttribute(name, shown(given));
      }
    }
  });
  observer.observe(root, { subtree: true, childList: true, characterData: true, attributeFilter: spoken });
  look(root);
  return () => observer.disconnect();
}
