/** JSON text as bytes: where values begin and end. RFC 8259 */
export { isJsonText, skipSpace, skipString, skipValue } from './scan.js'
