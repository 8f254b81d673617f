/** What the names of custom fields begin with in filters, sorts, columns and changes. */
export const CUSTOM = 'custom.';
