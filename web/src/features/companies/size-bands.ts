import type { SizeBand } from '@/api/types';

/** How many people work there, smallest first. */
export const sizeBands: readonly SizeBand[] = [
  '1-10',
  '11-50',
  '51-200',
  '201-500',
  '501-1000',
  '1001-5000',
  '5001+',
];
