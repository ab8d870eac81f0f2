package labels

import "github.com/rootline/rootline/gateway/labels/pdf"

// Calibration puts right what a printer moves or stretches. The calibration page tells what to measure.
type Calibration struct {
	// OffsetX and OffsetY move everything to the right and down.
	OffsetX, OffsetY Length
	// ScaleX and ScaleY stretch everything about the paper's upper left corner, in millionths; 0 is the same as
	// 1,000,000, which changes nothing.
	ScaleX, ScaleY int64
}

// The range of a calibration. What is further off is a wrong setting of the printer's own.
const (
	Unscaled  int64  = 1_000_000
	MaxOffset Length = 20 * Millimetre
	MinScale  int64  = 900_000
	MaxScale  int64  = 1_100_000
)

// Check refuses a calibration that is out of range, with CodeCalibration.
func (c *Calibration) Check() error {
	for _, s := range []int64{c.ScaleX, c.ScaleY} {
		if s != 0 && (s < MinScale || s > MaxScale) {
			return c.outOfRange()
		}
	}
	if max(c.OffsetX, -c.OffsetX, c.OffsetY, -c.OffsetY) > MaxOffset {
		return c.outOfRange()
	}
	return nil
}

func (c *Calibration) outOfRange() error {
	return refuse(CodeCalibration, inMillimetres(MaxOffset), inMillimetres(MinScale/1000), inMillimetres(MaxScale/1000))
}

// begin starts the content of a page.
func (c *Calibration) begin(dst []byte, t *Template) []byte {
	scale := func(s int64) int64 {
		if s == 0 {
			return Unscaled
		}
		return s
	}
	return pdf.Millimetres(dst, t.PageHeight, c.OffsetX, c.OffsetY, scale(c.ScaleX), scale(c.ScaleY))
}
