import type { Registry } from 'prom-client'
import { Counter, Gauge } from 'prom-client'

/** One number that is read when it is asked for. */
export interface Figure {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  /** A sentence for people, with the unit. */
  readonly help: string
  read(): number
}

/** One number for each value of a label. The values come from our own code, never from a peer. */
export interface LabelledFigure {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly help: string
  readonly labels: readonly string[]
  /** Values of the labels, in their order, with the count. */
  read(): Iterable<readonly [values: readonly string[], count: number]>
}

/** Shows a figure. */
export function addFigure(registry: Registry, { read, ...rest }: Figure): void {
  addLabelled(registry, { ...rest, labels: [], read: () => [[[], read()]] })
}

/** Shows a figure with labels; of a value that is no longer read nothing stays. */
export function addLabelled(registry: Registry, { name, kind, help, labels, read }: LabelledFigure): void {
  const Metric = kind === 'gauge' ? Gauge : Counter
  const metric = new Metric({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    collect: () => {
      metric.reset()
      for (const [values, count] of read()) metric.labels(...values).inc(count)
    },
  })
}
