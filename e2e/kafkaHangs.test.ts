import { Installation, plainKafka, until } from '@hotlead/testkit'

/** A Kafka that hangs keeps its connections: only the heartbeats that nobody answers tell. */
test('Kafka hangs: the service soon says that it is not ready, and is ready again without a restart', async () => {
  const kafka = await plainKafka()
  const hot = await Installation.open({ HOTLEAD_KAFKA: kafka.address, HOTLEAD_SESSION_TIMEOUT: '1000' })
  try {
    const scorer = await hot.start('scorer')
    const ready = async () => {
      const answer = await fetch(`${scorer.url}/readyz`)
      return { status: answer.status, said: await answer.text() }
    }
    kafka.hang()
    const away = await until(ready, r => r.status === 503)
    expect(away.said).toMatch(/^Kafka has not confirmed this member of its consumer group for \d s/)
    kafka.wake()
    await until(ready, r => r.status === 200)
  } finally {
    kafka.wake()
    await hot.close()
    await kafka.remove()
  }
}, 60_000)
