/** Names of the quick filters in the address, in the order of the menu. Apart, because the route is loaded at once. */
export const customerFilterKeys = [
  'owner',
  'tags',
  'segment',
  'company',
  'country',
  'language',
  'created',
  'active',
  'inbound',
  'source',
  'archived',
] as const;
