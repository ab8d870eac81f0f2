// Package httpapi is the gateway's HTTP API, version 1: JSON in camelCase, OpenAPI 3.1 made from the code, problems as
// RFC 9457 has them. It decodes, asks the parts behind its interfaces, and answers; it knows neither Fabric nor SQL.
//
// routes.go holds the route table with who may call what; each resource has a file of its own.
package httpapi
