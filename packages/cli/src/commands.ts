import type { Command } from './command.ts'
import { down } from './commands/down.ts'
import { setup } from './commands/setup.ts'
import { up } from './commands/up.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [up, down, setup]
