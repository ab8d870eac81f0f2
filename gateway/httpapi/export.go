package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
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

// exports registers an operation that answers with everything that matches, as a file. It is read from one snapshot into a
// temporary file before it is sent: a slow line holds no snapshot, and an export that cannot be finished is a refusal.
func exports[I any](s *Server, api huma.API, path, id, summary string, handle func(*reply, *I) (*export, error), types ...string) {
	add(api, signedIn, get, path, id, summary, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
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
		e, err := handle(v, in)
		if err != nil {
			return nil, err
		}
		file, err := e.spool()
		if err != nil {
			return nil, err
		}
		return e.send(file), nil
	}, takesItsTime, says(types...), weighs(exportWeight), namesBlock)
}

// exportsAtOnce is how many exports are read at a time: each holds a reader meanwhile, of which there are four or more.
const exportsAtOnce = 2

// export is a file of everything that matches.
type export struct {
	name, kind, extension string
	write                 func(w *bufio.Writer) error
}

// spool writes the file. It has no name on the disk any more, so that nothing is left when the program ends.
func (e *export) spool() (*os.File, error) {
	file, err := os.CreateTemp("", "rootline-export-*")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	if err == nil {
		w := bufio.NewWriterSize(file, 64<<10)
		if err = e.write(w); err == nil {
			err = w.Flush()
		}
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// send answers with the file. One that is cut off does not look whole.
func (e *export) send(file *os.File) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer file.Close()
		c := humagin.Unwrap(hc)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(exportTime))
		c.Header("Content-Type", e.kind)
		c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="rootline-%s.%s"`, e.name, e.extension))
		c.Header("Cache-Control", "no-store")
		c.Status(http.StatusOK)
		if _, err := io.Copy(c.Writer, file); err != nil {
			if hc.Context().Err() == nil {
				slog.ErrorContext(hc.Context(), "an export was cut off", "table", e.name, "err", err)
			}
			panic(http.ErrAbortHandler)
		}
	}}
}

// asTable is an export of everything that each gives, as a table.
func asTable[T any](e Exporting, name string, title rootline.Text, columns []tableColumn[T], each func(row func(*T) error) error) *export {
	kind := typeCSV
	if e.Format == formXLSX {
		kind = typeXLSX
	}
	return &export{name: name, kind: kind, extension: e.Format, write: func(w *bufio.Writer) error {
		return writeTable(w, e, title, columns, each)
	}}
}

func writeTable[T any](w io.Writer, e Exporting, title rootline.Text, columns []tableColumn[T], each func(row func(*T) error) error) error {
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
		err = each(func(r *T) error {
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
