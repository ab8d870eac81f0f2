package network

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"time"
)

// joinOrderer makes the organisation's orderer a member of the channel, unless it is one.
// It speaks the channel participation API with the TLS certificate of the organisation's admin.
func (n *Network) joinOrderer(ctx context.Context, o Org) error {
	client, err := n.ordererAdmin(o)
	if err != nil {
		return fail(CodeFolder, err, "", "the admin certificate of %s cannot be read", o.Name)
	}
	defer client.CloseIdleConnections()
	base := "https://" + n.config.address(o, portOrdererAdmin) + "/participation/v1/channels"
	status, answer, err := call(ctx, client, http.MethodGet, base+"/"+Channel, "", nil)
	if err == nil && status == http.StatusOK {
		return nil
	}
	if err == nil && status != http.StatusNotFound {
		return fail(CodeCommand, nil, "", "the orderer of %s answers %d: %s", o.Name, status, answer)
	}
	block, err := os.ReadFile(n.files.block())
	if err != nil {
		return fail(CodeFolder, err, "", "the channel's first block cannot be read")
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("config-block", "config.block")
	if err == nil {
		_, err = part.Write(block)
	}
	if e := form.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	status, answer, err = call(ctx, client, http.MethodPost, base, form.FormDataContentType(), &body)
	if err != nil || status != http.StatusCreated {
		return fail(CodeCommand, err, "", "the orderer of %s did not join: %d %s", o.Name, status, answer)
	}
	return nil
}

func (n *Network) ordererAdmin(o Org) (*http.Client, error) {
	admin := n.files.admin(o)
	cert, err := tls.LoadX509KeyPair(admin.tls("client.crt"), admin.tls("client.key"))
	if err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(n.files.tlsCA(o))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{
			RootCAs: roots, Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12,
		}},
	}, nil
}

func call(ctx context.Context, client *http.Client, method, url, contentType string, body io.Reader) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return 0, "", err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	return resp.StatusCode, strings.TrimSpace(string(answer)), err
}

// joinPeer makes the organisation's peer a member of the channel, unless it is one.
func (n *Network) joinPeer(ctx context.Context, o Org) error {
	height, err := n.Height(ctx, o)
	if err != nil || height > 0 {
		return err
	}
	_, err = n.peerCommand(o, "channel", "join", "--blockpath", n.files.block()).run(ctx)
	if err != nil && strings.Contains(err.Error(), "already exists") {
		return nil
	}
	return err
}

// peerCommand runs the peer program as a client of the organisation's peer, signing as the organisation's admin.
func (n *Network) peerCommand(o Org, args ...string) command {
	return command{
		Path: n.bin.path("peer"), Args: args, Dir: n.files.peerConfig(o),
		Env: []string{
			"FABRIC_CFG_PATH=" + n.files.peerConfig(o),
			"FABRIC_LOGGING_SPEC=error",
			"CORE_PEER_MSPCONFIGPATH=" + n.files.admin(o).msp(),
		},
	}
}
