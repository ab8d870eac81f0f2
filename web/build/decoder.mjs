/** The scanner's decoder is large, and kept when the camera is first opened. */
export const isDecoder = (file) => /(^|\/)(decoder|scan|zxing)[^/]*$/.test(file) || file.endsWith('.wasm');
