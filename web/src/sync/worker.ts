/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly { url: string; revision: string | null }[] };
export const manifest = self.__WB_MANIFEST;
