/** Names of the quick filters in the address, in the order of the menu. Apart, because the route is loaded at once. */
export const taskFilterKeys = ['status', 'assignee', 'due', 'created'] as const;

/** Besides them the address says whose tasks are shown. */
export const taskParamKeys = [...taskFilterKeys, 'show'] as const;
