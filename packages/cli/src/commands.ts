import type { Command } from './command.ts'
import { setup } from './commands/setup.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [setup]
