/** What goes into an element: texts are texts, whatever stands in them. */
export type Child = Node | string | undefined | false;

/** Makes an element. Attributes are given by their names; a function is a listener. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | ((e: never) => void)>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') e.addEventListener(name, value as (e: Event) => void);
    else if (value !== false) e.setAttribute(name, value === true ? '' : value);
  }
  e.append(...children.filter((c): c is Node | string => c !== undefined && c !== false && c !== ''));
  return e;
}
