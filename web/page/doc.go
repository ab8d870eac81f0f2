// Package page renders the public pages behind the QR codes: what an item is, where it comes from, who stands for
// it, and whether its record is intact. They are plain HTML with one style sheet, in English and Chinese, and need
// no JavaScript.
//
// The view model is filled by the gateway. All of it is shown escaped: names, codes and values may come from
// anybody's device.
package page
