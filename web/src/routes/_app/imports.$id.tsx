import { createFileRoute } from '@tanstack/react-router';
import * as v from 'valibot';
import { ImportWizard } from '@/features/import/import-wizard';
import { loadLateTexts } from '@/i18n/setup';

const search = v.object({
  /** The step that is looked at; where the state of the import does not allow it, another one is shown. */
  step: v.optional(v.fallback(v.optional(v.picklist(['file', 'columns', 'check'])), undefined)),
});

export const Route = createFileRoute('/_app/imports/$id')({
  validateSearch: search,
  loader: loadLateTexts,
  component: ImportRoute,
});

function ImportRoute() {
  const { id } = Route.useParams();
  const { step } = Route.useSearch();
  // Another import is another wizard: nothing of the first one's draft may show.
  return <ImportWizard key={id} id={id} step={step} />;
}
