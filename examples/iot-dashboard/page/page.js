/** One session with the gateway: what the devices say goes to the cards and the list, what the user wants goes to the devices. */
import { connect } from 'rivulet/client'
import { AlarmList } from './alarm-list.js'
import { MachineCards } from './machine-cards.js'

const cards = new MachineCards({ command, pullCable })
const alarms = new AlarmList()

// Only this example needs to ask where its gateway is; yours has an address.
const { url } = await (await fetch('gateway.json')).json()
const session = await connect(url, { agent: 'plant dashboard', waitForGateway: true })

// The session lives as long as the page. A lost connection comes back by itself, and the subscriptions with it: there is
// nothing to do but to tell the user.
session.on('state', showState)
showState(session.state)
function showState({ kind }) {
  const state = document.getElementById('state')
  state.textContent = state.dataset.state = kind
}

// Of what a machine is and does, only the newest matters, twice a second at most. An MQTT device need not say what its values
// are: a rule says that power is a number, `{"rms":2.6}` is read as an object and `online` as text.
const states = session.subscribe('plant/+/{about,status,running,setpoint,power,vibration}', { rate: '2/s' })
states.on(
  'update',
  onUpdate((id, [name], value) => cards.show(id, name, value)),
)

// The line of temperatures begins in the past: the last 120 of each machine, then each that follows.
const temperatures = session.subscribe('plant/+/temperature', { delivery: 'all', since: { count: 120 } })
temperatures.on(
  'update',
  onUpdate((id, _, value, time) => cards.measure(id, value, time)),
)

// Alarms are told one by one, also those of before. Whether there is one now, the newest of its kind says.
const troubles = session.subscribe('plant/+/alarm/+', { delivery: 'all', since: { count: 20 } })
troubles.on(
  'update',
  onUpdate((id, [, kind], alarm, time) => {
    cards.warn(id, kind, alarm.raised)
    alarms.add({ id, machine: cards.nameOf(id), kind, ...alarm }, time)
  }),
)
troubles.on('resynchronised', () => alarms.clear())

/** Takes `plant/oven/alarm/vibration` apart. */
function onUpdate(show) {
  return ({ path, value, time, removed }) => {
    const [, id, ...rest] = path.split('/')
    if (!removed) show(id, rest, value, time)
  }
}

/**
 * A command is an event for those who are there, so it is not retained. The device's session keeps it while the device is away,
 * but not for ever: nobody wants a furnace to start an hour after the click.
 */
function command(id, name, value) {
  return session.publish(`plant/${id}/set/${name}`, value, { retain: false, lifetimeMs: 60_000 })
}

function pullCable(id) {
  return session.publish(`cables/${id}`, 'pulled')
}
