import { baseConfig, count, mailKeys, port, text, variable } from '@hotlead/service'
import { sourcesVariable } from '@hotlead/sources'
import { z } from 'zod'

export const ingestorConfig = baseConfig.extend({
  HOTLEAD_INGESTOR_PORT: port(8088, 'Port of the HTTP edge'),
  ...sourcesVariable,
  HOTLEAD_DEMO_KEYS: variable(z.enum(['loopback', 'allow']).default('loopback'), {
    about:
      'Whether the demo keys may be used where the service listens beyond loopback: `allow` in a container whose port is published on loopback only',
    kind: 'loopback or allow',
  }),
  HOTLEAD_MAIL_KEYS: mailKeys(),
  HOTLEAD_TRUST_PROXY: count(
    0,
    0,
    10,
    'Proxies in front that append to X-Forwarded-For; 0 takes the address of the connection',
  ),
  HOTLEAD_SNOWPLOW_PATHS: variable(
    z
      .string()
      .transform(value => [...new Set(value.split(',').map(path => path.trim()))])
      .pipe(z.array(z.string().regex(/^\/[\w-]+(\.[\w-]+)+\/[\w.-]+$/)))
      .default([]),
    {
      about:
        'Where Snowplow trackers with a postPath of their own post to, beside /com.snowplowanalytics.snowplow/tp2',
      kind: '/vendor/version with a dot in the vendor, as in /com.acme/track; several with commas',
    },
  ),
  HOTLEAD_HOT_KEY_RATE: count(
    5,
    0,
    1_000_000,
    'Events a second that one lead or visitor may send by write keys in the long run; over it they are kept, flagged `hot_key` and score 0. A person who opens a page every two seconds and scrolls through it sends 3. 0: no limit',
  ),
  HOTLEAD_HOT_KEY_BURST: count(
    500,
    1,
    1_000_000,
    'Events that one lead or visitor may send at once before that: what a browser that was offline for hours catches up with, and some people behind one name',
  ),
  HOTLEAD_PAGES_RATE: count(
    2,
    0,
    1_000_000,
    'Pages a second that one lead or visitor may open by write keys in the long run; over it they are kept, flagged `too_fast` and score 0, and so do those of the minute before. 0: no limit',
  ),
  HOTLEAD_PAGES_BURST: count(
    20,
    1,
    1_000_000,
    'Pages that one lead or visitor may open at once before that: tabs that a browser opens again all together',
  ),
  HOTLEAD_INGEST_QUEUE_BYTES: count(
    67_108_864,
    1_048_576,
    4_294_967_296,
    'Bytes of records waiting for their ack, and as many for the disk of the spool, before events are answered 503; 64 MiB is about 100,000 events, ten seconds of the rate one process reaches',
  ),
  HOTLEAD_INGEST_BODY_BYTES: count(
    67_108_864,
    1_048_576,
    4_294_967_296,
    'Bytes of bodies being read at one time, before requests are answered 503',
  ),
  HOTLEAD_SPOOL: text(
    '',
    'Folder that takes events while Kafka does not, on a disk that outlives the process; ingestors of one machine share it. Empty: such events are answered 503',
    'the path of a folder',
  ),
  HOTLEAD_SPOOL_BYTES: count(
    1_073_741_824,
    16_777_216,
    1_099_511_627_776,
    'Bytes of events that wait on the disk for one ingestor, what it took over included, before more are answered 503; 1 GiB is about 2,000,000 events',
  ),
  HOTLEAD_INGEST_LINGER: count(5, 0, 1_000, 'ms that a record waits for company before it is sent'),
  HOTLEAD_INGEST_ACK_TIMEOUT: count(
    5_000,
    100,
    60_000,
    'ms until an event without an ack goes to the spool, or is answered 503 where there is none; below the 10 s after which SDKs give up by themselves',
  ),
})
