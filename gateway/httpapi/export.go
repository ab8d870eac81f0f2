package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/rootline/rootline"
)

// exportTime is how long an export may take, over a poor line.
const exportTime = 30 * time.Minute

// The forms of an export.
const (
	formCSV  = "csv"
	formXLSX = "xlsx"
	typeCSV  = "text/csv; charset=utf-8"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Exporting is what every export can be asked.
type Exporting struct {
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
	Lang   string `query:"lang" enum:"en,zh" default:"en" doc:"Language of headings, and of titles of kinds, states and choices"`
}

// tableColumn is one of a table: its heading, and what a row has there.
type tableColumn[T any] struct {
	name  string
	title rootline.Text
	cell  func(*T) any
}

// exported answers with everything that each gives, as a table. What is wrong with the request is known before; an
// export that cannot be finished is cut off, so that it does not look whole.
func exported[T any](e Exporting, name string, title rootline.Text, columns []tableColumn[T], each func(ctx context.Context, row func(*T) error) error) *huma.StreamResponse {
	kind := typeCSV
	if e.Format == formXLSX {
		kind = typeXLSX
	}
	return streamed(name, kind, e.Format, func(ctx context.Context, w *bufio.Writer) error {
		return writeTable(ctx, w, e, title, columns, each)
	})
}

// streamed answers with a file that is written while it is read.
func streamed(name, kind, extension string, write func(ctx context.Context, w *bufio.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		c := humagin.Unwrap(hc)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(exportTime))
		ctx, cancel := context.WithTimeout(hc.Context(), exportTime)
		defer cancel()
		c.Header("Content-Type", kind)
		c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="rootline-%s.%s"`, name, extension))
		c.Header("Cache-Control", "no-store")
		c.Status(http.StatusOK)
		w := bufio.NewWriterSize(c.Writer, 64<<10)
		err := write(ctx, w)
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			if hc.Context().Err() == nil {
				slog.ErrorContext(ctx, "an export was cut off", "table", name, "err", err)
			}
			panic(http.ErrAbortHandler)
		}
	}}
}

func writeTable[T any](ctx context.Context, w io.Writer, e Exporting, title rootline.Text, columns []tableColumn[T], each func(ctx context.Context, row func(*T) error) error) error {
	var t tableWriter
	if e.Format == formXLSX {
		t = newXLSXTable(w, title.In(e.Lang))
	} else {
		var err error
		if t, err = newCSVTable(w); err != nil {
			return err
		}
	}
	line := make(cells, len(columns))
	for i := range columns {
		line[i] = columns[i].title.In(e.Lang)
	}
	err := t.row(line)
	if err == nil {
		err = each(ctx, func(r *T) error {
			for i := range columns {
				line[i] = columns[i].cell(r)
			}
			return t.row(line)
		})
	}
	if err != nil {
		return err
	}
	return t.close()
}

// filled is a text, or nothing for an empty cell.
func filled(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// moment is an instant as the ledger has it, in UTC.
func moment(i rootline.Instant) any {
	if i == 0 {
		return nil
	}
	return i.String()
}

// latitude and longitude are in degrees, as spreadsheets show them.
func latitude(p *rootline.Position) any {
	if p == nil {
		return nil
	}
	return float64(p.Lat) / 1e6
}

func longitude(p *rootline.Position) any {
	if p == nil {
		return nil
	}
	return float64(p.Lon) / 1e6
}
