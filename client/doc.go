// Package client is a device in Go: a key that stays in its file, events signed with it, invitations and enrolment,
// and the HTTP API of a gateway. The command line, programs of ERP and laboratory systems, and the tests use it; a
// phone does the same in its browser.
//
// Errors are of three kinds, and no other leaves a call to a Gateway (besides the context's own):
//   - *Problem: the gateway answered, and said no. errors.As also finds the *rootline.Error inside.
//   - *Unreachable: no answer came. For events that is no harm: they are recorded once, however often they are sent.
//   - *AnswerError: something answered that is not a gateway of this version.
package client
