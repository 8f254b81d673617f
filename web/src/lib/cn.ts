import { clsx } from 'clsx';

/** Joins class names. Parts never override each other's utilities: variants decide instead. */
export const cn = clsx;
