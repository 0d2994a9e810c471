import { Installation, type ServiceName } from '@hotlead/testkit'

/** Services that start while a server is away: they end with a sentence that names it, and their supervisor tries again. */

const SERVICES: readonly ServiceName[] = ['ingestor', 'scorer', 'tiering']

let hot: Installation
beforeAll(async () => {
  hot = await Installation.open()
}, 240_000)
afterAll(() => hot.close())

test.each([
  [
    'Kafka',
    { HOTLEAD_KAFKA: '127.0.0.1:1' },
    /"type":"KafkaAwayError",.*Kafka at 127\.0\.0\.1:1 cannot be used: start it \(`npm start`\), or set HOTLEAD_KAFKA: .*ECONNREFUSED/,
  ],
  [
    'the registry',
    { HOTLEAD_REGISTRY: 'http://me:hush@127.0.0.1:1/apis/ccompat/v7' },
    /the schema registry at 127\.0\.0\.1:1 cannot be used: start it \(`npm start`\), or set HOTLEAD_REGISTRY: .*ECONNREFUSED/,
  ],
])(
  'without %s',
  async (_server, env, sentence) => {
    const services = await Promise.all(SERVICES.map(name => hot.launch(name, env)))
    for (const service of services) {
      expect(await service.exited).toBe(1)
      expect(service.log()).toMatch(sentence)
      expect(service.log()).not.toContain('hush')
    }
  },
  60_000,
)
