/** What clients and gateway say to each other, free of any dialect. */
export * from './client-messages.js'
export * from './gateway-messages.js'
export * from './values.js'
