// Package importer turns tables into events. A mapping says how a row of a CSV file becomes one event; that part is
// pure and finds fault cell by cell before anything is signed. A run signs the events with an importer's device and sends
// them through a gateway, and keeps a journal, so that a run that was cut off goes on where it was and nothing is
// recorded twice.
package importer
