package pages

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

	"github.com/google/uuid"

	"github.com/rootline/rootline/web/page"
)

// The files that the page /install offers.
const (
	RootPath    = page.InstallPath + "/root.crt"
	ProfilePath = page.InstallPath + "/root.mobileconfig"
)

// Root is the certificate of the gateway's own CA, in the forms that devices take.
type Root struct {
	// DER is the certificate, Profile a configuration profile of Apple's that holds it.
	DER, Profile []byte

	fingerprint string
	ends        time.Time
}

// NewRoot reads a certificate in DER; nil for none.
func NewRoot(der []byte) (*Root, error) {
	if der == nil {
		return nil, nil
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("the certificate of the local CA: %w", err)
	}
	r := &Root{DER: der, fingerprint: fmt.Sprintf("% X", sha256.Sum256(der)), ends: cert.NotAfter}
	r.Profile, err = profileOf(der)
	return r, err
}

// Page is the one from which phones install the root of the gateway at a site's address.
func (r *Root) Page(lang, site string) Page {
	return Page{status: http.StatusOK, write: func(w io.Writer) error {
		return page.RenderInstall(w, lang, page.Install{
			Fingerprint: r.fingerprint, Certificate: RootPath, Profile: ProfilePath, Site: site + "/", Ends: r.ends.Format(time.DateOnly),
		})
	}}
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
