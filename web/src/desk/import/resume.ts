/** Goes on with imports that a reload cut off, on whatever page of the desk. */
export function resumeImports(): void {
  try {
    if (localStorage.getItem('rootline.imports') === null) return;
  } catch {
    return;
  }
  void import('./jobs.svelte').then(({ jobs }) => jobs.work());
}
