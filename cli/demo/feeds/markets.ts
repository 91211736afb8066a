import type { Feed, Publication } from '../feed.js'
import { numberIn, rounded, rounds, textIn } from '../feed.js'
import type { Row } from '../recording.js'

/** `stocks/AAPL`: five shares, month by month. */
export function stocks(rows: readonly Row[]): Feed {
  return { name: 'stocks', about: 'prices of five shares', rowsPerSecond: 40, replay: () => rounds(rows, tellPrices) }
}

function tellPrices(): (row: Row) => readonly Publication[] {
  const before = new Map<string, number>()
  return (row) => {
    const [symbol, price] = [textIn(row, 'symbol'), numberIn(row, 'price')]
    const change = percent(before.get(symbol) ?? price, price)
    before.set(symbol, price)
    return [{ path: `stocks/${symbol}`, value: { symbol, month: textIn(row, 'month'), price, change } }]
  }
}

/** `index/sp500`: one topic that changes fast, so that a rate shows. */
export function index(rows: readonly Row[]): Feed {
  return { name: 'index', about: 'the S&P 500, day by day', rowsPerSecond: 25, replay: () => rounds(rows, tellIndex) }
}

function tellIndex(): (row: Row) => readonly Publication[] {
  let before: number | null = null
  return (row) => {
    const close = numberIn(row, 'close')
    const change = percent(before ?? close, close)
    before = close
    const [open, high, low] = [numberIn(row, 'open'), numberIn(row, 'high'), numberIn(row, 'low')]
    return [{ path: 'index/sp500', value: { day: textIn(row, 'day'), open, high, low, close, change } }]
  }
}

function percent(before: number, now: number): number {
  return rounded((100 * (now - before)) / before)
}
