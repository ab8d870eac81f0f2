// Package evidence keeps the files that events name: photos, certificates, laboratory sheets, code lists. They lie off
// the ledger, in a folder, each under its SHA-256, so that a file cannot be changed without losing its name.
package evidence
