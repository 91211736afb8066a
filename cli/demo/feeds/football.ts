import type { Feed, Publication } from '../feed.js'
import { level, numberIn, rounds, textIn } from '../feed.js'
import type { Row } from '../recording.js'

/** A team's line in the table of its division. */
interface Standing {
  readonly team: string
  played: number
  won: number
  drawn: number
  lost: number
  goals: number
  against: number
  points: number
}

/** `football/DIVISION/results` each match, `football/DIVISION/table/TEAM` what it means for both teams. */
export function football(rows: readonly Row[]): Feed {
  return {
    name: 'football',
    about: 'results and tables of five divisions',
    rowsPerSecond: 20,
    replay: () => rounds(rows, tellMatches),
  }
}

function tellMatches(): (row: Row) => readonly Publication[] {
  const standings = new Map<string, Standing>()
  return (row) => {
    const [division, day, home, away] = [
      textIn(row, 'division'),
      textIn(row, 'day'),
      textIn(row, 'home'),
      textIn(row, 'away'),
    ]
    const [homeGoals, awayGoals] = [numberIn(row, 'homeGoals'), numberIn(row, 'awayGoals')]
    const season = seasonOf(day)
    const line = (team: string, goals: number, against: number): Publication => {
      const key = `${division}/${season}/${team}`
      const standing = played(standings.get(key) ?? fresh(team), goals, against)
      standings.set(key, standing)
      return { path: `football/${division}/table/${level(team)}`, value: { season, ...standing } }
    }
    const result = { day, home, away, score: `${homeGoals}:${awayGoals}` }
    const lines = [line(home, homeGoals, awayGoals), line(away, awayGoals, homeGoals)]
    return [{ path: `football/${division}/results`, value: result }, ...lines]
  }
}

function fresh(team: string): Standing {
  return { team, played: 0, won: 0, drawn: 0, lost: 0, goals: 0, against: 0, points: 0 }
}

function played(before: Standing, goals: number, against: number): Standing {
  const outcome = goals > against ? 'won' : goals === against ? 'drawn' : 'lost'
  const points = { won: 3, drawn: 1, lost: 0 }[outcome]
  return {
    ...before,
    played: before.played + 1,
    [outcome]: before[outcome] + 1,
    goals: before.goals + goals,
    against: before.against + against,
    points: before.points + points,
  }
}

/** Seasons begin in July. */
function seasonOf(day: string): string {
  const [year, month] = day.split('-').map(Number)
  const first = (year ?? 0) - ((month ?? 0) < 7 ? 1 : 0)
  return `${first}/${String(first + 1).slice(2)}`
}
