package labels

import "github.com/rootline/rootline"

// The codes of what cannot be printed. Nothing is written when one is returned, unless its comment says otherwise.
const (
	CodeTemplate    rootline.Code = "label-template-unknown"
	CodeNone        rootline.Code = "label-none"
	CodeTooMany     rootline.Code = "label-too-many"
	CodeCode        rootline.Code = "label-code-invalid"
	CodePrefix      rootline.Code = "label-prefix-invalid"
	CodeStart       rootline.Code = "label-start-beyond-sheet"
	CodeModule      rootline.Code = "label-module-too-small"
	CodeRoom        rootline.Code = "label-does-not-fit"
	CodeText        rootline.Code = "label-text-too-long"
	CodeFont        rootline.Code = "label-font-missing"
	CodeFontFile    rootline.Code = "label-font-unreadable"
	CodeCalibration rootline.Code = "label-calibration-out-of-range"
	CodeAddress     rootline.Code = "label-address-invalid"
)

var words = map[rootline.Code]rootline.Text{
	CodeTemplate:    {En: "There is no template %q. Choose one of: %v.", Zh: "没有名为 %q 的模板。可选：%v。"},
	CodeNone:        {En: "There is nothing to print. Give at least one code.", Zh: "没有可打印的内容。请至少提供一个编码。"},
	CodeTooMany:     {En: "These are %v labels; one job prints at most %v. Print them in parts.", Zh: "共 %v 张标签，一次最多打印 %v 张。请分批打印。"},
	CodeCode:        {En: "Label %v: %q is no code. A code has 8 to 30 digits and upper-case letters.", Zh: "第 %v 张标签：%q 不是编码。编码为 8 至 30 位数字和大写字母。"},
	CodePrefix:      {En: "%q is no company prefix. It has 4 to 12 digits.", Zh: "%q 不是厂商前缀。前缀为 4 至 12 位数字。"},
	CodeStart:       {En: "A sheet of %[2]v has the cells 1 to %[3]v; there is no cell %[1]v to start at.", Zh: "%[2]v 每张有第 1 至 %[3]v 格，无法从第 %[1]v 格开始。"},
	CodeModule:      {En: "A module of the QR code would measure %v mm; below %v mm it does not scan reliably. Print the code at %v mm or more, on a larger label if need be, or under a shorter address.", Zh: "二维码模块仅 %v 毫米，小于 %v 毫米时难以可靠扫描。请将二维码印成 %v 毫米以上（必要时选用更大的标签），或使用更短的网址。"},
	CodeRoom:        {En: "A QR code of %v mm with its margin and the code below does not fit a label of %v. Print it smaller, or choose a larger label.", Zh: "%v 毫米的二维码连同留白和下方编码放不进 %v 的标签。请印小一些，或选用更大的标签。"},
	CodeText:        {En: "Label %v: the text %q does not fit beside the QR code. Shorten it, or choose a larger label.", Zh: "第 %v 张标签：文字 %q 放不下。请缩短，或选用更大的标签。"},
	CodeFont:        {En: "No font was found that has the character %q. Install one (on Debian: apt-get install fonts-noto-cjk), or name a font file in ROOTLINE_FONT.", Zh: "找不到含有字符 %q 的字体。请安装字体（Debian：apt-get install fonts-noto-cjk），或在 ROOTLINE_FONT 中指定字体文件。"},
	CodeFontFile:    {En: "The font %v cannot be used: %v. Name a TrueType or OpenType file (.ttf, .otf, .ttc) in ROOTLINE_FONT.", Zh: "字体 %v 无法使用：%v。请在 ROOTLINE_FONT 中指定 TrueType 或 OpenType 文件（.ttf、.otf、.ttc）。"},
	CodeCalibration: {En: "The calibration is out of range: offsets go to %v mm either way, scales from %v to %v. Measure the calibration page again.", Zh: "校准值超出范围：偏移不超过 ±%v 毫米，比例为 %v 至 %v。请重新测量校准页。"},
	CodeAddress:     {En: "%q cannot stand in a QR code. Give the address of the site, like https://works.example.", Zh: "%q 不能用于二维码。请提供网站地址，例如 https://works.example。"},
}

// refuse makes the refusal of one of this package's codes.
func refuse(code rootline.Code, args ...any) *rootline.Error {
	return &rootline.Error{Code: code, Says: words[code].Fill(args...)}
}
