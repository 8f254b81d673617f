import { createFileRoute } from '@tanstack/react-router';
import { NotesScreen } from '@/features/notes/notes-screen';
import { readNotesParams } from '@/features/notes/params';
import { loadLateTexts } from '@/i18n/setup';

export const Route = createFileRoute('/_app/crm/notes')({
  validateSearch: readNotesParams,
  loader: loadLateTexts,
  component: NotesRoute,
});

function NotesRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <NotesScreen
      params={params}
      onParams={(change, replace) =>
        void navigate({ search: (before) => ({ ...before, ...change }), replace })
      }
    />
  );
}
