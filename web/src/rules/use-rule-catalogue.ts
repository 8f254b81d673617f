import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { activityTypesOf, catalogueOf, type RuleCatalogue } from './catalogue';

/** What filters of a kind of record may ask about, as the server says it. */
export function useRuleCatalogue(record: string): RuleCatalogue {
  const bootstrap = useBootstrap();
  const { fields, customFields } = bootstrap;
  const types = activityTypesOf(bootstrap);
  return useMemo(
    () => catalogueOf(fields, record, types, customFields),
    [fields, record, types, customFields],
  );
}
