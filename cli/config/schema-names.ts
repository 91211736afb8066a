import { z } from 'zod'
import type { KeyPath } from './layer.js'

/** The keys that the schema knows at a place; empty where it knows none by name. */
export function keysAt(schema: z.ZodType, path: KeyPath): readonly string[] {
  let at: z.core.$ZodType | undefined = bare(schema)
  for (const key of path) at = at && bare(inside(at, key))
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

/** Whether lists or mappings of free names stand at a place, so that any key may follow. */
function inside(schema: z.core.$ZodType, key: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[key]
  return schema instanceof z.ZodArray ? schema.element : undefined
}

/** The schema under its wrappings: default, optional, transform. */
function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return bare(schema.unwrap())
  }
  return schema instanceof z.ZodPipe ? bare(schema.in) : schema
}
