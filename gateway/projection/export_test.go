package projection

// OnTry makes a configuration call a hook whenever a transaction is in work at a stage.
func OnTry(c *Config, tried func(stage string, number uint64, index int)) { c.tried = tried }
