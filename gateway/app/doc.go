// Package app puts a gateway together from its parts and runs it. Commands and tests boot the same thing.
package app
