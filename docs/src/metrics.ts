import { metrics, Registry } from '@hotlead/service'
import { processorMetrics } from '../../packages/host/src/metrics.ts'
import { admissionMetrics } from '../../services/ingestor/src/admissionMetrics.ts'
import { ingestMetrics } from '../../services/ingestor/src/ingestMetrics.ts'
import { code, GENERATED, table } from './table.ts'

/** What prom-client holds of a series and its types leave out. */
interface Series {
  name: string
  help: string
  type: string
  labelNames: readonly string[]
  upperBounds?: readonly number[]
}

/** Every series of our own by service, as its registry holds it. */
export function metricsPage(): string {
  const edge = new Registry()
  ingestMetrics(edge, () => undefined)
  admissionMetrics(edge, () => undefined)
  return `${GENERATED}
# Metrics

Every service answers \`/metrics\` in the Prometheus text format: the ingestor on its own port, scorer and tiering on their
health ports. Each series carries \`service\`. Beside those below there are the process's own (CPU, memory, event loop,
garbage collection), as [prom-client](https://github.com/siimon/prom-client#default-metrics) defines them.

## Ingestor

${seriesTable(seriesOf(edge))}
## Scorer and tiering

${seriesTable(processorSeries())}`
}

/** Without the process's own series, which differ between systems. */
function processorSeries(): Series[] {
  const common = new Set(seriesOf(metrics('scorer')).map(s => s.name))
  return seriesOf(processorMetrics('scorer').registry).filter(s => !common.has(s.name))
}

function seriesOf(registry: Registry): Series[] {
  return registry.getMetricsAsArray() as unknown as Series[]
}

function seriesTable(series: readonly Series[]): string {
  return table(
    ['series', 'type', 'labels', 'what it is'],
    series.map(s => [code(s.name), s.type, s.labelNames.map(code).join(', '), help(s)]),
  )
}

function help({ help, upperBounds }: Series): string {
  return upperBounds ? `${help}. Buckets up to ${upperBounds.join(', ')}` : help
}
