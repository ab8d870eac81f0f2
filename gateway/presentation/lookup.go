package presentation

import (
	"slices"

	"github.com/rootline/rootline"
)

// There sorts errors: what is not there, or cannot be what was asked for, is simply not found.
func There(err error) (bool, error) {
	switch {
	case err == nil:
		return true, nil
	case rootline.AsError(err) != nil:
		return false, nil
	}
	return false, err
}

// Undescribed are the names of values that no field describes.
func Undescribed(values rootline.Fields, known map[string]bool) []string {
	var names []string
	for name := range values {
		if !known[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
