package httpapi

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// descriptionPath is where the API describes itself, in several forms.
const descriptionPath = "/openapi"

// openAPI configures huma: OpenAPI 3.1, JSON in and out, read strictly.
func openAPI(config Config) huma.Config {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schemas.RegisterTypeAlias(reflect.TypeFor[rootline.Hash](), reflect.TypeFor[hashSchema]())
	schemas.RegisterTypeAlias(reflect.TypeFor[rootline.Instant](), reflect.TypeFor[instantSchema]())
	schemas.RegisterTypeAlias(reflect.TypeFor[rootline.Value](), reflect.TypeFor[valueSchema]())
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Rootline gateway", Version: "1",
				Description: "Traceability for public works on a shared ledger. Events are signed on people's own devices; this API carries them to the ledger and shows what it holds.",
			},
			Servers: []*huma.Server{{URL: config.Origin}},
			Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
				"bearer": {Type: "http", Scheme: "bearer", Description: "The token that signing in gives"},
				"cookie": {Type: "apiKey", In: "cookie", Name: cookieName, Description: "The cookie that signing in sets; its name begins with __Host- under HTTPS"},
			}},
		},
		OpenAPIPath:   descriptionPath,
		Formats:       map[string]huma.Format{"application/json": strictFormat, "json": strictFormat},
		DefaultFormat: "application/json",
	}
}

// strictFormat reads bodies as events are read: no duplicate or unknown names, no floats, valid UTF-8, bounded depth.
var strictFormat = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		if own, ok := v.(interface{ writeJSON(w io.Writer) error }); ok {
			return own.writeJSON(w)
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(v)
	},
	Unmarshal: strictjson.Decode,
}

type (
	hashSchema    struct{}
	instantSchema struct{}
	valueSchema   struct{}
)

// Schema implements huma.SchemaProvider.
func (hashSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: "^([0-9a-f]{64})?$", Description: "SHA-256 in lower-case hexadecimal digits"}
}

// Schema implements huma.SchemaProvider.
func (instantSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Description: "UTC, with no fraction or three digits of it", Examples: []any{"2026-03-12T08:15:00Z"}}
}

// Schema implements huma.SchemaProvider.
func (valueSchema) Schema(huma.Registry) *huma.Schema {
	one := func(t string) *huma.Schema { return &huma.Schema{Type: t} }
	list := func(t string) *huma.Schema { return &huma.Schema{Type: huma.TypeArray, Items: one(t)} }
	return &huma.Schema{
		Description: "Text, a whole number in the smallest unit, yes or no, or a list of one of the first two",
		OneOf:       []*huma.Schema{one(huma.TypeString), one(huma.TypeInteger), one(huma.TypeBoolean), list(huma.TypeInteger), list(huma.TypeString)},
	}
}

// takes documents a JSON body that the handler reads as it comes.
func takes[T any](api huma.API) option {
	return func(op *huma.Operation) {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {}}}
		op.Metadata[takenKey] = api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	}
}

const takenKey = "taken"

// describeTaken writes what takes said into the description. huma would read the body itself, had it known before.
func describeTaken(op *huma.Operation) {
	if schema, ok := op.Metadata[takenKey].(*huma.Schema); ok {
		op.RequestBody.Content["application/json"].Schema = schema
	}
}

// bytesBody documents a body that is not JSON.
func bytesBody(op *huma.Operation) {
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge)
}

func orConflict(op *huma.Operation) {
	op.Errors = append(op.Errors, http.StatusConflict, http.StatusUnprocessableEntity)
}

func orUnauthorized(op *huma.Operation) {
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
}

// streams documents the messages of the stream.
func streams(api huma.API) option {
	return func(op *huma.Operation) {
		schemas := api.OpenAPI().Components.Schemas
		one := func(event string, of reflect.Type) *huma.Schema {
			return &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
				"event": {Type: huma.TypeString, Enum: []any{event}},
				"id":    {Type: huma.TypeString, Description: "The block's number; send it as Last-Event-ID to go on after it"},
				"data":  schemas.Schema(of, true, ""),
			}}
		}
		op.Responses = map[string]*huma.Response{"200": {Description: "Messages, one JSON document each", Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{OneOf: []*huma.Schema{
				one("block", reflect.TypeFor[BlockNews]()), one("finding", reflect.TypeFor[Finding]()),
				one("device", reflect.TypeFor[DeviceNews]()),
			}}}},
		}}}
	}
}

// rulebookAnswers documents the two forms of a rulebook.
func rulebookAnswers(api huma.API) option {
	return func(op *huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"application/json": {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[RulebookView](), true, "")},
			"application/yaml": {Schema: &huma.Schema{Type: huma.TypeString}},
		}}}
	}
}
