/** Names of the quick filters in the address, in the order of the menu. Apart, because the route is loaded at once. */
export const productFilterKeys = ['status', 'owner', 'created', 'archived'] as const;
