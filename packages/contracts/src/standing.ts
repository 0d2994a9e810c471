import avro from 'avsc'
import { Codec } from './codec.ts'
import type { Standing } from './generated/types.ts'
import { types } from './schemas.ts'

/**
 * Every schema that `standing` had before the present one, as `schemaText('standing')` gave it. To change it: put the
 * text that it has now in here, give each new field a default, and change `schemas/types/standing.avsc` (or what it
 * refers to) only then. Without that, tiering cannot read the states that Redis holds, says so, and owns no partition.
 */
const EARLIER: readonly string[] = [
  // Before `forgotten`; docs are no part of the id.
  '{"name":"hotlead.Standing","type":"record","fields":[{"name":"offset","type":"long"},{"name":"source","type":"long"},{"name":"tier","type":"string"},{"name":"number","type":"int"},{"name":"since","type":"long"},{"name":"left","type":{"type":"array","items":{"name":"hotlead.Left","type":"record","fields":[{"name":"tier","type":"string"},{"name":"at","type":"long"}]}}},{"name":"wakeAt","type":["null","long"],"default":null},{"name":"snapshot","type":["null","bytes"],"default":null}]}',
]

/**
 * The codec of what never leaves Redis. No registry knows its schema, so its id is made from the schema itself: bytes
 * of another one are an UndecodableError, never a misread state.
 */
export function standingCodec(earlier = EARLIER): Codec<Standing> {
  const codec = new Codec<Standing>('standing', idOf(types.standing))
  for (const text of earlier) codec.learn(idOf(avro.Type.forSchema(JSON.parse(text))), text)
  return codec
}

/** First 4 bytes of the MD5 of the schema's parsing canonical form: docs and defaults do not change it. */
function idOf(type: avro.Type): number {
  return type.fingerprint('md5').readUInt32BE(0)
}
