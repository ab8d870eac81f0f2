package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"

	"github.com/rootline/rootline/web"
)

//go:embed page.css
var sheet string

// Stylesheet is the style sheet of the pages: the shared look, then what only they need. Its type is
// "text/css; charset=utf-8".
var Stylesheet = []byte(web.Styles() + sheet)

// StylesheetPath is where the pages expect Stylesheet. The name holds its hash, so it can be cached for good.
var StylesheetPath = stylesheetPath()

// StylesheetCache is the value of the header Cache-Control for it.
const StylesheetCache = "public, max-age=31536000, immutable"

// ContentSecurityPolicy is the policy that the pages work under: one style sheet and the QR code, both of their own
// origin, and nothing else.
const ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'"

func stylesheetPath() string {
	sum := sha256.Sum256(Stylesheet)
	return "/page-" + hex.EncodeToString(sum[:6]) + ".css"
}
