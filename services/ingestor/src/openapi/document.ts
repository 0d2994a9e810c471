import type { Paths } from './operation.ts'
import { jitsuPaths, segmentPaths } from './paths/events.ts'
import { pixelPaths } from './paths/images.ts'
import { mailPaths } from './paths/mail.ts'
import { salesPaths } from './paths/sales.ts'
import { servicePaths } from './paths/service.ts'
import { snowplowPaths } from './paths/snowplow.ts'
import { webhookPaths } from './paths/webhooks.ts'
import { HEADERS, RESPONSES } from './responses.ts'
import { SCHEMAS } from './schemas.ts'
import { SECURITY_SCHEMES } from './security.ts'

export interface Document {
  openapi: '3.1.1'
  paths: Paths
  [section: string]: unknown
}

/**
 * Every route of the edge as OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.1.html
 * @param snowplow paths that Snowplow's trackers post to
 */
export function openApi(snowplow: readonly string[]): Document {
  return {
    openapi: '3.1.1',
    info: {
      title: 'hotlead: the edge',
      version: '0.1.0',
      description:
        'Beacons of Segment’s, RudderStack’s, Jitsu’s and Snowplow’s clients, and what mail providers and sales tell of a lead. 2xx comes once every event is in the log, or on the disk on its way there. Every path answers OPTIONS with 204 and what a page may send; what a page may read is for origins of a source.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Wherever the document came from.
    servers: [{ url: '/' }],
    paths: {
      ...segmentPaths(),
      ...pixelPaths(),
      ...jitsuPaths(),
      ...snowplowPaths(snowplow),
      ...mailPaths(),
      ...webhookPaths(),
      ...salesPaths(),
      ...servicePaths(),
    },
    components: {
      schemas: SCHEMAS,
      responses: RESPONSES,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}
