import { program } from './program.ts'
import { toys } from './toys.ts'

process.exitCode = await program(toys, process.argv.slice(2))
