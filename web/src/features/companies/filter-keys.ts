/** Names of the quick filters in the address, in the order of the menu. Apart, because the route is loaded at once. */
export const companyFilterKeys = [
  'owner',
  'industry',
  'size',
  'country',
  'city',
  'domain',
  'created',
  'archived',
] as const;
