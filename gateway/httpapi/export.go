package httpapi

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/rootline/rootline/gateway/export"
	"github.com/rootline/rootline/gateway/presentation"
)

// exportTime is how long an export may take, over a poor line.
const exportTime = 30 * time.Minute

// exports registers an operation that answers with everything that matches, as a file. It is read from one snapshot into a
// temporary file before it is sent: a slow line holds no snapshot, and an export that cannot be finished is a refusal.
func exports[I any](s *Server, api huma.API, path, id, summary string, handle func(*presentation.Reply, *I) (*export.File, error), types ...string) {
	files(s, api, get, path, id, summary, handle, says(types...))
}

// files registers such an operation by any method.
func files[I any](s *Server, api huma.API, method, path, id, summary string, handle func(*presentation.Reply, *I) (*export.File, error), options ...option) {
	add(api, signedIn, method, path, id, summary, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		ctx, cancel := context.WithTimeout(ctx, exportTime)
		defer cancel()
		select {
		case s.exporting <- struct{}{}:
			defer func() { <-s.exporting }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		v, err := s.reply(ctx)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		nameBlock(ctx, v.At.Number)
		e, err := handle(v.Reply, in)
		if err != nil {
			return nil, err
		}
		file, err := e.Spool(s.config.Spool)
		if err != nil {
			return nil, err
		}
		return sendExport(e, file), nil
	}, append(options, takesItsTime, weighs(exportWeight), namesBlock)...)
}

// exportsAtOnce is how many exports are read at a time: each holds a reader meanwhile, of which there are four or more.
const exportsAtOnce = 2

// sendExport answers with the file. One that is cut off does not look whole.
func sendExport(e *export.File, file *os.File) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer file.Close()
		c := humagin.Unwrap(hc)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(exportTime))
		c.Header("Content-Type", e.Type)
		c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="rootline-%s.%s"`, e.Name, e.Extension))
		c.Header("Cache-Control", "no-store")
		c.Status(http.StatusOK)
		if _, err := io.Copy(c.Writer, file); err != nil {
			if hc.Context().Err() == nil {
				slog.ErrorContext(hc.Context(), "an export was cut off", "table", e.Name, "err", err)
			}
			panic(http.ErrAbortHandler)
		}
	}}
}
