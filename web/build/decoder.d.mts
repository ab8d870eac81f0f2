export function isDecoder(file: string): boolean;
