package app

import (
	"io"
	"log/slog"
)

// SetLog sends the program's log to w, one JSON document a line, from the configured level on.
func (c *Config) SetLog(w io.Writer) error {
	if c.LogLevel == "" {
		c.LogLevel = "info"
	}
	level, err := c.level()
	if err != nil {
		return &ConfigError{"log-level", "ROOTLINE_LOG_LEVEL", "the log level is none of debug, info, warn and error"}
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})))
	return nil
}
