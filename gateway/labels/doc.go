// Package labels prints the codes of assets, tags and rolls: sheets of labels or a roll of them as one PDF, each with a QR code drawn as
// vectors, the code in groups of four for people, and lines of text in English and Chinese.
//
// Positions are exact to the micrometre; a sheet that a printer moves or stretches is put right by a Calibration. A
// document is written page by page, so ten thousand labels take no more memory than twenty.
package labels
