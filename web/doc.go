// Package web holds the pages of Rootline as files: the start page, which Vite builds from src into dist, and the
// look that it shares with the public item page (package page).
//
// Go builds without Node. Then dist holds no page, Built is false, and Handler says how to build one.
package web
