package labels

import (
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels/symbol"
)

// layout says where the parts of a label are, from its upper left corner. It is the same for all labels of a job.
type layout struct {
	module           Length
	symbolX, symbolY Length
	code             codeBlock
	text             box
}

// codeBlock is where the code stands for people.
type codeBlock struct {
	size   Length // of the letters' em
	groups int    // groups of four in a line
	lines  int
	// x and y are the left end of the first base line, or its middle when the block is centred.
	x, y     Length
	centred  bool
	lineStep Length
}

// box is an area.
type box struct{ x, y, width, height Length }

// How text is set, in micrometres and per cent of the em.
const (
	codeSizeMost  Length = 3200
	codeSizeLeast Length = 1900 // about 5.4 points; below that a code is misread
	codeStep             = 125  // from base line to base line
	codeCap              = 75   // height of digits and capitals, with a hair to spare
	monoAdvance          = 60   // width of a character of the code's typeface
	gap           Length = 1000 // between the symbol's quiet zone and what is above or below
)

// arrange lays out a label whose QR code has modules on a side and whose longest code has the given length.
func arrange(j *Job, modules, longest int) (*layout, error) {
	t := &j.Template
	l := &layout{}
	hasText := j.hasText()
	groups := (longest + 3) / 4
	n := Length(modules)
	if t.Beside {
		return l, l.arrangeBeside(j, n, groups, longest)
	}
	l.code = setCode(groups, longest, t.Width-2*t.Pad)
	l.code.y = t.Height - t.Pad - Length(l.code.lines-1)*l.code.lineStep
	codeTop := l.code.y - l.code.size*codeCap/100
	// The quiet zone may reach to the label's edge, and down to the code.
	if err := l.setModule(j, n, min(codeTop, t.Width)); err != nil {
		return nil, err
	}
	side, quiet := n*l.module, symbol.QuietZone*l.module
	l.symbolY = t.wholeDots(max(quiet, (codeTop-side)/2))
	l.symbolX = t.wholeDots((t.Width - side) / 2)
	l.code.x, l.code.centred = t.Width/2, true
	if hasText {
		l.symbolX = max(quiet, t.Pad)
		l.code = setCode(groups, longest, t.Width-l.symbolX-t.Pad)
		l.code.x, l.code.y = l.symbolX, t.Height-t.Pad-Length(l.code.lines-1)*l.code.lineStep
		textX := l.symbolX + side + quiet
		l.text = box{textX, l.symbolY, t.Width - t.Pad - textX, side}
	}
	return l, nil
}

// arrangeBeside puts the QR code at the left and everything else to its right.
func (l *layout) arrangeBeside(j *Job, n Length, groups, longest int) error {
	t := &j.Template
	if err := l.setModule(j, n, t.Height); err != nil {
		return err
	}
	side, quiet := n*l.module, symbol.QuietZone*l.module
	l.symbolX, l.symbolY = max(quiet, t.Pad), t.wholeDots((t.Height-side)/2)
	x := l.symbolX + side + quiet
	l.code = setCode(groups, longest, t.Width-t.Pad-x)
	if l.code.size < codeSizeLeast {
		return j.noRoom(side)
	}
	height := Length(l.code.lines-1) * l.code.lineStep
	l.code.x = x
	l.code.y = l.symbolY + side - height
	top := l.code.y - l.code.size*codeCap/100
	if top < t.Pad {
		return j.noRoom(side)
	}
	if !j.hasText() { // nothing is above: the code stands in the middle
		l.code.y = (t.Height-height)/2 + l.code.size*codeCap/200
	}
	l.text = box{x, l.symbolY, t.Width - t.Pad - x, top - gap - l.symbolY}
	return nil
}

// setModule finds the side of a module, with room for the symbol and its quiet zone.
func (l *layout) setModule(j *Job, n, room Length) error {
	t := &j.Template
	whole := t.wholeDots
	most := whole(room / (n + 2*symbol.QuietZone))
	if j.Symbol != 0 {
		l.module = whole(j.Symbol / n)
		if l.module > most {
			return j.noRoom(j.Symbol)
		}
	} else {
		l.module = min(most, whole(t.Symbol/n))
	}
	if l.module < MinModule {
		wanted := j.Symbol
		if wanted == 0 {
			wanted = min(t.Symbol, most*n)
		}
		// The least side, with whole dots, rounded up to what people set.
		dot := max(t.Dot, 1)
		least := (MinModule + dot - 1) / dot * dot * n
		return refuse(CodeModule, inMillimetres(max(0, wanted/n)), inMillimetres(MinModule), inMillimetres((least+99)/100*100))
	}
	return nil
}

func (j *Job) noRoom(side Length) error {
	return refuse(CodeRoom, inMillimetres(side), size(j.Template.Width, j.Template.Height))
}

func (j *Job) hasText() bool {
	if anyText(j.Text) {
		return true
	}
	for i := range j.Labels {
		if anyText(j.Labels[i].Text) {
			return true
		}
	}
	return false
}

func anyText(lines []string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			return true
		}
	}
	return false
}

// setCode divides a code into as few lines as are legible in a width.
func setCode(groups, longest int, width Length) codeBlock {
	var b codeBlock
	for b.lines = 1; ; b.lines++ {
		b.groups = (groups + b.lines - 1) / b.lines
		characters := min(longest+(longest-1)/4, 5*b.groups-1)
		b.size = min(codeSizeMost, width*100/(monoAdvance*Length(characters)))
		if b.size >= codeSizeLeast || b.groups == 1 {
			break
		}
	}
	b.lines = (groups + b.groups - 1) / b.groups
	b.lineStep = b.size * codeStep / 100
	return b
}

// split gives the lines of a code.
func (b *codeBlock) split(code string) []string {
	var lines []string
	for len(code) > 0 {
		n := min(len(code), 4*b.groups)
		lines = append(lines, rootline.GroupCode(code[:n]))
		code = code[n:]
	}
	return lines
}
