import { createFileRoute } from '@tanstack/react-router';
import { SegmentsScreen } from '@/features/segments/segments-screen';
import { loadLateTexts } from '@/i18n/setup';
import { cutSearch } from '@/lib/search-text';
import { textParam } from '@/record/list-search-params';

interface SegmentsSearch {
  q?: string;
  sort?: string;
  archived?: boolean;
  new?: boolean;
}

const yes = (value: unknown) => (value === true || value === 'true' ? true : undefined);

export const Route = createFileRoute('/_app/crm/segments/')({
  validateSearch: (raw: Record<string, unknown>): SegmentsSearch => {
    const q = textParam(raw.q);
    return {
      q: q && cutSearch(q),
      sort: textParam(raw.sort),
      archived: yes(raw.archived),
      new: yes(raw.new),
    };
  },
  loader: loadLateTexts,
  component: SegmentsRoute,
});

function SegmentsRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SegmentsScreen
      params={params}
      onParams={(change, replace) =>
        void navigate({
          search: (before) => ({ ...before, ...change }),
          replace,
          // The form has asked, or is saved, when it closes itself.
          ignoreBlocker: 'new' in change,
        })
      }
      onOpen={(id) =>
        void navigate({ to: '/crm/segments/$id', params: { id }, search: {}, ignoreBlocker: true })
      }
    />
  );
}
