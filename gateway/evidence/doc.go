// Package evidence keeps the files that events name: photos, certificates, laboratory sheets, code lists. They lie off
// the ledger, in a folder, each under its SHA-256, so that a file cannot be changed without losing its name.
//
// An index beside them says who brought each file, so that devices and organisations have quotas, and when it was last
// asked for: what no event names a day after that is dropped. Files come to a stop before the disk is full, since the
// outbox and the read model lie on it, too.
package evidence
