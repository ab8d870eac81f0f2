package importer

import "github.com/rootline/rootline"

// The codes of what is wrong with a row before anything is signed. What a gateway refuses has the gateway's codes.
const (
	CodeEmpty      rootline.Code = "cell-empty"
	CodeEncoding   rootline.Code = "cell-not-utf8"
	CodeErrorValue rootline.Code = "cell-error-value"
	CodeNumber     rootline.Code = "cell-not-a-number"
	CodeAmbiguous  rootline.Code = "cell-number-ambiguous"
	CodeInexact    rootline.Code = "cell-not-whole"
	CodeTooLarge   rootline.Code = "cell-number-too-large"
	CodeYear       rootline.Code = "cell-not-a-year"
	CodeMoment     rootline.Code = "cell-not-a-date"
	CodeChoice     rootline.Code = "cell-not-a-choice"
	CodePosition   rootline.Code = "cell-not-a-position"
	CodePoint      rootline.Code = "cell-not-a-point"
	CodeRowShape   rootline.Code = "row-of-other-length"
	CodeRowCSV     rootline.Code = "row-not-csv"
	CodeKeyTwice   rootline.Code = "row-key-twice"
	CodeChanged    rootline.Code = "row-changed-after-import"
	CodeEventForm  rootline.Code = "row-not-an-event"
)

var words = map[rootline.Code]rootline.Text{
	CodeEmpty:      {En: "The cell is empty, and the action needs it. Fill it in.", Zh: "单元格为空，而该操作需要此项。请填写。"},
	CodeEncoding:   {En: "The cell is not UTF-8 text. Save the file as CSV UTF-8.", Zh: "单元格不是 UTF-8 文本。请另存为 CSV UTF-8。"},
	CodeErrorValue: {En: "The spreadsheet holds an error here, or a formula without a result, and no value. Let it compute and save it again, or write the value. Name it under “empty” where it means “not known”.", Zh: "此处为电子表格的错误值，或没有结果的公式，不是有效值。请重新计算并保存，或直接填写；若表示“未知”，请列入 empty。"},
	CodeNumber:     {En: "Not a number. Write digits, with a point before decimals and no unit.", Zh: "不是数字。请只写数字，小数点用“.”，不带单位。"},
	CodeAmbiguous:  {En: "It may be %v or %v. Say in the mapping which mark this column has before decimals, or write the number without one.", Zh: "可读作 %v 或 %v。请在映射中指明该列的小数点，或改写为不含分隔符的数字。"},
	CodeInexact:    {En: "Not a whole number%v. Correct it, or let the mapping round it.", Zh: "换算后不是整数%v。请更正，或在映射中设定舍入。"},
	CodeTooLarge:   {En: "The number is too large to be kept.", Zh: "数字过大，无法保存。"},
	CodeYear:       {En: "Not a year of four digits.", Zh: "不是四位数的年份。"},
	CodeMoment:     {En: "Not a date of the form %v.", Zh: "不是 %v 格式的日期。"},
	CodeChoice:     {En: "Not one of: %v. Correct it, or add it to the mapping's choices.", Zh: "不在以下选项之内：%v。请更正，或加入映射的选项。"},
	CodePosition:   {En: "Not a position in degrees of WGS 84, like 38.912345 or 38°54'44\"N, latitude from -90 to 90, longitude from -180 to 180.", Zh: "不是 WGS 84 的经纬度（如 38.912345 或 38°54′44″N；纬度 -90 至 90，经度 -180 至 180）。"},
	CodePoint:      {En: "Not a whole position. Where one column holds both, they are like POINT(115.9 38.9), or like 38.9N, 115.9E.", Zh: "不是完整的坐标。同一列含经纬度时，应如 POINT(115.9 38.9) 或 38.9N, 115.9E。"},
	CodeRowShape:   {En: "The row has %v cells, the heading %v. A comma inside a text needs quotes around the text.", Zh: "该行有 %v 个单元格，表头有 %v 个。含逗号的文字需加引号。"},
	CodeRowCSV:     {En: "The row is not CSV: a quote stands where none may, or is never closed. Put quotes around the whole cell, and write those within it twice.", Zh: "该行不是有效的 CSV：引号位置有误或未闭合。请用引号括住整个单元格，其中的引号写两次。"},
	CodeKeyTwice:   {En: "Line %v has the same key. Each row is one thing: remove one of them, or correct its key.", Zh: "第 %v 行的键与此相同。每行对应一个物品：请删除其一或更正其键。"},
	CodeChanged:    {En: "This row was imported before with other content. What is recorded stays; correct it by an event.", Zh: "该行此前已导入，内容不同。已记录的内容不变；请用更正事件修改。"},
	CodeEventForm:  {En: "The row makes no event: %v.", Zh: "该行不能成为事件：%v。"},
}

// Fault is what is wrong with one cell of a row, or with the row when it names no column.
type Fault struct {
	Column string
	Value  string
	Code   rootline.Code
	Says   rootline.Text
}

func fault(column, value string, code rootline.Code, args ...any) *Fault {
	return &Fault{Column: column, Value: value, Code: code, Says: words[code].Fill(args...)}
}
