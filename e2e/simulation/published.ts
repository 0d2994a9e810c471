import { type Model, parseModel } from '@hotlead/model'
import { UnknownModelError } from '../../packages/host/src/modelStore.ts'

/** The topic `models` as one process has read it: what is published later is there after the next `refresh`. */
export class PublishedModels {
  readonly #topic: readonly Model[]
  readonly #read: (topic: readonly Model[]) => Promise<readonly Model[]>
  readonly #known = new Map<string, Model>()

  constructor(
    topic: readonly Model[],
    read: (topic: readonly Model[]) => Promise<readonly Model[]> = async t => t,
  ) {
    this.#topic = topic
    this.#read = read
  }

  get(version: string): Model | undefined {
    return this.#known.get(version)
  }

  need(version: string): Model {
    const model = this.get(version)
    if (!model) throw new UnknownModelError(version)
    return model
  }

  async refresh(): Promise<void> {
    this.learn(await this.#read(this.#topic))
  }

  learn(models: readonly Model[]): void {
    for (const model of models) this.#known.set(model.version, model)
  }
}

export function modelOf(source: string): Model {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.model
}
