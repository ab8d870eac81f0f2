package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// tokens are the colours, sizes and faces of the look, and base the few rules that every page begins with.
//
//go:embed src/style/tokens.css
var tokens string

//go:embed src/style/base.css
var base string

// Assets returns the built start page: index.html, favicon.svg, and the files that they name under assets/.
// Without a build the folder holds only the file that keeps it in the repository.
func Assets() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil { // only for an invalid path, and this one is constant
		panic(err)
	}
	return sub
}

// Built reports whether the start page was built before this program was.
func Built() bool { return built(Assets()) }

func built(assets fs.FS) bool {
	_, err := fs.Stat(assets, "index.html")
	return err == nil
}

// Styles returns the part of the style sheet that all pages share, in CSS.
func Styles() string { return tokens + base }
