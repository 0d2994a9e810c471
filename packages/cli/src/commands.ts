import type { Command } from './command.ts'
import { calibrate } from './commands/calibrate.ts'
import { dlqList } from './commands/dlqList.ts'
import { dlqPurge } from './commands/dlqPurge.ts'
import { dlqRetry } from './commands/dlqRetry.ts'
import { dlqShow } from './commands/dlqShow.ts'
import { down } from './commands/down.ts'
import { explain } from './commands/explain.ts'
import { exportLead } from './commands/export.ts'
import { forget } from './commands/forget.ts'
import { hot } from './commands/hot.ts'
import { importEvents } from './commands/import.ts'
import { keyCreate } from './commands/keyCreate.ts'
import { keyList } from './commands/keyList.ts'
import { keyRevoke } from './commands/keyRevoke.ts'
import { lead } from './commands/lead.ts'
import { leads } from './commands/leads.ts'
import { lossAccept } from './commands/lossAccept.ts'
import { mailKey } from './commands/mailKey.ts'
import { mailLink } from './commands/mailLink.ts'
import { modelCheck } from './commands/modelCheck.ts'
import { modelDiff } from './commands/modelDiff.ts'
import { modelHistory } from './commands/modelHistory.ts'
import { modelPublish } from './commands/modelPublish.ts'
import { modelRollback } from './commands/modelRollback.ts'
import { replay } from './commands/replay.ts'
import { send } from './commands/send.ts'
import { setup } from './commands/setup.ts'
import { simulate } from './commands/simulate.ts'
import { sourcesExport } from './commands/sourcesExport.ts'
import { sourcesImport } from './commands/sourcesImport.ts'
import { status } from './commands/status.ts'
import { up } from './commands/up.ts'

/** Every command, in the order of the help: an installation's life, who may send, what goes in, what comes out, the model, repair. */
export const commands: readonly Command[] = [
  up,
  down,
  status,
  setup,
  keyCreate,
  keyList,
  keyRevoke,
  sourcesExport,
  sourcesImport,
  send,
  replay,
  importEvents,
  mailLink,
  mailKey,
  lead,
  explain,
  leads,
  hot,
  exportLead,
  forget,
  modelCheck,
  modelDiff,
  simulate,
  calibrate,
  modelPublish,
  modelHistory,
  modelRollback,
  dlqList,
  dlqShow,
  dlqRetry,
  dlqPurge,
  lossAccept,
]
