/** Lists of the API: cursor paging, newest first. */

import { z } from "../lib/zod";

/** Which part of a list is wanted. */
export interface PageQuery {
  limit: number;
  starting_after?: string;
  ending_before?: string;
}

export interface ListPage<Row> {
  data: Row[];
  has_more: boolean;
}

export function listOf<Schema extends z.ZodType>(row: Schema) {
  return z.object({ data: z.array(row), has_more: z.boolean() });
}

/** `filters` without those that are not set, as query parameters. */
export function given<Filters extends Record<string, string | undefined>>(
  filters: Filters,
): { [Name in keyof Filters]?: NonNullable<Filters[Name]> } {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value)) as {
    [Name in keyof Filters]?: NonNullable<Filters[Name]>;
  };
}
