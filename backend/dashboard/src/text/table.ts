// backend/dashboard/src/text/table.ts - a table that has its rows and nothing else: "constructor" is no row of it.
export const table = <T>(rows: Record<string, T>): Record<string, T> => Object.assign(Object.create(null) as Record<string, T>, rows);
