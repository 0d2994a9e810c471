// Writes generated/types.ts from schemas/: `npx pnpm generate`. A test fails where the two differ.
import { writeFileSync } from 'node:fs'
import { types } from './schemas.ts'
import { typescriptOf } from './typescript.ts'

writeFileSync(new URL('generated/types.ts', import.meta.url), typescriptOf(types))
