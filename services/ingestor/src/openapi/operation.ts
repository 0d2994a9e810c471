/** A JSON Schema of draft 2020-12, which OpenAPI 3.1 takes as it is. */
export type Schema = Readonly<Record<string, unknown>>

export interface Ref {
  $ref: string
}

export interface Answer {
  description: string
  headers?: Record<string, Ref>
  content?: Record<string, { schema: Schema; example?: unknown }>
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: Schema
}

/** Names of security schemes that stand for each other; an empty one: without any. */
export type Security = readonly Record<string, readonly string[]>[]

export interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  parameters?: Parameter[]
  requestBody?: {
    required: true
    description?: string
    content: Record<string, { schema: Schema; example?: unknown }>
  }
  security: Security
  responses: Record<string, Answer | Ref>
}

export type Method = 'get' | 'head' | 'post' | 'delete'

/** What a path is asked with → what it does. */
export type Paths = Record<string, Partial<Record<Method, Operation>>>

/** One name for each operation, of which clients that are generated make their functions. */
export function idOf(method: Method, path: string): string {
  return [method, ...path.split(/[^A-Za-z0-9]+/).filter(part => part !== '')].join('_')
}

/** A GET that fastify answers to HEAD too: the same without its bodies. */
export function getAndHead(path: string, operation: Omit<Operation, 'operationId'>): Paths[string] {
  const headers = Object.entries(operation.responses).map(([status, answer]) => [status, withoutBody(answer)])
  return {
    get: { operationId: idOf('get', path), ...operation },
    head: { operationId: idOf('head', path), ...operation, responses: Object.fromEntries(headers) },
  }
}

function withoutBody(answer: Answer | Ref): Answer | Ref {
  if ('$ref' in answer) return answer
  const { content: _content, ...rest } = answer
  return rest
}
