package importer

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// WriteReport writes the refused rows as CSV, a line for each fault: row (the line of the file), column, value, code,
// reason. lang is "zh" or "en". Cells are as rootline.Cell has them: somebody else wrote the table.
func WriteReport(w io.Writer, refusals []Refusal, lang string) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"row", "column", "value", "code", "reason"})
	for _, r := range refusals {
		for _, f := range r.Faults {
			_ = out.Write([]string{strconv.Itoa(r.Row.Line), rootline.Cell(f.Column), rootline.Cell(f.Value), string(f.Code), rootline.Cell(f.Says.In(lang))})
		}
	}
	out.Flush()
	return out.Error()
}

// WriteFaulty writes the refused rows under the table's heading, so that they can be mended and imported by the same
// mapping. Rows that are not CSV are written as they were.
func WriteFaulty(w io.Writer, p *Plan, refusals []Refusal) error {
	if p.Table.Encoding == "gb18030" {
		encoded := simplifiedchinese.GB18030.NewEncoder().Writer(w)
		if err := writeFaulty(encoded, p, refusals); err != nil {
			return err
		}
		if c, ok := encoded.(io.Closer); ok {
			return c.Close()
		}
		return nil
	}
	if e := p.Table.Encoding; e != "" && e != "utf-8" { // the mark says UTF-8 to every reader
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return err
		}
	}
	return writeFaulty(w, p, refusals)
}

func writeFaulty(w io.Writer, p *Plan, refusals []Refusal) error {
	for range p.Table.Heading - 1 { // the same mapping reads it, with its heading in the same row
		if err := writeRow(w, p, []string{"-"}); err != nil {
			return err
		}
	}
	if err := writeRow(w, p, p.Heading); err != nil {
		return err
	}
	for _, r := range refusals {
		if r.Row.Fault == nil {
			if err := writeRow(w, p, r.Row.Cells); err != nil {
				return err
			}
			continue
		}
		raw := strings.TrimRight(string(r.Row.Raw), "\r\n") + "\n"
		if _, err := io.WriteString(w, raw); err != nil {
			return err
		}
	}
	return nil
}

func writeRow(w io.Writer, p *Plan, cells []string) error {
	var text strings.Builder
	out := csv.NewWriter(&text)
	if p.Table.Delimiter != "" {
		out.Comma = rune(p.Table.Delimiter[0])
	}
	if err := out.Write(cells); err != nil {
		return err
	}
	out.Flush()
	line := text.String()
	if c := p.Table.Comment; c != "" && strings.HasPrefix(line, c) { // a cell like "#12" must not become a comment
		end := strings.IndexAny(line, string(out.Comma)+"\n")
		line = `"` + line[:end] + `"` + line[end:]
	}
	_, err := io.WriteString(w, line)
	return err
}

// WriteCodes writes, for each row that the journal knows, its key columns, the code of its asset, its event, and
// whether it is recorded, as CSV.
func WriteCodes(w io.Writer, p *Plan, j *Journal) error {
	out := csv.NewWriter(w)
	_ = out.Write(append(append([]string{}, p.Key...), "asset", "event", "recorded"))
	err := j.Entries(func(e Entry) error {
		var key []string
		if err := json.Unmarshal([]byte(e.Key), &key); err != nil {
			return err
		}
		return out.Write(append(key, e.Asset, e.Event, strconv.FormatBool(e.Recorded)))
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}
