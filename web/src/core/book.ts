/** The name of a rulebook without its version: "forestation" of "forestation@1". */
export const bookOf = (rulebook: string): string => rulebook.split('@')[0]!;
