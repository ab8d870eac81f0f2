package labels

import (
	"strings"

	"github.com/rootline/rootline"
)

// howTo says what to do with a calibration page. The cross's distance and the rulers' lengths are filled in.
var howTo = []rootline.Text{
	{En: "1. Print this at 100 %, without fitting it to the page.", Zh: "1. 按 100 % 打印，不要缩放到页面。"},
	{En: "2. Measure the rulers. They should be {across} mm across and {down} mm down. If not:", Zh: "2. 测量标尺：横向应为 {across} 毫米，纵向应为 {down} 毫米。若不符："},
	{En: "    multiply --scale-x by {across} and divide it by what you measure across;", Zh: "    将 --scale-x 乘以 {across}，再除以横向实测值；"},
	{En: "    multiply --scale-y by {down} and divide it by what you measure down; print again.", Zh: "    将 --scale-y 乘以 {down}，再除以纵向实测值；然后重新打印。"},
	{En: "3. Measure from the paper's edges to the upper left cross. Both should be {edge} mm. If not:", Zh: "3. 测量纸边到左上角十字的距离，均应为 {edge} 毫米。若不符："},
	{En: "    add {edge} to --offset-x and take away what you measure from the left;", Zh: "    将 --offset-x 加 {edge}，再减去距左边的实测值；"},
	{En: "    add {edge} to --offset-y and take away what you measure from the top; print again.", Zh: "    将 --offset-y 加 {edge}，再减去距上边的实测值；然后重新打印。"},
	{En: "4. Hold it with a sheet of labels against the light. The grey outlines should meet the labels.", Zh: "4. 与标签纸叠在一起对光查看，灰色边框应与标签重合。"},
}

// words writes the instructions where the page has room for them: in English, and in Chinese if the machine has a font for it.
func (d *drawing) words(t *Template, m markings) {
	x, y := m.rulerX+m.size*2, m.rulerY+m.size*3
	say := func(text string) {
		d.write(x, y, m.size, text)
		y += m.size * 8 / 5
	}
	edge := inMillimetres(m.edge)
	if t.PageHeight < 100*Millimetre {
		say("crosses " + edge + " mm from the edges")
		return
	}
	say("Rootline: calibration of " + t.Name)
	wanted := map[rune]bool{}
	var english, chinese []string
	fill := strings.NewReplacer("{edge}", edge, "{across}", inMillimetres(m.across), "{down}", inMillimetres(m.down)).Replace
	for _, line := range howTo {
		english, chinese = append(english, fill(line.En)), append(chinese, fill(line.Zh))
		for _, r := range line.Zh {
			if !d.faces.text.Has(r) {
				wanted[r] = true
			}
		}
	}
	y += m.size
	for _, line := range english {
		say(line)
	}
	var err error
	if d.faces.wide, err = findFace("", wanted); err != nil {
		return // English will do
	}
	y += m.size
	for _, line := range chinese {
		say(line)
	}
}
