import type auth from './locales/en/auth.json';
import type bulk from './locales/en/bulk.late.json';
import type common from './locales/en/common.json';
import type companies from './locales/en/companies.json';
import type customers from './locales/en/customers.json';
import type customfields from './locales/en/customfields.late.json';
import type deals from './locales/en/deals.late.json';
import type duplicates from './locales/en/duplicates.late.json';
import type exporting from './locales/en/export.late.json';
import type fields from './locales/en/fields.json';
import type filters from './locales/en/filters.json';
import type forecast from './locales/en/forecast.late.json';
import type grid from './locales/en/grid.json';
import type groups from './locales/en/groups.late.json';
import type home from './locales/en/home.late.json';
import type imports from './locales/en/imports.late.json';
import type leads from './locales/en/leads.late.json';
import type merge from './locales/en/merge.late.json';
import type models from './locales/en/models.late.json';
import type notes from './locales/en/notes.late.json';
import type notifications from './locales/en/notifications.late.json';
import type pasting from './locales/en/paste.late.json';
import type pipelines from './locales/en/pipelines.late.json';
import type products from './locales/en/products.late.json';
import type record from './locales/en/record.json';
import type rules from './locales/en/rules.late.json';
import type scoring from './locales/en/scoring.late.json';
import type segments from './locales/en/segments.late.json';
import type settings from './locales/en/settings.json';
import type shell from './locales/en/shell.json';
import type tagmerge from './locales/en/tagmerge.late.json';
import type tags from './locales/en/tags.json';
import type talks from './locales/en/talks.late.json';
import type tasks from './locales/en/tasks.late.json';
import type views from './locales/en/views.json';
import type managing from './locales/en/views.late.json';

/** Every text of the app, as `screen.element.purpose`. A new catalogue file is one line here. */
export type MessageId = keyof (typeof common &
  typeof auth &
  typeof bulk &
  typeof shell &
  typeof customfields &
  typeof deals &
  typeof duplicates &
  typeof exporting &
  typeof fields &
  typeof filters &
  typeof notes &
  typeof notifications &
  typeof pasting &
  typeof pipelines &
  typeof products &
  typeof record &
  typeof forecast &
  typeof grid &
  typeof groups &
  typeof home &
  typeof imports &
  typeof leads &
  typeof merge &
  typeof models &
  typeof rules &
  typeof scoring &
  typeof segments &
  typeof settings &
  typeof customers &
  typeof companies &
  typeof managing &
  typeof views &
  typeof tagmerge &
  typeof talks &
  typeof tags &
  typeof tasks);
