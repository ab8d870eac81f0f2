package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/storage"
)

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
	out, err := s.getEvidence(ctx, in)
	if code := rootline.CodeOf(err); err != nil && code != rootline.CodeNotFound && code != problem.CodeEvidenceDamaged {
		return nil, err
	}
	if err == nil {
		// Who asks is about to send an event that names it.
		_, err = s.Evidence.Claim(ctx, h)
		return out, err
	}
	n, fault := s.Evidence.Offset(ctx, h, caller(ctx).device.Kid)
	if fault != nil {
		return nil, fault
	}
	return nil, at(n, rootline.AsError(err))
}
