package httpapi

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/template"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/rootline/rootline/web/page"
)

// The files that the page /install offers.
const (
	rootPath    = page.InstallPath + "/root.crt"
	profilePath = page.InstallPath + "/root.mobileconfig"
)

// root is the certificate of the gateway's own CA, in the forms that devices take.
type root struct {
	der         []byte
	fingerprint string
	ends        time.Time
	profile     []byte
}

func newRoot(der []byte) (*root, error) {
	if der == nil {
		return nil, nil
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("the certificate of the local CA: %w", err)
	}
	r := &root{der: der, fingerprint: fmt.Sprintf("% X", sha256.Sum256(der)), ends: cert.NotAfter}
	r.profile, err = profileOf(der)
	return r, err
}

// install serves the page from which phones install the root; there is none without a CA of the gateway's own.
func (s *Server) install(c *gin.Context) {
	if s.root == nil {
		s.noRoute(c)
		return
	}
	site := s.config.Origin
	if host := c.Request.Host; s.config.Own != nil && c.Request.TLS != nil && s.config.Own("https://"+host) {
		site = "https://" + host
	}
	c.Header("Vary", "Accept-Language")
	lang := page.Language(c.Query("lang"), c.GetHeader("Accept-Language"))
	s.sendPage(c, answer{status: http.StatusOK, write: func(w io.Writer) error {
		return page.RenderInstall(w, lang, page.Install{
			Fingerprint: s.root.fingerprint, Certificate: rootPath, Profile: profilePath, Site: site + "/", Ends: s.root.ends.Format(time.DateOnly),
		})
	}})
}

// installRoot serves the certificate in DER.
func (s *Server) installRoot(c *gin.Context) {
	s.installFile(c, "application/x-x509-ca-cert", "rootline.crt", func(r *root) []byte { return r.der })
}

// installProfile serves it as a configuration profile of Apple's.
func (s *Server) installProfile(c *gin.Context) {
	s.installFile(c, "application/x-apple-aspen-config", "rootline.mobileconfig", func(r *root) []byte { return r.profile })
}

func (s *Server) installFile(c *gin.Context, kind, name string, content func(*root) []byte) {
	if s.root == nil {
		s.noRoute(c)
		return
	}
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, kind, content(s.root))
}

// profileOf makes the profile. Its ids follow from the certificate, so that installing it again replaces it.
func profileOf(der []byte) ([]byte, error) {
	id := func(part string) string {
		return strings.ToUpper(uuid.NewSHA1(uuid.NameSpaceOID, append([]byte(part), der...)).String())
	}
	var b bytes.Buffer
	err := profileTemplate.Execute(&b, struct{ DER, CertificateID, ProfileID string }{
		base64.StdEncoding.EncodeToString(der), id("certificate"), id("profile"),
	})
	return b.Bytes(), err
}

// All that is put in is base64 and hexadecimal digits.
var profileTemplate = template.Must(template.New("profile").Parse(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadCertificateFileName</key>
			<string>rootline.crt</string>
			<key>PayloadContent</key>
			<data>{{.DER}}</data>
			<key>PayloadDisplayName</key>
			<string>Rootline local CA</string>
			<key>PayloadIdentifier</key>
			<string>rootline.local.{{.CertificateID}}</string>
			<key>PayloadType</key>
			<string>com.apple.security.root</string>
			<key>PayloadUUID</key>
			<string>{{.CertificateID}}</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
		</dict>
	</array>
	<key>PayloadDescription</key>
	<string>Lets this device open a Rootline gateway on the local network.</string>
	<key>PayloadDisplayName</key>
	<string>Rootline local CA</string>
	<key>PayloadIdentifier</key>
	<string>rootline.local.{{.ProfileID}}</string>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>{{.ProfileID}}</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
</dict>
</plist>
`))
