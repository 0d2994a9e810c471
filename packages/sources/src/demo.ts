import { digestOf } from './key.ts'
import type { Settings } from './settings.ts'

/** The workspace of a machine that nobody configured. Its keys are public, so they are for loopback only. */
export const DEMO: Settings = {
  workspaces: [
    {
      name: 'demo',
      sources: [
        {
          name: 'demo',
          origins: ['loopback'],
          keys: [
            { kind: 'write', digest: digestOf('wk_demo'), last4: 'demo', note: 'public: on loopback only' },
            { kind: 'secret', digest: digestOf('sk_demo'), last4: 'demo', note: 'public: on loopback only' },
          ],
        },
      ],
    },
  ],
}
