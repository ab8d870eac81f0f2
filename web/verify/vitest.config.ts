import { defineConfig } from 'vitest/config';

// The second verifier over every tampered proof of the first one's tests. They are made by Go: web/tampers_test.go starts this.
export default defineConfig({ test: { environment: 'node', include: ['verify/*.test.ts'], testTimeout: 900_000 } });
