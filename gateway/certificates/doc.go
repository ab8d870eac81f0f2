// Package certificates gives a gateway its HTTPS certificate: from files, which may be replaced while it runs, or from
// a local CA of its own, for a LAN where no CA that browsers know could vouch for anything.
package certificates
