package page

import "golang.org/x/text/language"

// The languages of the pages.
const (
	English = "en"
	Chinese = "zh"
)

// offered are the languages by preference: the first is for readers who want none of them.
var (
	offered = []language.Tag{language.English, language.Chinese}
	matcher = language.NewMatcher(offered)
)

// Language chooses the page's language: the value of the query "lang" where it is one of ours, else the best match of
// the header Accept-Language, else English. A page that depends on the header is sent with "Vary: Accept-Language".
func Language(query, acceptLanguage string) string {
	if query == English || query == Chinese {
		return query
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return English
	}
	if _, i, confidence := matcher.Match(wanted...); confidence > language.No && offered[i] == language.Chinese {
		return Chinese
	}
	return English
}
