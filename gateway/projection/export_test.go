package projection

// OnTry makes a configuration call a hook whenever a transaction is in work.
func OnTry(c *Config, tried func(number uint64, index int)) { c.tried = tried }
