package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/problem"
)

// evidenceTime is how long one file may take to come or go: 25 MiB over a poor line.
const evidenceTime = 10 * time.Minute

// EvidencePath is the hash in a path.
type EvidencePath struct {
	SHA256 string `path:"sha256" doc:"SHA-256 of the bytes, 64 lower-case hexadecimal digits"`
}

func (in *EvidencePath) hash() (rootline.Hash, error) {
	h, err := rootline.ParseHash(in.SHA256)
	if err != nil {
		return h, problem.BadRequest(rootline.Text{En: "The address of evidence ends with its SHA-256: " + err.Error() + ".", Zh: "证据地址应以其 SHA-256（64 位小写十六进制）结尾。"})
	}
	return h, nil
}

// incoming is a body that is read as it comes, and never as a whole into memory.
type incoming struct {
	body io.Reader
	// length is that of body, less than 0 when it is not known.
	length int64
	// interrupt ends the reading of body.
	interrupt func()
}

func (in *incoming) take(ctx huma.Context) {
	deadline := time.Now().Add(evidenceTime)
	control := http.NewResponseController(humagin.Unwrap(ctx).Writer)
	_, _ = control.SetReadDeadline(deadline), control.SetWriteDeadline(deadline)
	in.body, in.length = ctx.BodyReader(), humagin.Unwrap(ctx).Request.ContentLength
	in.interrupt = func() { _ = control.SetReadDeadline(time.Now()) }
}

// upload is a whole file.
type upload struct {
	EvidencePath
	incoming
}

// Resolve implements huma.Resolver.
func (u *upload) Resolve(ctx huma.Context) []error { u.take(ctx); return nil }

type stored struct {
	Status int
	Body   struct {
		SHA256 rootline.Hash `json:"sha256"`
	}
}

// ownerOf is whose quota a file counts for.
func ownerOf(ctx context.Context) evidence.Owner {
	d := caller(ctx).device
	return evidence.Owner{Device: d.Kid, Organisation: d.Organisation}
}

// putEvidence stores a file under its hash.
func (s *Server) putEvidence(ctx context.Context, in *upload) (*stored, error) {
	h, err := in.hash()
	if err != nil {
		return nil, err
	}
	fresh, err := s.Evidence.Put(ctx, ownerOf(ctx), h, in.length, in.body)
	switch {
	case errors.Is(err, evidence.ErrOther):
		return nil, problem.BadRequest(otherBytes)
	case errors.Is(err, evidence.ErrEmpty):
		return nil, problem.BadRequest(emptyFile)
	case errors.Is(err, evidence.ErrTooLarge) || problem.IsTooLong(err):
		return nil, problem.TooLarge(evidence.MaxBytes)
	case err != nil:
		return nil, err
	}
	s.Stored(ctx, h)
	out := &stored{Status: http.StatusOK}
	if fresh {
		out.Status = http.StatusCreated
	}
	out.Body.SHA256 = h
	return out, nil
}

var (
	otherBytes = rootline.Text{
		En: "The bytes that arrived have another SHA-256 than the address says. Nothing was kept; send the file again.",
		Zh: "收到的内容与地址中的 SHA-256 不符。未保存；请重新发送。",
	}
	damagedFile = rootline.Text{
		En: "The file that this gateway held was changed on its disk: it is not what was signed, and is set aside. Whoever has the file can send it again.",
		Zh: "此网关保存的文件已在磁盘上被改动，与签名内容不符，已被隔离。持有原文件者可重新发送。",
	}
	emptyFile = rootline.Text{En: "The file is empty. Send its bytes as the body.", Zh: "文件为空。请将文件内容作为请求正文发送。"}
)

// harmless are the types that a browser may show by itself. Everything else is for saving only, PDF too: what someone
// uploaded must not run as this site.
var harmless = map[string]bool{"image/jpeg": true, "image/png": true, "image/webp": true, "image/gif": true}

// getEvidence sends a file, or the parts of it that are asked for (RFC 9110, section 14).
func (s *Server) getEvidence(ctx context.Context, in *EvidencePath) (*huma.StreamResponse, error) {
	h, err := in.hash()
	if err != nil {
		return nil, err
	}
	file, err := s.Evidence.Open(ctx, h)
	if errors.Is(err, evidence.ErrDamaged) {
		return nil, &rootline.Error{Code: problem.CodeEvidenceDamaged, Says: damagedFile}
	}
	if errors.Is(err, evidence.ErrNotStored) {
		return nil, problem.NotFound("evidence " + h.String())
	}
	if err != nil {
		return nil, err
	}
	kind, err := sniff(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer file.Close()
		c := humagin.Unwrap(hc)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(evidenceTime))
		way := "attachment"
		if harmless[kind] {
			way = "inline"
		}
		c.Header("Content-Type", kind)
		c.Header("Content-Disposition", way) // whoever links to it knows its type, and names it
		c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
		c.Header("Cache-Control", "private, max-age=31536000, immutable")
		c.Header("ETag", `"`+h.String()+`"`)
		http.ServeContent(c.Writer, c.Request, "", time.Time{}, file)
	}}, nil
}

// sniff finds the type of a file from its first bytes; who uploaded it has no say.
func sniff(f io.ReadSeeker) (string, error) {
	var head [512]byte
	n, err := io.ReadFull(f, head[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	kind, _, _ := strings.Cut(http.DetectContentType(head[:n]), ";")
	if kind == "text/html" || kind == "text/xml" {
		kind = "text/plain"
	}
	return kind, nil
}
