import { program } from '@hotlead/stream/simulation'
import { processors, shippedModel } from './processors.ts'

const root = new URL('../../', import.meta.url)
process.exitCode = await program(processors(shippedModel(root)), process.argv.slice(2))
