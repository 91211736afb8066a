/** A second of the fuzz test in every run of the suite. */
import './delta.fuzz.js'
