package strictjson

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// ReadList reads one object with exactly one member, called name, whose value is a list, and hands the bytes of each
// element to take as they come. What is held at a time is one element, of whatever length r lets through. Past most
// elements the rest is only counted. Errors are an *Error, what r returned, or what take returned.
func ReadList(r io.Reader, name string, most int, take func(element []byte) error) (n int, err error) {
	kept := &errReader{r: r}
	dec := jsontext.NewDecoder(kept)
	fail := func(err error) (int, error) {
		if kept.err != nil {
			return n, kept.err
		}
		var strict *Error
		if errors.As(err, &strict) {
			return n, strict
		}
		return n, explain(err)
	}
	if err := open(dec, name); err != nil {
		return fail(err)
	}
	for dec.PeekKind() != ']' {
		if n++; n > most {
			if err := dec.SkipValue(); err != nil {
				return fail(err)
			}
			continue
		}
		element, err := dec.ReadValue()
		if err != nil {
			return fail(err)
		}
		if err := take(element); err != nil {
			var strict *Error
			if errors.As(err, &strict) {
				return n, &Error{Pointer: "/" + name + "/" + strconv.Itoa(n-1) + strict.Pointer, Reason: strict.Reason}
			}
			return n, err
		}
	}
	for range 2 { // ] and }
		if tok, err := dec.ReadToken(); err != nil {
			return fail(err)
		} else if k := tok.Kind(); k != ']' && k != '}' {
			return n, &Error{Pointer: "/" + tok.String(), Reason: "unknown name"}
		}
	}
	if _, err := dec.ReadToken(); err == nil {
		return n, &Error{Reason: "more than one value"}
	} else if !errors.Is(err, io.EOF) || kept.err != nil {
		return fail(err)
	}
	return n, nil
}

// open reads up to the first element of the list.
func open(dec *jsontext.Decoder, name string) error {
	for _, want := range []jsontext.Kind{'{', '"', '['} {
		tok, err := dec.ReadToken()
		switch {
		case err != nil:
			return err
		case tok.Kind() == '}':
			return &Error{Reason: "the member " + name + " is missing"}
		case tok.Kind() != want:
			return &Error{Pointer: string(dec.StackPointer()), Reason: "value of another type than expected"}
		case want == '"' && tok.String() != name:
			return &Error{Pointer: string(dec.StackPointer()), Reason: fmt.Sprintf("unknown name, where only %s is expected", name)}
		}
	}
	return nil
}

// errReader remembers why reading ended.
type errReader struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (r *errReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}
