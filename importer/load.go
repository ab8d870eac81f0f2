package importer

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseMapping reads a mapping's YAML. Names that it does not know are refused. Every error is a *MappingError.
func ParseMapping(text []byte) (*Mapping, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var m Mapping
	if err := dec.Decode(&m); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &MappingError{Reason: "it is empty"}
		}
		return nil, &MappingError{Reason: yamlReason(err)}
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, &MappingError{Reason: "it has more than one document"}
	}
	if wrong := m.wrong(); wrong != nil {
		return nil, wrong
	}
	if _, err := newMomentReader("at", m.At); err != nil {
		return nil, err
	}
	for _, name := range sortedNames(m.Data) {
		if _, err := newCellReader(name, m.Data[name]); err != nil {
			return nil, err
		}
	}
	return &m, nil
}

// yamlReason keeps the line numbers of the YAML library's errors and leaves out its Go types.
func yamlReason(err error) string {
	var types *yaml.TypeError
	if !errors.As(err, &types) {
		return strings.TrimPrefix(err.Error(), "yaml: ")
	}
	lines := make([]string, len(types.Errors))
	for i, line := range types.Errors {
		line, _, _ = strings.Cut(line, " not found in type ")
		line, _, _ = strings.Cut(line, " into importer.")
		line = strings.Replace(line, ": field ", ": there is no setting ", 1)
		lines[i] = line
	}
	return strings.Join(lines, "; ")
}
