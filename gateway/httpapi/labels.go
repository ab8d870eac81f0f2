package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/skip2/go-qrcode"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/limits"
)

// labelsBody is how long a job of labels may be, in bytes: as many labels as one job prints, with some text each.
const labelsBody = limits.LabelsBody

// labelsTime is how long a document of labels may take to be taken, over a poor line.
const labelsTime = 10 * time.Minute

// LabelsBody says what to print.
type LabelsBody struct {
	Template        string      `json:"template" doc:"A sheet or a roll; what is unknown is refused with the list of all" example:"a4-70x37"`
	Labels          labelBodies `json:"labels,omitempty" maxItems:"100000" doc:"In the order in which they are printed"`
	CalibrationPage bool        `json:"calibrationPage,omitempty" doc:"Print a page to measure instead of labels"`
	Start           int         `json:"start,omitempty" doc:"Cell of the first sheet to start at, counted from 1 row by row"`
	Symbol          int64       `json:"symbol,omitempty" doc:"Side of the QR code without its quiet zone, in micrometres; without it, what suits the template"`
	Text            []string    `json:"text,omitempty" doc:"Lines of text on every label"`
	OffsetX         int64       `json:"offsetX,omitempty" doc:"Move everything to the right, in micrometres"`
	OffsetY         int64       `json:"offsetY,omitempty" doc:"Move everything down, in micrometres"`
	ScaleX          int64       `json:"scaleX,omitempty" doc:"Stretch everything across, in millionths; 1000000 changes nothing"`
	ScaleY          int64       `json:"scaleY,omitempty" doc:"Stretch everything down, in millionths"`
}

// LabelBody is one label.
type LabelBody struct {
	Code string   `json:"code" doc:"The code of an asset, or a fresh one that is bound later" example:"95200017H2K9QF3ABCD0"`
	Text []string `json:"text,omitempty" doc:"Lines of text of its own"`
}

// labelBodies are labels, of which no more are read than one job prints.
type labelBodies []LabelBody

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *labelBodies) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '[' {
		return errors.Join(errors.New("labels is a list"), err)
	}
	for dec.PeekKind() != ']' {
		if len(*l) == labels.MaxLabels {
			return fmt.Errorf("at most %d labels go together", labels.MaxLabels)
		}
		var one LabelBody
		if err := jsonv2.UnmarshalDecode(dec, &one, jsonv2.RejectUnknownMembers(true)); err != nil {
			return err
		}
		*l = append(*l, one)
	}
	_, err := dec.ReadToken()
	return err
}

type labelsInput struct{ Body LabelsBody }

// printLabels answers a job of labels as a PDF, written as it is drawn. Whatever is wrong with the job is answered
// before the first byte.
func (s *Server) printLabels(_ context.Context, in *labelsInput) (*huma.StreamResponse, error) {
	b := &in.Body
	template, err := labels.TemplateNamed(b.Template)
	if err != nil {
		return nil, err
	}
	calibration := labels.Calibration{OffsetX: b.OffsetX, OffsetY: b.OffsetY, ScaleX: b.ScaleX, ScaleY: b.ScaleY}
	if b.CalibrationPage {
		if err := calibration.Check(); err != nil {
			return nil, err
		}
		return labelsPDF("calibration", nil, func(_ context.Context, w io.Writer) error {
			return labels.WriteCalibration(w, template, calibration)
		}), nil
	}
	job := labels.Job{
		Template: template, Origin: s.config.Origin, Start: b.Start, Symbol: b.Symbol, Text: b.Text,
		Calibration: calibration, Labels: make([]labels.Label, len(b.Labels)),
	}
	for i, l := range b.Labels {
		job.Labels[i] = labels.Label(l)
	}
	plan, err := job.Prepare()
	if err != nil {
		return nil, err
	}
	return labelsPDF("labels", plan, func(ctx context.Context, w io.Writer) error { return plan.Write(ctx, w, nil) }), nil
}

// TemplateView is a sheet or a roll of labels. Lengths are in micrometres.
type TemplateView struct {
	Name    string        `json:"name" example:"a4-70x37"`
	Title   rootline.Text `json:"title"`
	Columns int           `json:"columns"`
	Rows    int           `json:"rows"`
	Width   int64         `json:"width" doc:"Of one label"`
	Height  int64         `json:"height"`
	Page    [2]int64      `json:"page" doc:"Width and height of the paper"`
	Left    int64         `json:"left" doc:"From the paper's edge to the first label"`
	Top     int64         `json:"top"`
	Pitch   [2]int64      `json:"pitch" doc:"From a label's left and upper edge to the next one's"`
	Symbol  int64         `json:"symbol" doc:"Side of the QR code that suits it"`
}

type templatesOutput struct {
	Body struct {
		Items []TemplateView `json:"items"`
		Most  int            `json:"most" doc:"How many labels one job prints"`
	}
}

// labelTemplates lists what labels can be printed on.
func (s *Server) labelTemplates(context.Context, *struct{}) (*templatesOutput, error) {
	out := &templatesOutput{}
	out.Body.Most = labels.MaxLabels
	for _, t := range labels.Templates() {
		out.Body.Items = append(out.Body.Items, TemplateView{
			Name: t.Name, Title: t.Title, Columns: t.Columns, Rows: t.Rows, Width: t.Width, Height: t.Height,
			Page: [2]int64{t.PageWidth, t.PageHeight}, Left: t.Left, Top: t.Top, Pitch: [2]int64{t.PitchX, t.PitchY}, Symbol: t.Symbol,
		})
	}
	return out, nil
}

// labelsPDF sends a document. One that cannot be finished is cut off, so that it does not look whole.
func labelsPDF(name string, plan *labels.Plan, write func(context.Context, io.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		c := humagin.Unwrap(hc)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(labelsTime))
		c.Header("Content-Type", "application/pdf")
		c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.pdf"`, name))
		if plan != nil {
			c.Header("Rootline-Labels", strconv.Itoa(plan.Labels))
			c.Header("Rootline-Pages", strconv.Itoa(plan.Pages))
			if len(plan.Left) > 0 {
				c.Header("Rootline-Labels-Left-Out", strconv.Itoa(len(plan.Left)))
				c.Header("Rootline-Codes-Left-Out", leftOut(plan.Left))
			}
			c.Header("Rootline-Module-Micrometres", strconv.FormatInt(plan.Module, 10))
		}
		c.Status(http.StatusOK)
		w := bufio.NewWriterSize(c.Writer, 64<<10)
		err := write(hc.Context(), w)
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			slog.DebugContext(hc.Context(), "labels were cut off", "err", err)
			panic(http.ErrAbortHandler)
		}
	}}
}

// mostLeftOut is how many codes of labels that are left out a header names.
const mostLeftOut = 50

// leftOut are the first codes of labels that are not printed, with spaces between.
func leftOut(left []labels.Left) string {
	codes := make([]string, 0, mostLeftOut)
	for _, l := range left[:min(len(left), mostLeftOut)] {
		codes = append(codes, l.Code)
	}
	return strings.Join(codes, " ")
}

type qrInput struct {
	query.CodePath
	Size int `query:"size" minimum:"64" maximum:"2048" default:"512" doc:"Width and height in pixels"`
}

type imageOutput struct {
	Type  string `header:"Content-Type"`
	Cache string `header:"Cache-Control"`
	Body  []byte
}

// qrCache lets browsers keep a QR code for a day: the same code always gives the same picture.
const qrCache = "public, max-age=86400"

// qrText is what an item's QR code says: the same address in upper case, since the alphanumeric mode of QR packs
// upper case tighter. Schemes and hosts know no case (RFC 3986, section 6.2.2.1), and codes are upper case anyway.
func qrText(g *presentation.Gateway, code string) string { return strings.ToUpper(g.Link(code)) }

func (s *Server) qr(code string) (*qrcode.QRCode, error) {
	if err := query.CheckCode(code); err != nil {
		return nil, err
	}
	// Medium correction: a label of 15 mm still scans with a tenth of it scratched.
	return qrcode.New(qrText(s.gateway(), code), qrcode.Medium)
}

// qrSVG draws the code's QR as an SVG of one path, which prints sharply at any size.
func (s *Server) qrSVG(_ context.Context, in *query.CodePath) (*imageOutput, error) {
	q, err := s.qr(in.ID)
	if err != nil {
		return nil, err
	}
	return &imageOutput{Type: "image/svg+xml", Cache: qrCache, Body: svgOf(q.Bitmap(), rootline.GroupCode(in.ID))}, nil
}

// qrPNG draws the code's QR as a PNG.
func (s *Server) qrPNG(_ context.Context, in *qrInput) (*imageOutput, error) {
	q, err := s.qr(in.ID)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, q.Image(in.Size)); err != nil {
		return nil, err
	}
	return &imageOutput{Type: "image/png", Cache: qrCache, Body: b.Bytes()}, nil
}

// svgOf draws a bitmap, one unit a module. Each run of dark modules in a row is one step of the path.
func svgOf(bitmap [][]bool, title string) []byte {
	var b bytes.Buffer
	n := len(bitmap)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img">`, n, n)
	fmt.Fprintf(&b, `<title>%s</title><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, title, n, n)
	for y, row := range bitmap {
		for x := 0; x < n; x++ {
			if !row[x] {
				continue
			}
			run := x
			for run < n && row[run] {
				run++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, run-x, run-x)
			x = run
		}
	}
	b.WriteString(`"/></svg>`)
	return b.Bytes()
}
