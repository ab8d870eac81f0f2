//go:build !unix

package importer

import "os"

// lock does nothing here: the systems that Rootline is run on all have the other version.
func lock(*os.File) error { return nil }
