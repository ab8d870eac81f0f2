import { defineConfig } from 'vitest/config';

// The second verifier over the table of vectors, which package proof writes: web/tampers_test.go starts this.
export default defineConfig({ test: { environment: 'node', include: ['verify/*.test.ts'], testTimeout: 900_000 } });
