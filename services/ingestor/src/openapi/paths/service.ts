import { type Answer, getAndHead, type Paths } from '../operation.ts'
import { json, refusals, text } from '../responses.ts'
import { ref } from '../schemas.ts'
import { OPEN } from '../security.ts'

/** A sentence; in JSON where the ingestor is leaving. */
const told = { content: { ...text('').content, ...json('', ref('Refusal')).content } }

/** What load balancers, Prometheus and pages ask, and this document itself. */
export function servicePaths(): Paths {
  return {
    ...read('/livez', 'Whether the process runs', { 200: text('`ok`') }),
    ...read('/readyz', 'Whether events can be taken', {
      200: text('`ok`'),
      503: { ...told, description: 'Why they cannot' },
    }),
    ...read('/metrics', 'Metrics for Prometheus', { 200: text('In its text format') }),
    ...read('/tracker.js', 'Our own script for pages', { 200: text('The script', 'text/javascript') }),
    ...read('/openapi.json', 'This document', { 200: json('OpenAPI 3.1', ref('Anything')) }),
  }
}

function read(path: string, summary: string, answers: Record<string, Answer>): Paths {
  return {
    [path]: getAndHead(path, {
      summary,
      tags: ['Service'],
      security: OPEN,
      responses: { ...refusals(), ...answers },
    }),
  }
}
