import { createContext, use } from 'react';

export interface FieldControl {
  id: string;
  'aria-labelledby': string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

export const FieldContext = createContext<FieldControl | null>(null);

/** What ties a control to the `Field` around it; empty outside of one. */
export function useFieldControl(): FieldControl | Record<string, never> {
  return use(FieldContext) ?? {};
}
