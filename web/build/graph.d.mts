export const graphFile: string;
export function filesOf(dist: string, page: string): { first: Set<string>; all: Set<string> };
