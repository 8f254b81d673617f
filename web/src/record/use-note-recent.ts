import { useEffect } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { noteRecent, type Recent } from '@/lib/recent';

/** Remembers the open record, so that the palette offers it before anything is typed. */
export function useNoteRecent(record: Recent['record'], id: string | undefined, name = '', hint = '') {
  const { me, org } = useBootstrap();
  const whose = `${org.id}.${me.id}`;
  useEffect(() => {
    if (id !== undefined) noteRecent(whose, { record, id, name, hint });
  }, [whose, record, id, name, hint]);
}
