/** Names of the quick filters in the address, in the order of the menu. Apart, because the route is loaded at once. */
export const dealFilterKeys = [
  'owner',
  'stage',
  'close',
  'customer',
  'company',
  'source',
  'created',
  'archived',
] as const;

/** Besides them the address says how deals are shown, and of which pipeline. */
export const dealParamKeys = [...dealFilterKeys, 'show', 'pipeline'] as const;
