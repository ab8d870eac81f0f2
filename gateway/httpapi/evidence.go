package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/storage"
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
		return h, problem.BadRequest(rootline.Text{En: "The address of evidence ends with its SHA-256: %v.", Zh: "证据地址应以其 SHA-256 结尾：%v。"}.Fill(err))
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
	return s.sendEvidence(ctx, in, s.Evidence.Open)
}

func (s *Server) sendEvidence(ctx context.Context, in *EvidencePath, open func(context.Context, rootline.Hash) (*evidence.File, error)) (*huma.StreamResponse, error) {
	h, err := in.hash()
	if err != nil {
		return nil, err
	}
	file, err := open(ctx, h)
	if err != nil {
		return nil, notThere(h, err)
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

// notThere says why a file is not given; what is a fault of the disk stays one.
func notThere(h rootline.Hash, err error) error {
	switch {
	case errors.Is(err, evidence.ErrDamaged):
		return &rootline.Error{Code: problem.CodeEvidenceDamaged, Says: damagedFile}
	case errors.Is(err, evidence.ErrNotStored):
		return problem.NotFound(rootline.Text{En: "evidence", Zh: "佐证文件"}, h.String())
	}
	return err
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

const offsetHeader = "Upload-Offset"

// partUpload is a part of a file, with its place in it.
type partUpload struct {
	EvidencePath
	incoming
	Offset int64 `header:"Upload-Offset" required:"true" minimum:"0" doc:"How many bytes of the file come before the body"`
	Length int64 `header:"Upload-Length" required:"true" minimum:"1" doc:"Length of the whole file, in bytes"`
}

// Resolve implements huma.Resolver.
func (u *partUpload) Resolve(ctx huma.Context) []error { u.take(ctx); return nil }

type partStored struct {
	Status int
	Offset int64 `header:"Upload-Offset" doc:"How many bytes of the file have arrived"`
}

// appendEvidence takes a part of a file. What arrives of it is kept, even when the line is cut before its end.
func (s *Server) appendEvidence(ctx context.Context, in *partUpload) (*partStored, error) {
	h, err := in.hash()
	if err != nil {
		return nil, err
	}
	n, whole, err := s.Evidence.Append(ctx, evidence.Part{
		Hash: h, By: ownerOf(ctx), Offset: in.Offset, Length: in.Length, Body: in.body, Interrupt: in.interrupt,
	})
	if err != nil {
		return nil, partProblem(n, in.Length, err)
	}
	if !whole {
		return &partStored{Status: http.StatusNoContent, Offset: n}, nil
	}
	s.Stored(ctx, h)
	return &partStored{Status: http.StatusCreated, Offset: n}, nil
}

// partProblem says what is wrong with a part, and in the header where to go on.
func partProblem(n, length int64, err error) error {
	var elsewhere *evidence.OffsetError
	switch {
	case errors.As(err, &elsewhere):
		n = elsewhere.Offset
		return at(n, &rootline.Error{Code: problem.CodeEvidenceOffset, Says: rootline.Text{
			En: fmt.Sprintf("%d bytes of this file have arrived. Go on from there.", n), Zh: fmt.Sprintf("该文件已收到 %d 字节。请从该处继续发送。", n),
		}})
	case errors.Is(err, evidence.ErrOther):
		return at(0, &rootline.Error{Code: problem.CodeEvidenceHash, Says: otherBytes})
	case errors.Is(err, evidence.ErrLength):
		return at(0, problem.BadRequest(rootline.Text{
			En: fmt.Sprintf("More than the %d bytes that Upload-Length says have come. Nothing was kept; send the file again.", length),
			Zh: fmt.Sprintf("收到的内容超过 Upload-Length 所示的 %d 字节。未保存；请重新发送。", length),
		}))
	case errors.Is(err, evidence.ErrEmpty):
		return at(0, problem.BadRequest(emptyFile))
	case errors.Is(err, evidence.ErrTooLarge) || problem.IsTooLong(err):
		return at(n, problem.TooLarge(evidence.MaxBytes))
	case errors.As(err, new(*evidence.QuotaError)) || errors.Is(err, evidence.ErrNoRoom) || storage.Full(err):
		// What has come of the file stays, and is gone on with when there is place.
		p := problem.Of(err)
		p.Header = offsetAt(n)
		return p
	case n > 0:
		// The line was cut. Most often nobody hears this.
		return at(n, problem.BadRequest(rootline.Text{
			En: fmt.Sprintf("The line was cut. %d bytes have arrived; go on from there.", n), Zh: fmt.Sprintf("连接中断。已收到 %d 字节，请从该处继续发送。", n),
		}))
	}
	return err
}

func at(offset int64, r *rootline.Error) *problem.Problem {
	p := problem.From(r)
	p.Header = offsetAt(offset)
	return p
}

func offsetAt(n int64) http.Header {
	return http.Header{offsetHeader: {strconv.FormatInt(n, 10)}}
}

// hasEvidence says whether a file is stored. Of one that is not, it says in Upload-Offset how many bytes have come
// from the device that asks.
func (s *Server) hasEvidence(ctx context.Context, in *EvidencePath) (*huma.StreamResponse, error) {
	h, err := in.hash()
	if err != nil {
		return nil, err
	}
	// Who asks is about to send an event that names it.
	if _, err := s.Evidence.Claim(ctx, h); err != nil {
		return nil, err
	}
	out, err := s.sendEvidence(ctx, in, s.Evidence.OpenChecked)
	if code := rootline.CodeOf(err); err == nil || code != rootline.CodeNotFound && code != problem.CodeEvidenceDamaged {
		return out, err
	}
	n, fault := s.Evidence.Offset(ctx, h, caller(ctx).device.Kid)
	if fault != nil {
		return nil, fault
	}
	return nil, at(n, rootline.AsError(err))
}
