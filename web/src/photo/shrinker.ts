import { smaller } from './smaller';

// The worker that makes photos smaller, so that the page answers while twelve megapixels are drawn and encoded.

onmessage = (e: MessageEvent<Blob>): void => {
  void smaller(e.data).then(
    (blob) => postMessage(blob),
    () => postMessage(undefined),
  );
};
