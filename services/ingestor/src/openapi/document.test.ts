import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { MESSAGES } from '@hotlead/beacon'
import type { FastifyInstance } from 'fastify'
import { type MemoryEdge, memoryEdge } from '../../test/memoryEdge.ts'
import { openApiProblems } from '../../test/openApiProblems.ts'
import { type Document, openApi } from './document.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document is broken on purpose
type Shape = any

/** Method and path of every route, as fastify has them. */
const routes = new Set<string>()
let edge: MemoryEdge
let document: Document

beforeAll(async () => {
  const hook = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.add(`${one} ${url}`)
    })
  subscribe('fastify.initialization', hook)
  edge = await memoryEdge({ snowplowPaths: ['/com.acme/track'] })
  unsubscribe('fastify.initialization', hook)
  document = (await (await fetch(`${edge.url}/openapi.json`)).json()) as Document
})
afterAll(() => edge.close())

/** In fastify one route takes all that may be a token. */
const MAIL = /^\/e\/(o\/\{token\}\.gif|c\/\{token\})$/
const asFastify = (path: string) => (MAIL.test(path) ? '/e/*' : path.replace(/\{(\w+)\}/g, ':$1'))

test('every route is described, and nothing else', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${asFastify(path)}`),
  )
  // Preflights are the same for all, and `info` says so.
  const told = [...routes].filter(route => !route.startsWith('OPTIONS '))
  expect(told.length).toBeGreaterThan(50)
  expect([...new Set(described)].sort()).toEqual(told.sort())
})

test('paths of Snowplow’s trackers that a setting adds are in it', () => {
  expect(document.paths).toHaveProperty(['/com.acme/track', 'post'])
  expect(openApi([]).paths).not.toHaveProperty(['/com.acme/track'])
})

test('it is valid OpenAPI 3.1', () => {
  expect(openApiProblems(document)).toBe('')
})

test.each<[string, (broken: Document) => void]>([
  [
    'an answer without a description',
    ({ paths }) => delete (paths as Shape)['/livez'].get.responses[200].description,
  ],
  ['a reference that leads nowhere', ({ components }) => delete (components as Shape).schemas.Batch],
])('the validator finds %s', (_name, breaking) => {
  const broken = structuredClone(document)
  breaking(broken)
  expect(openApiProblems(broken)).not.toBe('')
})

test('every route that a browser sends events by takes what it says where a person asks not to be tracked', () => {
  const heeding = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods)
      .filter(o =>
        ['Sec-GPC', 'DNT'].every(name => o.parameters?.some(p => p.in === 'header' && p.name === name)),
      )
      .map(() => path),
  )
  const events = Object.keys(document.paths).filter(path =>
    /^\/(v1\/(?!m$|leads|outcomes)|beacon|pixel|api\/s|com\.|i$|e\/)/.test(path),
  )
  expect(events.length).toBeGreaterThan(40)
  expect([...new Set(heeding)].sort()).toEqual(events.sort())
})

test('operations have names of their own', () => {
  const ids = Object.values(document.paths).flatMap(methods => Object.values(methods).map(o => o.operationId))
  expect(new Set(ids).size).toBe(ids.length)
})

test('each field of an event says what it must be: a check of our own would say nothing by itself', () => {
  for (const [type, { shape }] of Object.entries(MESSAGES)) {
    const name = type.charAt(0).toUpperCase() + type.slice(1)
    const { properties } = (document.components as Shape).schemas[name]
    expect(Object.keys(properties).sort()).toEqual(Object.keys(shape).sort())
    for (const [field, schema] of Object.entries(properties))
      expect([name, field, 'type' in (schema as object) || 'anyOf' in (schema as object)]).toEqual([
        name,
        field,
        true,
      ])
    expect(JSON.stringify(properties)).not.toContain('{}')
  }
})

test('it may be kept for five minutes, and read from every page', async () => {
  const { status, headers } = await fetch(`${edge.url}/openapi.json`, { method: 'HEAD' })
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
    200,
    'application/json; charset=utf-8',
    'public, max-age=300',
  ])
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
})
