/** Millimetres along a line as they are written on a site: K65+000, with what is left of a metre. */
export function chainage(mm: number): string {
  const metres = Math.floor(mm / 1000);
  const rest = mm % 1000;
  return `K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}
